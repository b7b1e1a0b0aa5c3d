import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { Rng } from "../../src/math/rng.js";
import { atChange, results, start } from "../support/kill.js";
import { itLong } from "../support/long.js";
import { writeNpy } from "../support/npy.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-micro-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const text = (...names: string[]) => readFileSync(at(...names), "utf8");
const rows = 400;
/** Does not divide the batch: the last part of each is smaller. */
const microBatch = 12;

const config = `name: micro
data:
  file: t.csv
  id: id
  target: y
  missing: mean
  modalities:
    scan: { kind: volume, array: scan.npy, index: place }
    number: { columns: [b] }
model:
  latentDim: 4
  encoder: { hidden: [8], embedding: none, channels: [8], norm: group }
  predictor: { hidden: [8] }
training: { batchSize: 32, modalityDropout: 0.1, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 } }
evaluation: { importance: "off" }
`;
const run = async (...args: string[]) => {
  const ended = await start(args, folder).ended;
  expect(ended.code, ended.stderr).toBe(0);
};

beforeAll(async () => {
  const rng = new Rng("micro-batches");
  const size = 6 ** 3;
  const causes = Array.from({ length: rows }, () => [rng.normal(), rng.normal()]);
  const values = causes.flatMap(([a]) => Array.from({ length: size }, () => a + 0.3 * rng.normal()));
  writeNpy(at("scan.npy"), [rows, 6, 6, 6, 1], values);
  const lines = causes.map(([a, b], i) => [i, a + b + 0.1 * rng.normal(), b, i % 15 === 4 ? "" : i].join(","));
  writeFileSync(at("t.csv"), ["id,y,b,place", ...lines].join("\n"));
  writeFileSync(at("whole.yaml"), config);
  const { training, ...rest } = parse(config);
  writeFileSync(at("parts.yaml"), stringify({ ...rest, training: { ...training, microBatch } }));
  writeFileSync(at("two.yaml"), stringify({ ...rest, training: { ...training, microBatch }, ensemble: 2 }));
  await run("train", "parts.yaml", "--out", "parts");
});

describe("a training whose volumes go through their encoder some at a time", () => {
  it("ends where the training of whole batches does, up to rounding", async () => {
    await run("train", "whole.yaml", "--out", "whole");
    const error = (name: string) => JSON.parse(text(name, "metrics.json")).test.overall.rmse;
    expect(error("parts")).toBeCloseTo(error("whole"), 3);
    const epochs = (name: string) =>
      text(name, "metrics.jsonl")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).validation.loss as number);
    const [parts, whole] = [epochs("parts"), epochs("whole")];
    expect(parts).toHaveLength(whole.length);
    parts.forEach((loss, i) => void expect(loss, `epoch ${i}`).toBeCloseTo(whole[i], 3));
    // Another order of sums: not the same bytes, else nothing was taken apart.
    expect(text("parts", "model", "weights.safetensors")).not.toBe(text("whole", "model", "weights.safetensors"));
  });

  it("ends in the same bytes after it was killed", async () => {
    await killedOnce("killed");
    await run("train", "parts.yaml", "--out", "killed", "--resume");
    const [expected, got] = [await results(at("parts")), await results(at("killed"))];
    for (const name of Object.keys(expected)) expect(got[name].equals(expected[name]), name).toBe(true);
  });

  itLong("trains the members of an ensemble, and folds", async () => {
    await run("train", "two.yaml", "--out", "two", "--jobs", "1");
    const member = (name: string) => text("two", "members", name, "model", "weights.safetensors");
    expect(Number.isFinite(JSON.parse(text("two", "metrics.json")).test.overall.rmse)).toBe(true);
    expect(member("1")).not.toBe(member("2"));
    await run("crossval", "parts.yaml", "--folds", "3", "--out", "folds", "--jobs", "1");
    // A header, and every row once.
    const lines = text("folds", "predictions.csv").trimEnd().split("\n");
    expect(new Set(lines.slice(1).map((line) => line.split(",")[0])).size).toBe(rows);
  });
});

/** Starts a training and kills it when its checkpoints have changed some times. */
async function killedOnce(out: string): Promise<void> {
  const { child, ended } = start(["train", "parts.yaml", "--out", out], folder);
  const checkpoint = at(out, "checkpoint");
  while (!existsSync(checkpoint) && child.exitCode === null) await setTimeout(10);
  const stop = atChange(checkpoint, 3, () => child.kill("SIGKILL"));
  const end = await ended;
  stop();
  expect(end.signal, end.stderr).toBe("SIGKILL");
}
