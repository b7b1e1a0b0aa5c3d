import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { Rng } from "../../src/math/rng.js";
import { loadModel } from "../../src/record/model-folder.js";
import { readRun } from "../../src/record/read-run.js";
import { trainRun } from "../../src/run/train-run.js";
import { twoClasses } from "../support/two-classes.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-second-task-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const out = path.join(root, "run");
const config = parseConfig({
  name: "classes",
  engine: "onnx",
  data: {
    file: "table.csv",
    target: "ill",
    modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } },
  },
  model: { latentDim: 2, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
  training: { batchSize: 32, stage1: { maxEpochs: 3 }, stage2: { maxEpochs: 30 } },
});
const json = (name: string) => JSON.parse(readFileSync(path.join(out, name), "utf8"));
const lines = (name: string) =>
  readFileSync(path.join(out, name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
let refusal = "";

/** A run of another task than regression, from its table to its finished folder, where only the report is missing. */
beforeAll(async () => {
  const rng = new Rng("classes");
  const rows = Array.from({ length: 600 }, () => {
    const [a, b, noise] = [rng.normal(), rng.normal(), rng.normal()];
    return `${Number(a + b + 0.5 * noise > 0)},${a},${rng.normal()},${b}`;
  });
  writeFileSync(path.join(root, "table.csv"), `ill,a1,a2,b1\n${rows.join("\n")}\n`);
  refusal = await trainRun({ config, baseFolder: root, out, task: twoClasses }).then(
    () => "",
    (error: Error) => error.message,
  );
}, 60_000);

describe("a task of classes, given to a run", () => {
  it("trains by its own loss, judged by its own cost", () => {
    const epochs = lines("metrics.jsonl");
    expect(epochs.length).toBe(33);
    for (const { validation } of epochs) expect(Object.keys(validation)).toEqual(["loss", "logLoss"]);
    const { loss } = epochs.at(-1).validation;
    // ln 2 nats is what knowing nothing costs; the classes can be told apart by all but the noise.
    expect(epochs[0].validation.loss).toBeLessThan(1.2 * Math.LN2);
    expect(loss).toBeLessThan(0.85 * Math.LN2);
  });

  it("is measured by its own metrics, beside its own baselines", () => {
    const { task, test, baselines, differences, warnings } = json("metrics.json");
    expect(task).toBe("two-classes");
    expect(Object.keys(test.perTarget.ill)).toEqual(["logLoss", "accuracy"]);
    expect(test.perTarget.ill.accuracy).toBeGreaterThan(0.75);
    expect(Object.keys(baselines)).toEqual(["prior", "logistic", "logistic.a", "logistic.b"]);
    expect(baselines.prior.test.perTarget.ill.logLoss).toBeCloseTo(Math.LN2, 1);
    expect(differences.ill.prior.high).toBeLessThan(0);
    expect(differences.ill.prior.value).toBeCloseTo(
      test.perTarget.ill.logLoss - baselines.prior.test.perTarget.ill.logLoss,
      12,
    );
    expect(warnings.map(({ code }: { code: string }) => code)).not.toContain("not-better-than-prior");
    expect(readFileSync(path.join(out, "predictions.csv"), "utf8").split("\n")[0]).toContain("ill.logistic");
  });

  it("has its information counted on its own Gaussian view", () => {
    const { information } = json("pid.json");
    expect(information.total).toBeGreaterThan(0.2);
    expect(information.total).toBeLessThan(2);
  });

  it("is stored under its name, and refused by name where it is not known", async () => {
    const { task, shares, names, targetTransform } = json("model/model.json");
    expect({ task, names, targetTransform }).toEqual({
      task: "two-classes",
      names: ["ill"],
      targetTransform: undefined,
    });
    expect(Math.abs(shares[0] - 0.5)).toBeLessThan(0.1);
    const unknown = 'no task "two-classes"; there are regression';
    await expect(loadModel(path.join(out, "model"))).rejects.toThrow(unknown);
    await expect(readRun(out)).rejects.toThrow(unknown);
    expect(refusal).toContain(unknown);
  });
});
