import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { evaluatePart, evaluateTarget, mae, pearson, r2, rmse } from "./metrics.js";

describe("metrics of one target", () => {
  const truth = [3.0, -0.5, 2.0, 7.0, 4.2];
  const prediction = [2.5, 0.0, 2.0, 8.0, 3.9];

  it("agrees with scikit-learn and scipy", () => {
    // sklearn 1.2.1: mean_absolute_error, sqrt(mean_squared_error), r2_score; scipy.stats.pearsonr
    expect(mae(truth, prediction)).toBeCloseTo(0.4600000000000001, 14);
    expect(rmse(truth, prediction)).toBeCloseTo(0.5639148871948674, 14);
    expect(r2(truth, prediction)).toBeCloseTo(0.9480256276150627, 14);
    expect(pearson(truth, prediction)).toBeCloseTo(0.9803635968771465, 14);
  });

  it("does not depend on the order of rows, and errors scale with the unit", () => {
    const rng = new Rng(3);
    const order = rng.permutation(truth.length);
    const pick = (values: number[], scale = 1) => Array.from(order, (i) => values[i] * scale);
    const first = evaluateTarget(truth, prediction);
    const second = evaluateTarget(pick(truth, 10), pick(prediction, 10));
    expect(second.mae).toBeCloseTo(10 * first.mae, 12);
    expect(second.rmse).toBeCloseTo(10 * first.rmse, 12);
    expect(second.r2).toBeCloseTo(first.r2!, 12);
    expect(second.pearson).toBeCloseTo(first.pearson!, 12);
  });

  it("gives a correlation and R2 in whatever unit, however small the values are in it", () => {
    const truth = [1, 2, 3, 5].map((value) => value * 1e-4);
    const prediction = [1, 2.5, 2.5, 5].map((value) => value * 1e-4);
    const large = evaluateTarget([1, 2, 3, 5], [1, 2.5, 2.5, 5]);
    const small = evaluateTarget(truth, prediction);
    expect(small.pearson).toBeCloseTo(large.pearson as number, 12);
    expect(small.r2).toBeCloseTo(large.r2 as number, 12);
    expect(small.pearson).toBeGreaterThan(0.9);
  });

  it("says null where a quantity does not exist", () => {
    const constant = Array(7).fill(0.1); // 7 * 0.1 / 7 is not 0.1 in floating point
    expect(evaluateTarget([1, 2, 3, 4, 5, 6, 7], constant).pearson).toBeNull();
    expect(evaluateTarget(constant, [1, 2, 3, 4, 5, 6, 7])).toMatchObject({ r2: null, pearson: null });
  });

  it("is perfect for a perfect prediction", () => {
    expect(evaluateTarget(truth, truth)).toEqual({ mae: 0, rmse: 0, r2: 1, pearson: 1 });
  });
});

describe("evaluatePart", () => {
  it("reads row-major targets and averages them", () => {
    const part = evaluatePart(["a", "b"], [0, 10, 1, 20, 2, 30], [0, 12, 1, 22, 2, 32]);
    expect(part.n).toBe(3);
    expect(part.perTarget.a).toEqual({ mae: 0, rmse: 0, r2: 1, pearson: 1 });
    expect(part.perTarget.b).toEqual({ mae: 2, rmse: 2, r2: 1 - 12 / 200, pearson: 1 });
    expect(part.overall).toEqual({ mae: 1, rmse: 1, r2: (1 + 0.94) / 2, pearson: 1 });
  });

  it("refuses sizes that disagree and values that are not finite", () => {
    expect(() => evaluatePart(["a"], [1, 2, 3], [1, 2])).toThrow(/3 true and 2 predicted values/);
    expect(() => evaluatePart(["a", "b"], [1, 2, 3], [1, 2, 3])).toThrow(/2 target/);
    expect(() => evaluatePart(["a"], [1, 2], [1, Number.NaN])).toThrow(
      'predicted "a" is NaN in row 2 (counted from 1)',
    );
  });
});
