import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { errorDifference, errorInterval, type RowCosts, relativeDifference, resampleErrors } from "./paired-errors.js";
import { resamplingOf } from "./resampling.js";

/** The error of squared errors. */
const error = { ofMeanCost: Math.sqrt };
const rng = new Rng("errors");
const normals = (n: number) => Float64Array.from({ length: n }, () => rng.normal());
const hard = normals(400);
/** Errors that share what makes a row hard, scaled, with noise of their own. */
const training = (scale: number, own: number): RowCosts => [
  normals(400).map((noise, i) => (scale * hard[i] + own * noise) ** 2),
];

describe("resampleErrors", () => {
  const full = [training(1, 0.05), training(1, 0.05)];
  const worse = [training(1.03, 0.05), training(1.03, 0.05)];

  it("resolves a difference between two models that neither interval would show", () => {
    const [a, b] = resampleErrors([full, worse], { error, rng: new Rng(1) });
    const first = errorInterval(a);
    expect(first.value).toBeCloseTo(Math.sqrt(full.flat()[0].reduce((x, y) => x + y) / 400), 2);
    expect(first.high).toBeGreaterThan(b.value);
    const { value, low, high } = relativeDifference(b, a);
    expect(value).toBeCloseTo(0.03, 2);
    expect(low).toBeGreaterThan(0.01);
    expect(high).toBeLessThan(0.05);
    expect(relativeDifference(a, a)).toMatchObject({ value: 0, low: 0, high: 0 });
  });

  it("reads intervals of one training off the percentiles of what was drawn", () => {
    const basis = { resampling: resamplingOf(9), trainings: null };
    const drawn = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
    const of = (value: number, values: Float64Array) => ({ value, drawn: values, trainings: [], basis });
    const known = of(50, drawn);
    expect(errorInterval(known, 0.9)).toMatchObject({
      ...{ value: 50, level: 0.9, draws: 101 },
      ...{ low: expect.closeTo(5, 9), high: expect.closeTo(95, 9) },
    });
    expect(errorInterval(known)).toMatchObject({
      ...{ level: 0.95, low: expect.closeTo(2.5, 9), high: expect.closeTo(97.5, 9) },
    });
    expect(errorInterval(known).standardError).toBeCloseTo(Math.sqrt((101 * 102) / 12), 9);
    const doubled = of(
      100,
      drawn.map((v) => 2 * v + 1),
    );
    const other = of(
      50,
      drawn.map((v) => v + 0.5),
    );
    expect(relativeDifference(doubled, other, 0.9)).toMatchObject({ value: 1, low: 1, high: 1, level: 0.9 });
  });

  it("draws rows anew every time: errors vary as much as those of so many rows", () => {
    const squared = Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 9));
    const [resampled] = resampleErrors([[[squared]]], { error, rng: new Rng(3), draws: 4000 });
    // of a mean square of 5 with standard deviation 4: sd(RMSE) = 4 / (2 sqrt(5) sqrt(400)), up to 4 % of noise
    expect(resampled.value).toBeCloseTo(Math.sqrt(5), 12);
    const expected = 4 / (2 * Math.sqrt(5) * 20);
    expect(Math.abs(errorInterval(resampled).standardError / expected - 1)).toBeLessThan(0.05);
  });

  it("counts how far trainings differ, where there are several", () => {
    const steady = [training(1, 0), training(1, 0), training(1, 0)];
    const erratic = [training(0.8, 0), training(1, 0), training(1.2, 0)];
    const [a, b] = resampleErrors([steady, erratic], { error, rng: new Rng(1) }).map((error) => errorInterval(error));
    // What trainings of the steady model differ by is not known from it alone: the variance is that of both models together.
    expect(b.high - b.low).toBeGreaterThan(1.2 * (a.high - a.low));
    const [once] = resampleErrors([erratic.slice(1, 2)], { error, rng: new Rng(1) });
    const [alone] = resampleErrors([steady], { error, rng: new Rng(1) });
    expect(errorInterval(once).standardError).toBeCloseTo(errorInterval(alone).standardError, 1);
  });

  describe("several trainings", () => {
    const same = (cost: number) => [new Float64Array(10).fill(cost)];
    const options = { error, rng: new Rng(1), draws: 200 };

    it("take Student's t of the spread between them, where rows do not vary", () => {
      // Errors 1 and 3: mean 2, variance 2, of the logarithm (1/2)^2 2 / 2 = 1/4; one degree of freedom, t = 12.7062.
      const [alone] = resampleErrors([[same(1), same(9)]], options);
      const { low, high, standardError } = errorInterval(alone);
      expect(Math.log(high / 2)).toBeCloseTo(12.706204736 / 2, 6);
      expect(Math.log(low / 2)).toBeCloseTo(-12.706204736 / 2, 6);
      expect(standardError).toBeCloseTo(1, 12);
      // Beside errors 2 and 2: relative variance (1/2 + 0) / 2, so (4 + 4) / 4 / 2 = 1; two degrees of freedom, t = 4.3027.
      const [a, b] = resampleErrors(
        [
          [same(1), same(9)],
          [same(4), same(4)],
        ],
        options,
      );
      expect(errorDifference(a, b)).toMatchObject({ value: 0, high: expect.closeTo(4.30265273, 6) });
    });

    it("count a model's own spread where it is larger than that of all", () => {
      const steady = [same(4), same(4)];
      const [a, b, c] = resampleErrors([[same(1), same(9)], steady, steady], options);
      // own: 2 / 2 = 1, pooled: (4 + 4) (1/2) / 3 / 2 = 2/3; of the steady two 8 (1/2) / 3 / 2 = 2/3.
      expect(errorDifference(a, b).standardError).toBeCloseTo(1, 12);
      expect(errorDifference(b, c).standardError).toBe(0);
    });

    it("count what a row is to one training once", () => {
      const identity = { ...options, error: { ofMeanCost: (cost: number) => cost }, draws: 4000 };
      const cost = (flip: number) => [Float64Array.from({ length: 100 }, (_, i) => 2 + 2 * ((i + flip) % 2))];
      // Shared by both trainings: the standard error of a mean of 100 values with variance 1. Opposite: nothing is left.
      const [shared] = resampleErrors([[cost(0), cost(0)]], identity);
      expect(errorInterval(shared).standardError).toBeCloseTo(0.1, 2);
      const [opposite] = resampleErrors([[cost(0), cost(1)]], identity);
      expect(errorInterval(opposite).standardError).toBe(0);
    });
  });

  it("leaves few groups out one after another", () => {
    const identity = { error: { ofMeanCost: (cost: number) => cost }, rng: new Rng(1) };
    const values = [[[Float64Array.of(1, 1, 2, 2, 6, 6)]], [[Float64Array.of(0, 0, 0, 0, 0, 0)]]];
    const [a, b] = resampleErrors(values, { ...identity, groups: ["a", "a", "b", "b", "c", "c"] });
    // Means without a group 4, 3.5, 1.5: variance 2/3 (1 + 0.25 + 2.25) = 7/3, that of a mean of 1, 2 and 6; t_2 = 4.3027.
    expect(errorDifference(a, b)).toMatchObject({
      ...{ value: 3, draws: 3, standardError: expect.closeTo(Math.sqrt(7 / 3), 12) },
      high: expect.closeTo(3 + 4.30265273 * Math.sqrt(7 / 3), 6),
    });
  });

  it("holds the difference between models in few groups as often as it says", () => {
    let covered = 0;
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const own = new Rng(`few/${trial}`);
      const groups = Array.from({ length: 60 }, (_, i) => `${i % 6}`);
      const [first, second] = [0, 1].map(() => {
        const level = Array.from({ length: 6 }, () => 0.3 * own.normal());
        return [[Float64Array.from(groups, (name) => 1 + (1 + level[Number(name)] + 0.5 * own.normal()) ** 2)]];
      });
      const [a, b] = resampleErrors([first, second], { error, rng: own, groups });
      const { low, high } = errorDifference(a, b);
      covered += Number(low <= 0 && high >= 0);
    }
    // Three binomial errors of 400 trials around 95 % are 3.3 %.
    expect(covered / trials).toBeGreaterThan(0.917);
    expect(covered / trials).toBeLessThan(0.983);
  });

  it("averages targets in units of their scale", () => {
    const two = [[new Float64Array(5).fill(4), new Float64Array(5).fill(900)]];
    const [a] = resampleErrors([two], { error, rng: new Rng(1), scales: [2, 10], draws: 100 });
    expect(a.value).toBeCloseTo((2 / 2 + 30 / 10) / 2, 12);
  });

  it("refuses models that were not evaluated on the same rows", () => {
    const short = [[hard.slice(0, 10)]];
    expect(() => resampleErrors([[[hard]], short], { error, rng: new Rng(1) })).toThrow(
      "model 1 was not evaluated on the same",
    );
    expect(() => resampleErrors([full, [full[0]]], { error, rng: new Rng(1) })).toThrow(
      "model 1 has 1 trainings, not 2",
    );
    expect(() => resampleErrors([[[new Float64Array(1)]]], { error, rng: new Rng(1) })).toThrow(
      "at least 2 rows, got 1",
    );
  });
});
