import { describe, expect, it } from "vitest";
import { gaussHermite, normalExpectation } from "./gauss-hermite.js";
import { gaussLegendre, integrate, integratePanels } from "./quadrature.js";

const close = (got: ArrayLike<number>, want: number[], tolerance: number) => {
  for (const [i, w] of want.entries()) expect(Math.abs(got[i] - w)).toBeLessThan(tolerance);
};

describe("Gauss-Legendre", () => {
  it("five nodes as numpy 1.24 leggauss", () => {
    const { nodes, weights } = gaussLegendre(5);
    close(nodes, [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664], 1e-15);
    close(weights, [0.23692688505618942, 0.4786286704993662, 0.568888888888889, 0.4786286704993662], 1e-15);
  });

  it("is exact up to degree 2n - 1, and not beyond", () => {
    expect(integratePanels((x) => 9 * x ** 8, -1, 1, 1, 5)).toBeCloseTo(2, 14);
    expect(Math.abs(integratePanels((x) => 11 * x ** 10, -1, 1, 1, 5) - 2)).toBeGreaterThan(1e-3);
  });

  it("adaptive: a smooth, a peaked and a kinked integrand", () => {
    // closed form: sqrt(pi) exp(-9/4) up to the tails beyond 8
    expect(integrate((x) => Math.exp(-x * x) * Math.cos(3 * x), -8, 8)).toBeCloseTo(
      Math.sqrt(Math.PI) * Math.exp(-2.25),
      12,
    );
    expect(integrate((x) => 1 / (1e-6 + x * x), -1, 1, { tolerance: 1e-9 })).toBeCloseTo(2000 * Math.atan(1000), 7);
    expect(integrate((x) => Math.abs(x - 0.3), 0, 1)).toBeCloseTo(0.29, 12);
  });

  it("refuses what it cannot integrate", () => {
    expect(() => integrate((x) => 1 / x, 0, 1)).toThrow(/above the tolerance|not finite/);
    expect(() => integrate(() => Number.NaN, 0, 1)).toThrow("not finite within");
    expect(() => gaussLegendre(0)).toThrow("got 0");
  });
});

describe("Gauss-Hermite for N(0, 1)", () => {
  it("five nodes as numpy 1.24 hermegauss", () => {
    const { nodes, weights } = gaussHermite(5);
    close(nodes, [-2.8569700138728056, -1.355626179974266, 0, 1.355626179974266, 2.8569700138728056], 1e-14);
    close(weights, [0.011257411327720677, 0.22207592200561257, 0.5333333333333335, 0.22207592200561257], 1e-15);
  });

  it.each([1, 2, 20, 61, 200])("%i nodes: weights sum to 1, variance is 1, moments", (count) => {
    const { weights } = gaussHermite(count);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    if (count >= 2) expect(normalExpectation((x) => x * x, 0, 1, count)).toBeCloseTo(1, 11);
    if (count >= 20) expect(normalExpectation(Math.exp, 0.5, 0.7, count)).toBeCloseTo(Math.exp(0.5 + 0.245), 12);
  });

  it("refuses counts out of range", () => expect(() => gaussHermite(0)).toThrow("1..200, got 0"));
});
