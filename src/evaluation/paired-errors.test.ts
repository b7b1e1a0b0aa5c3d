import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { errorInterval, type RowCosts, relativeDifference, resampleErrors } from "./paired-errors.js";

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

  it("reads intervals off the percentiles of what was drawn", () => {
    const drawn = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
    const known = { value: 50, drawn };
    expect(errorInterval(known, 0.9)).toMatchObject({
      ...{ value: 50, level: 0.9, draws: 101 },
      ...{ low: expect.closeTo(5, 9), high: expect.closeTo(95, 9) },
    });
    expect(errorInterval(known)).toMatchObject({
      ...{ level: 0.95, low: expect.closeTo(2.5, 9), high: expect.closeTo(97.5, 9) },
    });
    expect(errorInterval(known).standardError).toBeCloseTo(Math.sqrt((101 * 102) / 12), 9);
    const doubled = { value: 100, drawn: drawn.map((v) => 2 * v + 1) };
    const other = { value: 50, drawn: drawn.map((v) => v + 0.5) };
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
    expect(b.high - b.low).toBeGreaterThan(1.5 * (a.high - a.low));
    const [once] = resampleErrors([erratic.slice(1, 2)], { error, rng: new Rng(1) });
    expect(errorInterval(once).standardError).toBeCloseTo(a.standardError, 2);
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
