import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { parseConfig } from "../config/load.js";
import { pooled } from "../executors/processes.js";
import { ablateDesign } from "./ablate.js";
import { crossvalDesign } from "./crossval.js";
import { executeStudy } from "./execute.js";
import { collect } from "./kinds.js";
import { nestedDesign } from "./nested.js";
import { planStudy } from "./plan.js";
import { runStudy } from "./run-study.js";
import { selectDesign } from "./select.js";
import { nestedTuneDesign } from "./tune/nested-tune.js";
import { tuneDesign } from "./tune/tune.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-kinds-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lines = Array.from({ length: 60 }, (_, i) => `s${i},site${i % 6},${i % 11},${(i * 3) % 7},${(i * 5) % 9}`);
writeFileSync(path.join(root, "table.csv"), `id,site,y,a,b\n${lines.join("\n")}\n`);
const asked = {
  config: parseConfig({
    name: "kinds",
    data: {
      ...{ file: "table.csv", id: "id", target: "y", group: "site", units: { y: "mm" } },
      modalities: { a: { columns: ["a"], cost: 2 }, b: { columns: ["b"], cost: 1 } },
    },
  }),
  baseFolder: root,
};
const many = Array.from({ length: 700 }, (_, i) => `s${i},site${i % 70},${i % 11},${(i * 3) % 7},${(i * 5) % 9}`);
writeFileSync(path.join(root, "large.csv"), `id,site,y,a,b\n${many.join("\n")}\n`);
const large = {
  ...asked,
  config: parseConfig({
    ...asked.config,
    data: { ...asked.config.data, file: "large.csv", split: { train: 0.6, validation: 0.3, test: 0.1 } },
    model: { latentDim: 3 },
  }),
};
const other = {
  ...asked,
  config: parseConfig({
    ...asked.config,
    name: "other",
    data: { ...asked.config.data, modalities: { a: { columns: ["a"] } } },
  }),
};
const executor = pooled(leaveRun, { jobs: 2 });

it.each([
  ["crossval", crossvalDesign({ ...asked, folds: 2, repeats: 2 }), ["predictions.csv"]],
  ["crossval-outer", crossvalDesign({ ...asked, folds: 2, repeats: 1, outerGroup: "site" }), ["predictions.csv"]],
  [
    "crossval-extras",
    crossvalDesign({ ...large, folds: 2, repeats: 2, trainShares: [0.5], permutations: 2 }),
    ["predictions.csv"],
  ],
  ["crossval-several", crossvalDesign({ ...asked, others: [other], folds: 2, repeats: 1 }), ["predictions.csv"]],
  ["select", selectDesign({ ...asked, repeats: 1, seeds: 2, margin: 0.02, decideOn: "test" }), []],
  ["select-nested", nestedDesign({ ...asked, folds: 2, repeats: 2, seeds: 1, margin: 0.02 }), []],
  ["select-repeats", selectDesign({ ...asked, repeats: 2, margin: 0.02, decideOn: "validation" }), []],
  ["ablate-repeats", ablateDesign({ ...asked, repeats: 2, seeds: 2, only: ["no-averaging"] }), []],
  ["tune", tuneDesign({ ...asked, trials: 3, repeats: 2 }), ["best.yaml", "trials.csv"]],
  ["tune-budget", tuneDesign({ ...asked, budgetSeconds: 1, jobs: 2, repeats: 2 }), ["best.yaml", "trials.csv"]],
  ["crossval-tune", nestedTuneDesign({ ...asked, folds: 2, repeats: 1, trials: 2 }), []],
  ["ablate", ablateDesign({ ...asked, repeats: 1, seeds: 1, only: ["no-averaging"] }), []],
])("%s in steps ends in the bytes of the whole", async (name, design, tables) => {
  const [whole, steps] = ["whole", "steps"].map((way) => path.join(root, `${name}-${way}`));
  const { results, text, blocks } = await runStudy<object>(design, { out: whole, executor });
  let { trainings } = await planStudy(design, { out: steps });
  let outcome: Awaited<ReturnType<typeof collect>>["outcome"];
  while (outcome === undefined) {
    await executeStudy(steps, trainings.map(({ index }) => index).toReversed(), { executor });
    const collected = await collect(steps);
    ({ outcome } = collected);
    trainings = collected.next?.trainings ?? [];
  }
  expect(outcome).toEqual({ folder: steps, results, text, blocks, report: path.join(steps, "report.html") });
  const figures = readdirSync(path.join(whole, "figures")).map((file) => `figures/${file}`);
  expect(figures.length).toBeGreaterThan(1);
  const documents = ["study.json", "results.json", "report.md", "report.html", "SHA256SUMS"];
  for (const file of [...documents, ...figures, ...tables]) {
    expect(readFileSync(path.join(steps, file), "utf8"), file).toBe(readFileSync(path.join(whole, file), "utf8"));
  }
});
