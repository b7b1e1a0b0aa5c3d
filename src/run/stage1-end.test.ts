import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { Rng } from "../math/rng.js";
import type { MetricsFile } from "../record/run-schemas.js";
import { trainRun } from "./train-run.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-stage1-end-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(() => {
  const rng = new Rng("end");
  const rows = Array.from({ length: 600 }, () => {
    const [a, b] = [rng.normal(), rng.normal()];
    return [2 * a + b + 0.5 * rng.normal(), a, b].join(",");
  });
  writeFileSync(path.join(root, "table.csv"), `y,a,b\n${rows.join("\n")}\n`);
});

/** What a training of few epochs leaves in its folder. @param training settings of it */
async function trained(name: string, changes: object) {
  const modalities = { a: { columns: ["a"] }, b: { columns: ["b"] } };
  const config = parseConfig({
    ...{ name, quality: "fast", data: { file: "table.csv", target: "y", modalities } },
    ...{ model: { latentDim: 8, encoder: { hidden: [32] }, predictor: { hidden: [16] } }, ...changes },
  });
  const out = path.join(root, name);
  await trainRun({ config, baseFolder: root, out });
  const read = (file: string) => readFileSync(path.join(out, file), "utf8");
  const { warnings = [] }: MetricsFile = JSON.parse(read("metrics.json"));
  const report = read("report.html")
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ");
  const codes = warnings
    .map(({ code }) => code)
    .filter((code) => code.startsWith("conver") || code.startsWith("not-conv"));
  return { stage1: JSON.parse(read("pid.json")).stage1, codes, report };
}

/** A rate at which the fusion weights are nearly still in the third epoch. */
const optimizer = { learningRate: 0.02 };
const stage1 = (settings: object) => ({ training: { optimizer, stage1: settings } });

it("a run says whether its atoms had settled, or that six epochs cannot tell", { timeout: 60_000 }, async () => {
  const still = await trained("still", stage1({ tolerance: 50 }));
  expect(still.stage1).toMatchObject({ converged: false, ended: "limit", maxEpochs: 6, every: 3, patience: 5 });
  expect(still.stage1.stableEpochs).toBe(3);
  expect(still.codes).toEqual(["convergence-not-judged"]);
  expect(still.report).toContain(
    "too few to judge whether the atoms had settled: 5 stable epochs in a row are asked for",
  );
  const moving = await trained("moving", stage1({ tolerance: 1e-9 }));
  expect(moving.stage1).toMatchObject({ ended: "limit", stableEpochs: 0 });
  expect(moving.codes).toEqual(["not-converged"]);
  expect(moving.report).toContain("at its last epoch (training.stage1.maxEpochs: 6): the atoms had not settled");
  const long = await trained("long", stage1({ tolerance: 50, maxEpochs: 7 }));
  expect(long.stage1).toMatchObject({ converged: true, ended: "settled", epochs: 7 });
  expect(long.codes).toEqual([]);
  const one = await trained("one", stage1({ maxEpochs: 2 }));
  expect(one.stage1).toMatchObject({ ended: "limit", maxEpochs: 2, stableEpochs: 0 });
  expect(one.codes).toEqual(["convergence-not-judged"]);
});

it("an ensemble says it of its members", { timeout: 60_000 }, async () => {
  const { stage1: end, codes, report } = await trained("members", { ensemble: 2, ...stage1({ tolerance: 50 }) });
  expect(end).toMatchObject({ converged: false, endedMembers: { settled: 0, overfit: 0, limit: 2 }, stableEpochs: 3 });
  expect(end).not.toHaveProperty("ended");
  expect(codes).toEqual(["convergence-not-judged"]);
  expect(report).toContain("had settled in every member: 5 stable epochs");
});
