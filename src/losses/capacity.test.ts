import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkGradient,
  evaluate,
  normalTensor,
  readValue,
  testTensor,
  toTensor,
} from "../../test/support/gradients.js";
import { mean, sum, toRows } from "../../test/support/matrix.js";
import { bottleneckCapacity, bottleneckCapacityPerDimension } from "./capacity.js";

beforeAll(() => tf.setBackend("cpu"));

const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));

/** KL of N(m1, v1) from N(m2, v2), with r = h, mu = 0, sigma = 1: N(lambda r, (1 - lambda)^2) from N(0, 1). */
function reference(r: number[][], logits: number[]): number {
  const kl = (m1: number, v1: number, m2: number, v2: number) =>
    (Math.log(v2 / v1) + v1 / v2 + (m1 - m2) ** 2 / v2 - 1) / 2;
  return mean(
    r.map((row) =>
      sum(
        row.map((x, k) => {
          const lambda = sigmoid(logits[logits.length === 1 ? 0 : k]);
          return kl(lambda * x, (1 - lambda) ** 2, 0, 1);
        }),
      ),
    ),
  );
}

const loss = ({ r, a }: Record<"r" | "a", tf.Tensor>) =>
  bottleneckCapacity({ standardised: r as Tensor2D, logit: a as Tensor1D });

describe("bottleneckCapacity", () => {
  it.each([
    ["one lambda", [1.5]],
    ["a lambda per dimension", [-2, 0, 3.9]],
  ])("is the KL divergence between the two normals, %s", (_, logits) => {
    checkGradient({
      inputs: { r: normalTensor("r", [5, 3], 1.3), a: testTensor([logits.length], logits) },
      loss,
      reference: ({ r, a }) => reference(toRows(r, 3), a),
      wrt: ["r", "a"],
      valueTolerance: 1e-5, // the value is about 10
    });
  });

  it("is 0 for a closed bottleneck and grows with lambda", () => {
    const r = toTensor<Tensor2D>(normalTensor("grow", [50, 4]));
    const at = (a: number) => readValue(() => bottleneckCapacity({ standardised: r, logit: tf.tensor1d([a]) }))[0];
    expect(Math.abs(at(-30))).toBeLessThan(1e-9);
    const values = [-3, -1, 1, 3, 6, 20].map(at);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1]);
  });

  it("is finite with a gradient where lambda is 1 in float32", () => {
    const { value, gradients } = evaluate({
      inputs: { r: testTensor([1, 1], [1]), a: testTensor([1], [40]) },
      loss,
      wrt: ["a"],
    });
    expect(value).toBeCloseTo(40, 4); // -log(1 - sigmoid(40)) = 40
    expect(gradients[0][0]).toBeCloseTo(1, 5);
  });

  it("is the sum of its dimensions", () => {
    const state = {
      standardised: toTensor<Tensor2D>(normalTensor("sum", [6, 3])),
      logit: tf.tensor1d([0, 1, 2]) as Tensor1D,
    };
    const each = readValue(() => bottleneckCapacityPerDimension(state));
    expect(sum([...each])).toBeCloseTo(readValue(() => bottleneckCapacity(state))[0], 5);
  });

  it("refuses other shapes", () => {
    expect(() => bottleneckCapacity({ standardised: tf.zeros([4, 3]), logit: tf.zeros([2]) })).toThrow(
      "logit: expected shape [3], got [2]",
    );
  });
});
