import { describe, expect, it } from "vitest";
import { minimise } from "./quasi-newton.js";

/** Rosenbrock's valley in any number of dimensions, lowest at (1, .., 1). */
function valley(x: Float64Array) {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const off = x[i + 1] - x[i] ** 2;
    value += 100 * off ** 2 + (1 - x[i]) ** 2;
    gradient[i] += -400 * off * x[i] - 2 * (1 - x[i]);
    gradient[i + 1] += 200 * off;
  }
  return { value, gradient };
}

describe("a quasi-Newton minimiser", () => {
  it("finds the end of a curved valley", () => {
    const start = Float64Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
    const precondition = (gradient: Float64Array) => gradient.map((g) => g / 500);
    const end = minimise({ evaluate: valley, precondition, start, steps: 300, tolerance: 1e-12 });
    for (const value of end) expect(value).toBeCloseTo(1, 8);
  });

  it("never goes up, and takes no more steps than it may", () => {
    const values: number[] = [];
    const start = Float64Array.of(-1.2, 1);
    for (const steps of [0, 1, 2, 4, 8, 16]) {
      const end = minimise({ evaluate: valley, precondition: (g) => g.slice(), start, steps, tolerance: 0 });
      values.push(valley(end).value);
    }
    expect(values[0]).toBe(valley(start).value);
    for (let k = 1; k < values.length; k++) expect(values[k]).toBeLessThan(values[k - 1]);
  });

  it("is there in one step where the matrix is the inverse of the curvature", () => {
    const curvatures = [1, 1e4, 1e-4];
    const evaluate = (x: Float64Array) => ({
      value: x.reduce((sum, v, i) => sum + (curvatures[i] * (v - i) ** 2) / 2, 0),
      gradient: x.map((v, i) => curvatures[i] * (v - i)),
    });
    const precondition = (gradient: Float64Array) => gradient.map((g, i) => g / curvatures[i]);
    const end = minimise({ evaluate, precondition, start: new Float64Array(3).fill(9), steps: 1, tolerance: 0 });
    end.forEach((value, i) => {
      expect(value).toBeCloseTo(i, 10);
    });
  });
});
