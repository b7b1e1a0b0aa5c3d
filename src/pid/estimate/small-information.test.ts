import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { fisherUpperEnd } from "./small-information.js";

const z = 1.959964;
const given = { value: 0.01, plugIn: 0.012, error: 0.012, rows: 100, targets: 1, freedom: 1, inflation: 1 };

/** Of a correlation. */
const bits = (r: number) => -0.5 * Math.log2(1 - r * r);

describe("upper end of a small information by Fisher's transform", () => {
  it("is that of the correlation, of one column", () => {
    const r = 0.13;
    const error = r / (Math.LN2 * 10);
    const end = fisherUpperEnd({ ...given, value: bits(r) - 0.007, plugIn: bits(r), error }, z);
    expect(end).toBeCloseTo(bits(Math.tanh(Math.atanh(r) + z / 10)), 10);
    expect(end).toBeGreaterThan(given.value + z * error);
  });

  it("is above 0 where an information of 0 has an error of 0", () => {
    const end = fisherUpperEnd({ ...given, value: 0, plugIn: 0, error: 0 }, z);
    expect(end).toBeCloseTo(bits(Math.tanh(z / 10)), 10);
  });

  it("is hardly more than value + z error where rows are many and the information is not small", () => {
    const rows = 10_000;
    const error = Math.sqrt((1 - 2 ** (-2 * 0.8)) / (rows * Math.LN2 ** 2));
    const end = fisherUpperEnd({ ...given, value: 0.8, plugIn: 0.8, error, rows }, z);
    expect(end - 0.8).toBeLessThan(1.01 * z * error);
  });

  it("holds informations that are small beside their error, which value + z error does not", () => {
    const rng = new Rng("small");
    const [rows, truth] = [100, 0.15];
    let [held, plain] = [0, 0];
    for (let table = 0; table < 2000; table++) {
      const r = Math.tanh(Math.atanh(truth) + rng.normal() / Math.sqrt(rows - 3));
      const plugIn = bits(r);
      const value = Math.max(0, plugIn - 1 / (2 * Math.LN2 * rows));
      const error = Math.abs(r) / (Math.LN2 * Math.sqrt(rows));
      held += Number(bits(truth) <= fisherUpperEnd({ ...given, value, plugIn, error }, z));
      plain += Number(bits(truth) <= value + z * error);
    }
    expect(held / 2000).toBeGreaterThan(0.95);
    expect(plain / 2000).toBeLessThan(0.9);
  });
});
