import { describe, expect, it } from "vitest";
import { scoreUpperEnd } from "./small-information.js";

const z = 1.959964;
const given = { value: 0.01, plugIn: 0.012, error: 0.012, rows: 100, targets: 1, freedom: 1, inflation: 1 };

describe("upper end of a small information by its score", () => {
  it("solves (I - value)^2 = z^2 V(I)", () => {
    const end = scoreUpperEnd(given, z);
    const nats = Math.LN2 ** 2;
    const share = (bits: number) => 1 - 2 ** (-2 * bits);
    const scale = Math.max(1 / (100 * nats), 0.012 ** 2 / share(0.012));
    const variance = scale * share(end) + 1 / (2 * 100 ** 2 * nats);
    expect((end - given.value) ** 2).toBeCloseTo(z ** 2 * variance, 10);
    expect(end).toBeGreaterThan(given.value + z * given.error);
  });

  it("is above 0 where an information of 0 has an error of 0", () => {
    const end = scoreUpperEnd({ ...given, value: 0, plugIn: 0, error: 0 }, z);
    expect(end).toBeGreaterThan(0.03);
    expect(end).toBeLessThan(0.1);
  });

  it("is hardly more than value + z error where rows are many and the information is not small", () => {
    const rows = 10_000;
    const error = Math.sqrt((1 - 2 ** (-2 * 0.8)) / (rows * Math.LN2 ** 2));
    const end = scoreUpperEnd({ ...given, value: 0.8, plugIn: 0.8, error, rows }, z);
    expect(end - 0.8).toBeLessThan(1.02 * z * error);
  });
});
