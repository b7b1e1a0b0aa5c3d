import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { studentTQuantile } from "../math/student-t.js";
import { compareErrors, comparisonWords, type EvaluatedSplit, relativeChange } from "./compared-errors.js";
import { correctedResampledInterval } from "./paired.js";

const error = { ofMeanCost: Math.sqrt };

/** Models whose rows are as hard for all, each off by a factor of its own in every split. */
function splitsOf(ratios: readonly number[], count: number, seed: string): EvaluatedSplit[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, () => {
    const hard = Float64Array.from({ length: 80 }, () => rng.normal());
    const models = ratios.map((ratio) => {
      const factor = ratio * (1 + 0.02 * rng.normal());
      return [[hard.map((row) => (factor * (row + 0.2 * rng.normal())) ** 2)]];
    });
    return { models, groups: null, scales: [1], heldToTrain: 1 / 3 };
  });
}

describe("errors over several splits", () => {
  it("are means with the corrected resampled t, and changes that of their logarithms", () => {
    const splits = splitsOf([1, 1.1], 4, "splits");
    const { errors, changes, upper, bySplit, together } = compareErrors(splits, { rng: new Rng(1), error });
    expect(together).toBeNull();
    expect(errors[1]).toMatchObject({ value: correctedResampledInterval(bySplit[1], 1 / 3).value, draws: 4 });
    expect(errors[1].high).toBeCloseTo(correctedResampledInterval(bySplit[1], 1 / 3).high, 12);
    const logs = bySplit[1].map((own, r) => Math.log(own / bySplit[0][r]));
    const expected = correctedResampledInterval(logs, 1 / 3);
    expect(changes[1].low).toBeCloseTo(Math.expm1(expected.low), 12);
    expect(changes[1].high).toBeCloseTo(Math.expm1(expected.high), 12);
    expect(upper[1]).toBeCloseTo(Math.expm1(correctedResampledInterval(logs, 1 / 3, 0.9).high), 12);
    expect(changes[0]).toMatchObject({ value: 0, low: 0, high: 0 });
    expect(comparisonWords(splits)).toBe("corrected resampled t over 4 splits");
    expect(comparisonWords(splits.slice(1, 2))).toBe("bootstrap over rows");
  });

  it("that are 0 are compared as they are", () => {
    const { interval } = relativeChange([0, 2], [1, 1], 0.5);
    expect(interval.value).toBe(0);
    expect(interval.high).toBeCloseTo(correctedResampledInterval([-1, 1], 0.5).high, 12);
  });
});

describe("bounds over several splits", () => {
  const bounded = (splits: readonly EvaluatedSplit[], margin = 0.1) => {
    const { together } = compareErrors(splits, { rng: new Rng("bounds"), error, margin });
    if (together === null) throw new Error("no bounds");
    return together;
  };

  it("of one change are Student's t", () => {
    const { critical, compared } = bounded(splitsOf([1, 1.02], 5, "one"));
    expect(compared).toBe(1);
    // 10000 rounds: the quantile has a standard error of 2 %.
    expect(Math.abs(critical / studentTQuantile(0.9, 4) - 1)).toBeLessThan(0.08);
  });

  it("of several lie further out, and not as far as independent ones would", () => {
    const { critical, bounds, compared } = bounded(splitsOf([1, 1.02, 1.02, 1.02, 1.02], 5, "some"));
    expect(compared).toBe(4);
    expect(bounds).toHaveLength(4);
    expect(critical).toBeGreaterThan(1.2 * studentTQuantile(0.9, 4));
    expect(critical).toBeLessThan(studentTQuantile(1 - 2 * (1 - 0.95 ** (1 / 4)), 4));
  });

  it("are not widened by changes that are clearly above the margin", () => {
    const alone = bounded(splitsOf([1, 1.02], 5, "one"), 0.02);
    const beside = bounded(splitsOf([1, 1.02, 3, 4, 5], 5, "one"), 0.02);
    expect(beside.compared).toBe(1);
    expect(Math.abs(beside.critical / alone.critical - 1)).toBeLessThan(0.05);
  });

  it("of what is the same in every split are its value", () => {
    const [split] = splitsOf([1], 1, "same");
    const same = { ...split, models: [split.models[0], split.models[0]] };
    expect(bounded([same, same])).toEqual({ bounds: [0], compared: 0, critical: 0 });
  });
});
