import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type FittedModel, fit as fitRows } from "../../src/index.js";
import { Rng } from "../../src/math/rng.js";
import { readRun } from "../../src/record/read-run.js";
import { pidreg, scratchFolder } from "../support/command.js";

const folder = scratchFolder();
const run = path.join(folder, "strong");
const rng = new Rng("little noise");
const draw = () => Array.from({ length: 300 }, () => [rng.normal(), rng.normal()]);
const [alpha, beta] = [draw(), draw()];
/** Two modalities that add up, and hardly any noise: what networks leave unlearned is most of what they leave. */
const y = alpha.map(([a], i) => a + beta[i][0] + 0.02 * rng.normal());

let model: FittedModel;
beforeAll(async () => {
  model = await fitRows({
    ...{ name: "strong", modalities: { alpha, beta }, target: { y }, seed: 1 },
    model: {
      encoder: { embedding: "none", hidden: [8], linear: true, dropout: 0 },
      latentDim: 2,
      predictor: { dropout: 0 },
    },
    training: { stage1: { maxEpochs: 8 }, stage2: { maxEpochs: 40 } },
  });
  await model.save(run);
}, 120_000);

it("says at least where an information has no upper end: library, pid.json, warnings", async () => {
  const { pid, metrics } = await readRun(run);
  for (const found of [model.pid, pid]) {
    expect(found.flags).toContain("lower-bound");
    expect(found.intervals?.upper.information.total).toBeNull();
    expect(found.intervals?.upper.atoms.synergy).toBeNull();
    // what alpha alone tells, half a bit, has one
    expect(found.intervals?.upper.information.byModality.alpha).toBeLessThan(2);
    expect(found.intervals?.lower.information.total).toBeGreaterThan(1.5);
  }
  expect(pid.test?.intervals?.upper.information.total).toBeNull();
  expect(metrics.warnings?.map(({ code }) => code)).toContain("lower-bound");
});

it("says so in the report and on the terminal, of both parts", async () => {
  const report = readFileSync(path.join(run, "report.html"), "utf8").replace(/\s+/g, " ");
  expect(report).toMatch(/carry <b>\d\.\d\d \(at least \d\.\d\d\) bits<\/b> about y on the validation rows/);
  expect(report).toMatch(/On the test rows the total is \d\.\d\d \(at least \d\.\d\d\) bits/);
  expect(report).toMatch(/\d+ % or less/);
  expect(report).toContain("arrows: at least where they begin");
  const { code, stdout } = await pidreg(["evaluate", run], folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/all together +\d\.\d+ +at least \d\.\d+/);
  expect(stdout).toMatch(/alpha alone +\d\.\d+ +\d\.\d+ to \d\.\d+/);
  expect(stdout).toContain("lower-bound: ");
});
