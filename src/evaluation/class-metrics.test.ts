import { describe, expect, it } from "vitest";
import {
  areaUnderCurve,
  balancedAccuracy,
  brierScore,
  calibrationError,
  confusionMatrix,
  evaluateClasses,
  logLosses,
  meanAreaUnderCurve,
  rocCurve,
} from "./class-metrics.js";

// Rows of classes 0, 1, 1, 2 with their probabilities.
const truth = [0, 1, 1, 2];
const prediction = [0.7, 0.2, 0.1, 0.5, 0.3, 0.2, 0.1, 0.8, 0.1, 0.2, 0.2, 0.6];

describe("metrics of classes", () => {
  it("are those of a table worked out by hand", () => {
    expect([...logLosses(truth, prediction)]).toEqual([0.7, 0.3, 0.8, 0.6].map((p) => -Math.log(p)));
    expect(confusionMatrix(truth, prediction)).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [0, 0, 1],
    ]);
    expect(balancedAccuracy(truth, prediction)).toBeCloseTo(2.5 / 3, 12);
    const squares = [0.09 + 0.04 + 0.01, 0.25 + 0.49 + 0.04, 0.01 + 0.04 + 0.01, 0.04 + 0.04 + 0.16];
    expect(brierScore(truth, prediction)).toBeCloseTo(squares.reduce((a, b) => a + b) / 4, 12);
    // Class 0: 0.7 against 0.5, 0.1, 0.2: above all of them. Class 1: 0.3 and 0.8 against 0.2, 0.2. Class 2: 0.6 against 0.1, 0.2, 0.1.
    expect([0, 1, 2].map((y) => areaUnderCurve(truth, prediction, y))).toEqual([1, 1, 1]);
  });

  it("count ties half, and have no area where a side has no row", () => {
    expect(areaUnderCurve([0, 1], [0.5, 0.5, 0.5, 0.5], 1)).toBe(0.5);
    expect(areaUnderCurve([0, 0, 1, 1], [0.9, 0.1, 0.4, 0.6, 0.6, 0.4, 0.2, 0.8], 1)).toBe(0.75);
    expect(areaUnderCurve([0, 0], [0.5, 0.5, 0.5, 0.5], 1)).toBeNull();
    expect(meanAreaUnderCurve([0, 0], [0.5, 0.5, 0.5, 0.5])).toBeNull();
  });

  it("have a curve whose area by trapezes is that of the ranks", () => {
    const y = [0, 0, 1, 1, 0, 1];
    const p = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4].flatMap((q) => [1 - q, q]);
    const points = rocCurve(y, p, 1);
    const area = points.slice(1).reduce((sum, [x, v], i) => sum + ((x - points[i][0]) * (v + points[i][1])) / 2, 0);
    expect(area).toBeCloseTo(areaUnderCurve(y, p, 1) ?? Number.NaN, 12);
    expect([points[0], points[points.length - 1]]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it("call probabilities calibrated that come true as often as they say, and off by what they are off", () => {
    // Ten rows at 0.8 of class 1, of which eight are of it: no error; of which four: 0.4.
    const said = (right: number) =>
      calibrationError(
        Array.from({ length: 10 }, (_, i) => Number(i < right)),
        Array.from({ length: 10 }, () => [0.2, 0.8]).flat(),
      );
    expect(said(8)).toBeCloseTo(0, 12);
    expect(said(4)).toBeCloseTo(0.4, 12);
  });

  it("of a probability of 0 are finite", () => {
    expect(evaluateClasses([0], [0, 1]).logLoss).toBeCloseTo(15 * Math.LN10, 9);
  });
});
