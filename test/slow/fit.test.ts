import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseCsv } from "../../src/files/parse-csv.js";
import { type FittedModel, fit as fitRows, Interrupted, predictRun, trainRun } from "../../src/index.js";
import { Rng } from "../../src/math/rng.js";
import { scratchFolder } from "../support/command.js";

const folder = scratchFolder();
const rows = 400;
const rng = new Rng("rows in memory");
const draw = (columns: number) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.normal()));
const alpha = draw(3);
const beta = draw(2);
const y = alpha.map(([a], i) => a + beta[i][0] + 0.3 * rng.normal());
const quick = {
  seed: 3,
  training: { stage1: { maxEpochs: 3 }, stage2: { maxEpochs: 4 } },
  model: { encoder: { embedding: "none" as const, hidden: [16] }, latentDim: 4 },
};

describe("a model of rows in memory", () => {
  let model: FittedModel;
  beforeAll(async () => {
    model = await fitRows({ name: "memory", modalities: { alpha, beta: { values: beta } }, target: { y }, ...quick });
  });

  it("is that of the same rows in a file, to the last bit", async () => {
    const header = ["alpha1", "alpha2", "alpha3", "beta1", "beta2", "y"].join(",");
    const lines = alpha.map((row, i) => [...row, ...beta[i], y[i]].join(","));
    await writeFile(path.join(folder, "table.csv"), `${[header, ...lines].join("\n")}\n`);
    const modalities = { alpha: { columns: ["alpha*"] }, beta: { columns: ["beta*"] } };
    const config = { name: "file", data: { file: "table.csv", target: "y", modalities }, ...quick };
    const { metrics, pid } = await trainRun({ config, baseFolder: folder, out: path.join(folder, "file") });
    expect(model.metrics.test).toEqual(metrics.test);
    expect(model.metrics.baselines).toEqual(metrics.baselines);
    expect(model.atoms).toEqual(pid.atoms);
    expect(model.pid.standardErrors).toEqual(pid.standardErrors);
  });

  it("predicts a number for every row, with an interval around it", async () => {
    const some = { alpha: alpha.slice(0, 7), beta: beta.slice(0, 7) };
    const prediction = await model.predict(some);
    expect(prediction).toHaveLength(7);
    const { lower, upper, contributions, prediction: again } = await model.explain(some, { level: 0.5 });
    expect(again).toEqual(prediction);
    expect(prediction.every((value, i) => lower[i] < value && value < upper[i])).toBe(true);
    expect(Object.keys(contributions)).toEqual(["alpha", "beta", "alpha*beta"]);
  });

  it("is saved as a run folder that predicts the same from a file", async () => {
    const saved = path.join(folder, "saved");
    const { report } = await model.save(saved);
    expect(readFileSync(report, "utf8")).toContain("memory");
    const [data, out] = [path.join(folder, "table.csv"), path.join(folder, "predictions.csv")];
    await predictRun({ run: saved, data, out });
    const { header, rows: lines } = parseCsv(readFileSync(out, "utf8"), out);
    const column = header.indexOf("y.prediction");
    const told = Float64Array.from(lines, (line) => Number(line[column]));
    expect(await model.predict({ alpha, beta })).toEqual(told);
    await expect(model.save(saved)).rejects.toThrow("save into a new folder");
  });

  it.each<[object, string]>([
    [{ alpha: alpha.slice(0, 2) }, 'modality "beta" is missing; the model has alpha, beta'],
    [{ alpha, beta, gamma: beta }, 'there is no modality "gamma"'],
    [{ alpha, beta: { columns: ["beta2", "beta1"], values: beta } }, "the model reads beta1, beta2, in this order"],
    [{ alpha: alpha.slice(0, 2), beta: beta.slice(0, 3) }, 'modality "beta" has 3 rows; expected 2'],
    [{ alpha: [[1, 2]], beta: [[1, 2]] }, 'modality "alpha", row 1: expected 3 values, got 2'],
    [{ alpha: [[1, 2, Number.NaN]], beta: [[1, 2]] }, "missing"],
    [{ alpha: [], beta: [] }, "no row can be predicted"],
  ])("refuses rows that do not fit: %#", async (given, message) => {
    await expect(model.predict(given as never)).rejects.toThrow(message);
  });
});

