import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { clipByNorm } from "./clip.js";

beforeAll(() => tf.setBackend("cpu"));

describe("clipByNorm", () => {
  const gradient = () => tf.tensor1d([3, 4, 12]);

  it("scales a long gradient to the limit and reports its norm", () => {
    const { clipped, norm } = clipByNorm(gradient(), 1, null);
    expect(norm.dataSync()[0]).toBeCloseTo(13, 5);
    expect(Array.from(clipped.dataSync())).toEqual([3, 4, 12].map((g) => expect.closeTo(g / 13, 6)));
  });

  it("leaves a short gradient as it is", () => {
    expect(Array.from(clipByNorm(gradient(), 20, null).clipped.dataSync())).toEqual([3, 4, 12]);
  });

  it("counts and scales the masked part only", () => {
    const { clipped, norm } = clipByNorm(gradient(), 1, tf.tensor1d([1, 1, 0]));
    expect(norm.dataSync()[0]).toBeCloseTo(5, 5);
    expect(Array.from(clipped.dataSync())).toEqual([0.6, 0.8, 12].map((g) => expect.closeTo(g, 6)));
  });
});
