import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { expectedLossCost } from "./expected-loss.js";

const at = (g: number[][], loss: number[][]) =>
  tf.tidy(() => Array.from(expectedLossCost(tf.tensor2d(g), tf.tensor2d(loss)).dataSync()));

describe("expectedLossCost", () => {
  it("is g + l exp(-g)", () => {
    expect(at([[0, Math.LN2]], [[3, 4]])).toEqual([3, expect.closeTo(Math.LN2 + 2, 6)]);
  });

  it("is least at the log of the mean loss", () => {
    const losses = [0.1, 0.4, 5];
    const total = (g: number) =>
      at(
        losses.map(() => [g]),
        losses.map((l) => [l]),
      ).reduce((a, b) => a + b);
    const best = Math.log(5.5 / 3);
    for (const off of [-0.2, -0.01, 0.01, 0.2]) expect(total(best + off)).toBeGreaterThan(total(best));
  });

  it("refuses losses of another shape", () => {
    expect(() => at([[0, 0]], [[1], [2]])).toThrow(/loss/);
  });
});