it("rows of any shape, groups, ids and unknown targets", async () => {
  const pictures = alpha.map(([a, b, c]) => Float32Array.from([a, b, c, a * b]));
  const known = y.map((value, i) => (i % 20 === 0 ? null : value));
  const model = await fitRows({
    ...quick,
    modalities: { picture: { shape: [2, 2], values: pictures }, beta },
    target: { y: known, z: y.map((value) => 10 * value) },
    ids: y.map((_, i) => `row ${i}`),
    group: y.map((_, i) => `subject ${Math.floor(i / 2)}`),
  });
  expect(model.targets).toEqual(["y", "z"]);
  const { validation, test } = model.metrics;
  expect(validation.n + test.n).toBeLessThan(0.5 * rows);
  const prediction = await model.predict({
    picture: { shape: [2, 2], values: pictures.slice(0, 3) },
    beta: beta.slice(0, 3),
  });
  expect(prediction).toHaveLength(6);
  expect(await model.predict({ picture: pictures.slice(0, 3), beta: beta.slice(0, 3) })).toEqual(prediction);
});

describe("a model of classes of rows in memory", () => {
  const labels = y.map((value) => (value > 1 ? "high" : value < -1 ? "low" : "middle"));
  const modalities = { alpha, beta };
  let model: FittedModel;
  beforeAll(async () => {
    model = await fitRows({ name: "memory", modalities, target: { level: labels }, ...quick });
  });

  it("is that of the same rows in a file, to the last bit", async () => {
    const header = ["alpha1", "alpha2", "alpha3", "beta1", "beta2", "level"].join(",");
    const lines = alpha.map((row, i) => [...row, ...beta[i], labels[i]].join(","));
    await writeFile(path.join(folder, "classes.csv"), `${[header, ...lines].join("\n")}\n`);
    const data = {
      ...{ file: "classes.csv", target: { column: "level", kind: "class" as const } },
      modalities: { alpha: { columns: ["alpha*"] }, beta: { columns: ["beta*"] } },
    };
    const out = path.join(folder, "classes");
    const { metrics, pid } = await trainRun({ config: { name: "file", data, ...quick }, baseFolder: folder, out });
    expect(model.classes).toEqual(["high", "low", "middle"]);
    expect(model.metrics.test).toEqual(metrics.test);
    expect(model.metrics.baselines).toEqual(metrics.baselines);
    expect(model.atoms).toEqual(pid.atoms);
  });

  it("predicts probabilities of its classes, and sets that hold the likeliest first", async () => {
    const some = { alpha: alpha.slice(0, 9), beta: beta.slice(0, 9) };
    const { prediction, sets, lower, upper, quantiles } = await model.explain(some, { level: 0.8 });
    expect(await model.predict(some)).toEqual(prediction);
    expect(prediction).toHaveLength(27);
    for (let i = 0; i < 9; i++) {
      const own = Array.from(prediction.subarray(3 * i, 3 * i + 3));
      expect(own.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(sets?.[i][0]).toBe(model.classes?.[own.indexOf(Math.max(...own))]);
    }
    expect([lower.length, upper.length, quantiles]).toEqual([0, 0, {}]);
    await expect(model.explain(some, { quantiles: [0.5] })).rejects.toThrow("quantiles: the predictions of this model");
    await expect(model.explain(some, { level: 2 })).rejects.toThrow("level 2: expected a number between 0 and 1");
  });

  it("is the same of numbers and truth values that are said to be classes; unknown ones are left out", async () => {
    const codes = labels.map((label) => ["high", "low", "middle"].indexOf(label));
    const coded = await fitRows({ modalities, target: { level: { values: codes, kind: "class" } }, ...quick });
    expect(coded.classes).toEqual(["0", "1", "2"]);
    expect(coded.metrics.test).toEqual(model.metrics.test);
    const truths = y.map((value, i) => (i % 10 === 0 ? null : value > 0));
    const two = await fitRows({ modalities, target: { positive: truths }, ...quick });
    expect(two.classes).toEqual(["false", "true"]);
    expect(two.metrics.test.n + two.metrics.validation.n).toBeLessThan(0.3 * rows);
  });

  it.each<[object, string]>([
    [{ level: labels, y }, '"level" is of classes, which are predicted of one column'],
    [{ level: { values: labels, kind: "text" } }, 'target "level": kind: expected "number" or "class", got "text"'],
    [{ level: { values: labels, kind: "number" } }, 'target "level", row 1: expected a number, got string'],
    [{ level: { values: labels, classes: 3 } }, 'target "level": unknown key "classes"; there is values, kind'],
    [{ level: labels.slice(1) }, "rows"],
    [{ level: labels.map(() => "one") }, "there is nothing to predict"],
  ])("refuses targets that are none: %#", async (target, message) => {
    await expect(fitRows({ modalities, target: target as never, ...quick })).rejects.toThrow(message);
  });
});

it("an interrupted fit ends at once", async () => {
  const signal = AbortSignal.abort();
  const failed = fitRows({ modalities: { alpha, beta }, target: { y }, ...quick, signal });
  await expect(failed).rejects.toBeInstanceOf(Interrupted);
});
