import { describe, expect, it } from "vitest";
import { LeastSquares } from "./least-squares.js";
import { Rng } from "./rng.js";

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

describe("least squares", () => {
  it("of one input is the covariance over the variance", () => {
    const x = centred(Float64Array.of(1, 2, 3, 6));
    const y = centred(Float64Array.of(2, 1, 5, 8));
    // numpy.linalg.lstsq: 1.3571428571428572
    expect(new LeastSquares([x]).slopes(y)[0]).toBeCloseTo(19 / 14, 12);
  });

  it("leaves residuals that hang together with no input, whatever the units", () => {
    const rng = new Rng("least squares");
    const inputs = [1, 1e6, 1e-6].map((unit) => centred(Float64Array.from({ length: 50 }, () => unit * rng.normal())));
    const y = centred(Float64Array.from({ length: 50 }, (_, i) => inputs[0][i] + 1e-5 * inputs[1][i] + rng.normal()));
    const slopes = new LeastSquares(inputs).slopes(y);
    const rest = y.map((value, i) => slopes.reduce((sum, slope, k) => sum - slope * inputs[k][i], value));
    for (const x of inputs) {
      const norm = Math.sqrt(x.reduce((sum, value) => sum + value ** 2, 0));
      expect(x.reduce((sum, value, i) => sum + (value / norm) * rest[i], 0)).toBeCloseTo(0, 10);
    }
  });

  it("gives an input that follows from others slope 0, and the same fit", () => {
    const a = centred(Float64Array.of(1, 2, 3, 6));
    const b = centred(Float64Array.of(0, 1, 0, 1));
    const sum = a.map((value, i) => value + 2 * b[i]);
    const y = centred(Float64Array.of(2, 1, 5, 8));
    const fitted = (inputs: Float64Array[]) => {
      const slopes = new LeastSquares(inputs).slopes(y);
      return y.map((_, i) => slopes.reduce((all, slope, k) => all + slope * inputs[k][i], 0));
    };
    const three = new LeastSquares([a, b, sum]).slopes(y);
    expect(three[2]).toBe(0);
    const two = fitted([a, b]);
    for (const [i, value] of fitted([a, b, sum]).entries()) expect(value).toBeCloseTo(two[i], 12);
    expect(new LeastSquares([new Float64Array(4), a]).slopes(y)[0]).toBe(0);
  });
});
