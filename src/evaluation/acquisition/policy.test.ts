import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { resamplingOf } from "../resampling.js";
import { comparePolicies, expectedAgainstRealised } from "./compare.js";
import {
  adaptiveCurve,
  bestOrder,
  lossAt,
  meanCurve,
  meanOverBudgets,
  nextOf,
  randomCurve,
  type SubsetLosses,
} from "./policy.js";

/**
 * The switch: modality 0 says which of modalities 1 and 2 the target is, plus noise of variance 0.1. Mean losses of perfect regressions
 * are known: 0.1 where the one that counts is there, with modality 0; 1.1 where it is not.
 */
const noise = 0.1;
const rows = 100;
const counts = (row: number) => (row % 2 === 0 ? 1 : 2);
const lossOf = (have: number, row: number) => {
  if ((have & 1) === 0) return have === 0 ? 1 + noise : have === 6 ? 0.5 + noise : 0.75 + noise;
  return (have >> counts(row)) & 1 ? noise : 1 + noise;
};
const known: SubsetLosses = {
  rows,
  losses: Array.from({ length: 8 }, (_, have) => Float64Array.from({ length: rows }, (_row, row) => lossOf(have, row))),
  expected: (have, row) => ({
    atHand: lossOf(have, row),
    after: [0, 1, 2].map((m) => ((have >> m) & 1 ? null : lossOf(have | (1 << m), row))),
  }),
};
const base = known.losses.map((own) => own.reduce((a, b) => a + b) / rows);
const costs = [0, 1, 1];

describe("the adaptive policy", () => {
  it("buys each row the modality that counts: everything that can be known, at half of the cost", () => {
    const curve = meanCurve(adaptiveCurve(known, costs));
    expect(curve[0]).toEqual({ cost: 0, loss: expect.closeTo(1 + noise, 12) });
    expect(lossAt(curve, 1)).toBeCloseTo(noise, 12);
    expect(curve[curve.length - 1]).toEqual({ cost: 2, loss: expect.closeTo(noise, 12) });
  });

  it("has the mean loss over all budgets that the areas give, beside the fixed and the random order", () => {
    const compared = comparePolicies(known, {
      ...{ costs, base, error: (loss) => loss },
      ...{ resampling: resamplingOf(rows), rng: new Rng("policies") },
    });
    expect(compared.overBudgets.adaptive).toBeCloseTo(noise + 0.25, 12);
    expect(compared.overBudgets.fixed).toBeCloseTo(noise + 0.5, 12);
    expect(compared.overBudgets.random).toBeCloseTo(noise + 0.5, 12);
    expect(compared.gained.value).toBeCloseTo(0.25, 12);
    expect(compared.gained.low).toBeGreaterThan(0.15);
    expect(compared.gained.high).toBeLessThan(0.35);
  });

  it("takes first of what costs nothing that of the larger drop, and nothing where no drop is expected", () => {
    expect(nextOf({ atHand: 4, after: [3, 1, null] }, [0, 0, 1])).toEqual({
      modality: 1,
      gain: Number.POSITIVE_INFINITY,
    });
    expect(nextOf({ atHand: 4, after: [4, 1, null] }, [0, 2, 1])).toEqual({ modality: 1, gain: 1.5 });
    expect(nextOf({ atHand: 4, after: [4, null, null] }, [0, 2, 1])?.gain).toBe(0);
  });

  it("divides by the cost: of two that bring as much the cheaper one comes first", () => {
    const alike: SubsetLosses = {
      ...known,
      expected: (have) => ({ atHand: 3, after: [1, 2].map((m) => ((have >> (m - 1)) & 1 ? null : 2)) }),
    };
    const first = (own: readonly number[]) => meanCurve(adaptiveCurve(alike, own))[1].cost;
    expect(first([5, 1])).toBe(1);
    expect(first([1, 5])).toBe(1);
  });

  it("never costs less at a lower threshold, and ends where everything is bought", () => {
    const rng = new Rng("thresholds");
    const gains = Array.from({ length: 8 * rows * 3 }, () => rng.uniform());
    const noisy: SubsetLosses = {
      ...known,
      expected: (have, row) => ({
        atHand: 1,
        after: [0, 1, 2].map((m) => ((have >> m) & 1 ? null : gains[(have * rows + row) * 3 + m])),
      }),
    };
    const curve = meanCurve(adaptiveCurve(noisy, [1, 2, 3]));
    const spent = curve.map(({ cost }) => cost);
    expect(spent).toEqual([...spent].sort((a, b) => a - b));
    expect(spent[spent.length - 1]).toBe(6);
  });
});

describe("orders for all rows", () => {
  it("the best one is the one of the least area under its curve, costs counted", () => {
    // Alone 0 brings 4 and 1 brings 3, both together 5.
    const losses = [10, 6, 7, 5];
    expect(bestOrder(losses, [1, 1])).toEqual([0, 1]);
    expect(bestOrder(losses, [8, 1])).toEqual([1, 0]);
    expect(bestOrder(losses, [0, 1])).toEqual([1]);
  });

  it("a random one costs and errs what the subsets of its size do on average", () => {
    const curve = meanCurve(randomCurve(known, [1, 2, 6]));
    expect(curve.map(({ cost }) => cost)).toEqual([0, 3, 6, 9]);
    const pairs = [3, 5, 6].map((have) => base[have]);
    expect(curve[2].loss).toBeCloseTo(pairs.reduce((a, b) => a + b) / 3, 12);
  });

  it("means over budgets are areas: trapezoids over the range of costs", () => {
    expect(
      meanOverBudgets([
        { cost: 1, loss: 4 },
        { cost: 2, loss: 2 },
        { cost: 4, loss: 2 },
      ]),
    ).toBeCloseTo((3 + 4) / 3, 12);
  });
});

it("what was expected stands beside what came, by subsets that every row may have", () => {
  expect(expectedAgainstRealised(known, 1, 1)).toEqual({
    expected: expect.closeTo(0.5, 12),
    realised: expect.closeTo(0.5, 12),
    standardError: expect.closeTo(0, 12),
  });
});
