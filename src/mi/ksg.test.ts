import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { ksg } from "./ksg.js";

const n = 400;
const fraction = (step: number) => Float64Array.from({ length: n }, (_, i) => (i * step) % 1);
const [x1, x2, x3, e] = [2, 3, 7, 5].map((root) => fraction(Math.sqrt(root)));
const y = x1.map((v, i) => Math.sin(3 * v) + 0.5 * x2[i] + 0.2 * e[i]);
const y2 = x3.map((v, i) => v + 0.3 * x2[i]);

describe("the nearest neighbour estimate", () => {
  // Reference values: numpy 2.4.6, all distances at once, counts of strictly nearer rows, psi by its asymptotic series.
  it.each([
    ["1 + 1 columns", [x1], [y], 3, 0.6873266978647494],
    ["1 + 1 columns, 5 neighbours", [x1], [y], 5, 0.8306732554792081],
    ["2 + 1 columns", [x1, x2], [y], 3, 1.7667222741864437],
    ["3 + 1 columns", [x1, x2, x3], [y], 3, 1.1002434512081896],
    ["2 + 2 columns", [x1, x2], [y, y2], 3, 1.3410403222969287],
    ["3 + 2 columns, forced", [x1, x2, x3], [y, y2], 3, 3.008989858783787],
  ] as const)("is that of another implementation: %s", (_, x, of, k, bits) => {
    expect(ksg(x, of, { k, transform: false, force: true }).bits).toBeCloseTo(bits, 10);
  });

  const rng = new Rng("ksg");
  const a = Float64Array.from({ length: 2000 }, () => rng.normal());
  const b = a.map((v) => 0.75 * v + Math.sqrt(1 - 0.75 ** 2) * rng.normal());

  it("finds the information of normal and of squared variables", () => {
    // -1/2 log2(1 - 0.75^2) = 0.596; its own error is some 0.03 at 2000 rows.
    const { bits, standardError, converged } = ksg([a], [b]);
    expect(Math.abs(bits - 0.596)).toBeLessThan(0.1);
    expect(standardError).toBeGreaterThan(0.01);
    expect(standardError).toBeLessThan(0.06);
    expect(converged).toBe(true);
    const square = a.map((v) => v * v - 1 + 0.5 * rng.normal());
    expect(Math.abs(ksg([a], [square]).bits - 1.158)).toBeLessThan(0.12); // h(y) - 1/2 log2(2 pi e 0.25)
    expect(Math.abs(ksg([a], [a.map(() => rng.normal())]).bits)).toBeLessThan(0.08);
  });

  it("does not depend on the order of rows, on scales, or on who is called x", () => {
    const { bits } = ksg([a], [b]);
    const order = rng.permutation(2000);
    const moved = [a, b].map((c) => [Float64Array.from(order, (r) => c[r])]);
    expect(ksg(moved[0], moved[1]).bits).toBeCloseTo(bits, 10);
    expect(ksg([a.map((v) => Math.exp(v))], [b.map((v) => v ** 3)]).bits).toBeCloseTo(bits, 10);
    expect(ksg([b], [a]).bits).toBeCloseTo(bits, 10);
  });

  it("refuses more than 4 dimensions, and what it cannot compute", () => {
    expect(() => ksg([x1, x2, x3], [y, y2])).toThrow("3 + 2 columns; in more than 4 dimensions");
    expect(() => ksg([x1.slice(0, 4)], [y.slice(0, 4)])).toThrow("at least 5 rows are needed for k = 3, got 4");
    expect(() => ksg([x1], [y.slice(1)])).toThrow("column 1 has 399 rows, the first has 400");
    expect(() => ksg([x1.map((v, i) => (i === 7 ? Number.NaN : v))], [y])).toThrow(
      "column 0, row 8 (counted from 1) is NaN",
    );
    expect(() => ksg([x1], [y], { k: 0 })).toThrow("k must be a whole number");
  });

  it("warns where values repeat", () => {
    const { converged, warnings } = ksg([a.map((v) => Math.round(v))], [b]);
    expect(converged).toBe(false);
    expect(warnings).toEqual(["100 % of the values of a column repeat others; distances of 0 spoil the estimate"]);
  });
});
