import { expect, it } from "vitest";
import { correlation } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import { biasCorrectionMessages, correctBias, evaluateBiasCorrection, fitBiasLine } from "./bias-correction.js";
import { evaluatePart } from "./metrics.js";

/** Ages and predictions drawn towards the mean: 50 + 0.6 (age - 50) + noise of 5 years. */
function brainAges(n: number, seed: number) {
  const rng = new Rng(seed);
  const truth = Float64Array.from({ length: n }, () => 20 + 60 * rng.uniform());
  return { truth, prediction: truth.map((age) => 50 + 0.6 * (age - 50) + 5 * rng.normal()) };
}

it("finds the line of exact predictions, and takes it out", () => {
  const truth = [20, 30, 70, 80];
  const prediction = truth.map((age) => 18 + 0.5 * age);
  const line = fitBiasLine(truth, prediction);
  expect(line?.slope).toBeCloseTo(0.5, 12);
  expect(line?.intercept).toBeCloseTo(18, 12);
  expect(correctBias(prediction, [line])[3]).toBeCloseTo(80, 10);
});

it("fits lines down to a slope of a quarter, below which errors would be multiplied more than fourfold", () => {
  const truth = [20, 30, 70, 80];
  const fitted = (slope: number) =>
    fitBiasLine(
      truth,
      truth.map((age) => 18 + slope * age),
    )?.slope;
  expect(fitted(0.26)).toBeCloseTo(0.26, 12);
  expect(fitted(0.24)).toBeUndefined();
});

it("removes the dependence of the gap on the truth in rows it was not fitted to", () => {
  const validation = brainAges(2000, 1);
  const test = brainAges(2000, 2);
  const line = fitBiasLine(validation.truth, validation.prediction);
  const gap = (p: Float64Array) => p.map((value, i) => value - test.truth[i]);
  expect(correlation(gap(test.prediction), test.truth)).toBeLessThan(-0.7);
  // Standard error of a correlation at n = 2000 is 0.022; the fitted slope adds as much again.
  expect(Math.abs(correlation(gap(correctBias(test.prediction, [line])), test.truth))).toBeLessThan(0.1);
});

it("evaluates raw predictions of a target whose slope is near 0, and says so", () => {
  const rng = new Rng(3);
  const truth = Float64Array.from({ length: 200 }, () => rng.normal());
  const prediction = truth.map((_, i) => (i % 2 === 0 ? truth[i] : 0.1 * truth[i]));
  const columns = (index: number) => prediction.filter((_, i) => i % 2 === index);
  const lines = [0, 1].map((index) =>
    fitBiasLine(
      truth.filter((_, i) => i % 2 === index),
      columns(index),
    ),
  );
  expect(lines[0]?.slope).toBeCloseTo(1, 12);
  expect(lines[1]).toBeUndefined();
  const result = evaluateBiasCorrection(
    ["a", "b"],
    lines,
    {
      validation: { truth, prediction },
      test: { truth, prediction },
    },
    evaluatePart,
  );
  expect(Object.keys(result?.targets ?? {})).toEqual(["a"]);
  expect(result?.test.perTarget.b.r2).toBe(evaluatePart(["a", "b"], truth, prediction).perTarget.b.r2);
  expect(biasCorrectionMessages(["a", "b"], lines)).toEqual([expect.stringContaining('"b" follow its true value')]);
  expect(
    evaluateBiasCorrection(
      ["b"],
      [undefined],
      { validation: { truth, prediction }, test: { truth, prediction } },
      evaluatePart,
    ),
  ).toBeUndefined();
});

it("refuses a constant truth", () => {
  expect(fitBiasLine([1, 1, 1], [1, 2, 3])).toBeUndefined();
});
