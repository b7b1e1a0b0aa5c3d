import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
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
import { kernelMatrix, mean, type Rows, sum, toRows } from "../../test/support/matrix.js";
import { csPrediction, huber, mse } from "./prediction.js";

beforeAll(() => tf.setBackend("cpu"));

const pair = { prediction: normalTensor("yhat", [6, 2]), target: normalTensor("y", [6, 2], 1.5) };
type Pair = Record<"prediction" | "target", tf.Tensor>;

describe("mse", () => {
  it("value and gradients equal the float64 reference", () => {
    checkGradient({
      inputs: pair,
      loss: ({ prediction, target }: Pair) => mse(prediction as Tensor2D, target as Tensor2D),
      reference: ({ prediction, target }) => mean(prediction.map((p, i) => (p - target[i]) ** 2)),
      wrt: ["prediction", "target"],
    });
  });

  it("refuses a target that would broadcast", () => {
    expect(() => mse(tf.zeros([4, 1]), tf.zeros([4, 2]))).toThrow("target: expected shape [4, 1], got [4, 2]");
    expect(() => mse(tf.zeros([4]) as unknown as Tensor2D, tf.zeros([4, 1]))).toThrow(
      "prediction: expected shape [batch, dm], got [4]",
    );
  });
});

describe("huber", () => {
  it.each([0.3, 1, 10])("value and gradients equal the float64 reference, delta %f", (delta) => {
    checkGradient({
      inputs: pair,
      loss: ({ prediction, target }: Pair) => huber(prediction as Tensor2D, target as Tensor2D, delta),
      reference: ({ prediction, target }) =>
        mean(
          prediction.map((p, i) => {
            const e = Math.abs(p - target[i]);
            return e <= delta ? (e * e) / 2 : delta * (e - delta / 2);
          }),
        ),
      wrt: ["prediction", "target"],
    });
  });

  it("refuses a delta that is not positive and finite", () => {
    const y = tf.zeros([2, 1]) as Tensor2D;
    expect(() => huber(y, y, 0)).toThrow("delta: expected a finite number above 0, got 0");
    expect(() => huber(y, y, Number.NaN)).toThrow(RangeError);
  });
});

describe("csPrediction", () => {
  const s = 0.8;

  /** The published form: means over j of columns sums over i. */
  function reference(K: Rows, y: Rows, yhat: Rows): number {
    const term = (L: Rows) =>
      Math.log(mean(K.map((_, j) => sum(K.map((_, i) => K[i][j] * L[i][j])) / sum(K.map((_, i) => K[i][j])) ** 2)));
    return term(kernelMatrix(y, y, s)) + term(kernelMatrix(yhat, yhat, s)) - 2 * term(kernelMatrix(yhat, y, s));
  }

  const x = toRows(normalTensor("x", [6, 2]).values, 2);
  const inputs = { ...pair, K: testTensor([6, 6], kernelMatrix(x, x, 1).flat()), s: testTensor([], [s]) };
  const loss = ({ prediction, target, K, s }: Record<"prediction" | "target" | "K" | "s", tf.Tensor>) =>
    csPrediction({
      condition: K as Tensor2D,
      prediction: prediction as Tensor2D,
      target: target as Tensor2D,
      bandwidth: s as Scalar,
    });

  it("value and gradients equal the float64 reference", () => {
    checkGradient({
      inputs,
      loss,
      reference: ({ prediction, target, K }) => reference(toRows(K, 6), toRows(target, 2), toRows(prediction, 2)),
      wrt: ["prediction", "target"],
    });
  });

  it("is 0 for perfect predictions and grows with the error", () => {
    const at = (shift: number) =>
      readValue(() =>
        csPrediction({
          condition: toTensor(inputs.K),
          prediction: tf.add(toTensor<Tensor2D>(pair.target), shift),
          target: toTensor(pair.target),
          bandwidth: tf.scalar(s),
        }),
      )[0];
    expect(Math.abs(at(0))).toBeLessThan(1e-6);
    expect(at(0.5)).toBeGreaterThan(0.1);
    expect(at(1)).toBeGreaterThan(2 * at(0.5));
  });

  it("is finite with a gradient for predictions far away and for inputs whose kernel is the identity", () => {
    const identity = testTensor(
      [6, 6],
      Array.from({ length: 36 }, (_, k) => (k % 7 === 0 ? 1 : 0)),
    );
    const far = testTensor(
      [6, 2],
      pair.target.values.map((y) => y + 60),
    );
    for (const K of [inputs.K, identity]) {
      const { value, gradients } = evaluate({ inputs: { ...inputs, prediction: far, K }, loss, wrt: ["prediction"] });
      expect(value).toBeGreaterThan(1000);
      expect(Number.isFinite(value)).toBe(true);
      expect(sum([...gradients[0]])).toBeGreaterThan(100);
    }
  });

  it("takes the condition as a constant and refuses one of another batch", () => {
    const K = toTensor<Tensor2D>(inputs.K);
    const [prediction, target] = [toTensor<Tensor2D>(pair.prediction), toTensor<Tensor2D>(pair.target)];
    const of = (condition: Tensor2D) => csPrediction({ condition, prediction, target, bandwidth: tf.scalar(1) });
    expect(() => tf.grad((k) => of(k as Tensor2D))(K)).toThrow(/Cannot compute gradient/);
    expect(() => of(tf.ones([5, 5]))).toThrow("condition: expected shape [6, 6], got [5, 5]");
  });
});
