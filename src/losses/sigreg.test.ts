import type { Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkGradient, normalTensor, readValue, testTensor, toTensor } from "../../test/support/gradients.js";
import { mean, sum, toRows } from "../../test/support/matrix.js";
import { Rng } from "../math/rng.js";
import { sigreg } from "./sigreg.js";

beforeAll(() => tf.setBackend("cpu"));

/** The published form: 17 knots on [-5, 5], trapezoidal rule, directions of unit length; without the factor batch. */
function reference(z: number[][], directions: number[][]): number {
  const knots = Array.from({ length: 17 }, (_, i) => -5 + i * 0.625);
  const distances = directions[0].map((_, k) => {
    const length = Math.sqrt(sum(directions.map((row) => row[k] ** 2)));
    const p = z.map((row) => sum(row.map((x, j) => (x * directions[j][k]) / length)));
    const errors = knots.map((t) => {
      const real = mean(p.map((x) => Math.cos(t * x))) - Math.exp((-t * t) / 2);
      const imaginary = mean(p.map((x) => Math.sin(t * x)));
      return (real ** 2 + imaginary ** 2) * Math.exp((-t * t) / 2);
    });
    return 0.625 * (sum(errors) - (errors[0] + errors[16]) / 2);
  });
  return mean(distances);
}

const value = (z: { shape: readonly number[]; values: readonly number[] }, directions: number) =>
  readValue(() =>
    sigreg(toTensor<Tensor2D>(z), toTensor<Tensor2D>(normalTensor("directions", [z.shape[1], directions]))),
  )[0];

describe("sigreg", () => {
  it.each([
    [9, 4, 3],
    [1, 2, 1],
    [5, 1, 2],
  ])("value and gradient equal the float64 reference, %i rows, %i dimensions, %i directions", (rows, dim, count) => {
    checkGradient({
      inputs: { z: normalTensor("z", [rows, dim], 1.3, 0.2), directions: normalTensor("a", [dim, count], 3) },
      loss: ({ z, directions }) => sigreg(z as Tensor2D, directions as Tensor2D),
      reference: ({ z, directions }) => reference(toRows(z, dim), toRows(directions, count)),
      wrt: ["z"],
    });
  });

  /** E = (1 / batch) integral (1 - exp(-t^2)) exp(-t^2/2) dt = sqrt(2 pi) (1 - 1/sqrt 3) / batch. */
  it("of normal draws averages to its expectation", () => {
    const batch = 100;
    const expected = (Math.sqrt(2 * Math.PI) * (1 - 1 / Math.sqrt(3))) / batch;
    const average = mean(Array.from({ length: 20 }, (_, i) => value(normalTensor(`normal${i}`, [batch, 16]), 32)));
    expect(Math.abs(average / expected - 1)).toBeLessThan(0.15); // 3 standard errors of 20 repeats
  });

  it("is small for normal and large for uniform, shifted and stretched columns", () => {
    const rng = new Rng("uniform");
    const batch = 400;
    const of = (draw: () => number) =>
      value(
        testTensor(
          [batch, 1],
          Array.from({ length: batch }, () => draw()),
        ),
        1,
      );
    const normal = of(() => rng.normal());
    expect(of(() => (rng.uniform() * 2 - 1) * Math.sqrt(3))).toBeGreaterThan(3 * normal);
    expect(of(() => rng.normal() + 0.5)).toBeGreaterThan(10 * normal);
    expect(of(() => rng.normal() * 2)).toBeGreaterThan(10 * normal);
  });

  it("does not depend on the order of rows or the length of directions", () => {
    const z = normalTensor("order", [12, 3]);
    const directions = toTensor<Tensor2D>(normalTensor("length", [3, 5]));
    const base = readValue(() => sigreg(toTensor(z), directions))[0];
    const reversed = testTensor([12, 3], toRows(z.values, 3).reverse().flat());
    expect(readValue(() => sigreg(toTensor(reversed), directions))[0]).toBeCloseTo(base, 6);
    expect(readValue(() => sigreg(toTensor(z), tf.mul(directions, [1, 2, 3, 0.1, 10])))[0]).toBeCloseTo(base, 6);
  });

  it("refuses directions of another dimension", () => {
    expect(() => sigreg(tf.zeros([4, 3]), tf.zeros([2, 5]))).toThrow(
      "directions: expected shape [3, directions], got [2, 5]",
    );
  });
});
