import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { checkCompiled } from "../../../test/support/compiled.js";
import { normalTensor, type TestTensor } from "../../../test/support/gradients.js";
import { createEngine } from "../../engine/index.js";
import { traceStep } from "../../engine/onnx/trace.js";
import { batchNormInference, batchNormTrain } from "./batch-norm.js";
import { periodicEmbedding } from "./periodic-embedding.js";
import { reluDropout } from "./relu-dropout.js";

/** Two draws of every input; each is positive with a mean of 1 where its name is `variance`. */
function inputs<Names extends string>(shapes: Record<Names, readonly number[]>) {
  const names = Object.keys(shapes) as Names[];
  const draw = (name: Names, run: number) => {
    const { shape, values } = normalTensor(`${name}/${run}`, shapes[name], 0.5);
    return { shape, values: name === "variance" ? values.map((v) => Math.fround(Math.exp(v))) : values };
  };
  const run = (i: number) =>
    Object.fromEntries(names.map((name) => [name, draw(name, i)])) as Record<Names, TestTensor>;
  return [run(0), run(1)] as const;
}

const vector = [5];
const matrix = [12, 5];
const epsilon = 1e-5;

describe("compiled layers equal the eager ones, value and gradient", () => {
  it("batchNormTrain", () =>
    checkCompiled({
      inputs: inputs({ x: matrix, gamma: vector, beta: vector, w: matrix }),
      loss: ({ x, gamma, beta, w }) => {
        const { y, mean, variance } = batchNormTrain(x as Tensor2D, gamma as Tensor1D, beta as Tensor1D, epsilon);
        return tf.add(tf.sum(tf.mul(y, w)), tf.sum(tf.mul(mean, variance)));
      },
      wrt: ["x", "gamma", "beta"],
    }));

  it("batchNormInference", () =>
    checkCompiled({
      inputs: inputs({ x: matrix, gamma: vector, beta: vector, mean: vector, variance: vector, w: matrix }),
      loss: ({ x, gamma, beta, mean, variance, w }) => {
        const vectors = [gamma, beta, mean, variance] as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
        return tf.sum(tf.mul(batchNormInference(x as Tensor2D, ...vectors, epsilon), w));
      },
      wrt: ["x", "gamma", "beta"],
    }));

  it("reluDropout", () =>
    checkCompiled({
      inputs: inputs({ x: matrix, mask: matrix, w: matrix }),
      loss: ({ x, mask, w }) => tf.sum(tf.mul(reluDropout(x as Tensor2D, mask as Tensor2D), w)),
      wrt: ["x"],
    }));

  it.each([3, 1])("periodicEmbedding of %d features", (f) =>
    checkCompiled({
      inputs: inputs({ x: [12, f], frequencies: [f, 4], weight: [f, 8, 2], bias: [f, 2], w: [12, 3 * f] }),
      loss: ({ x, frequencies, weight, bias, w }) =>
        tf.sum(
          tf.mul(periodicEmbedding(x as Tensor2D, frequencies as Tensor2D, weight as Tensor3D, bias as Tensor2D), w),
        ),
      wrt: ["x", "frequencies", "weight", "bias"],
    }),
  );

  it("periodicEmbedding multiplies by what it embeds without transposing more than its inputs", () => {
    const shapes = { x: [6, 3], frequencies: [3, 4], weight: [3, 8, 2], bias: [3, 2], mix: [9, 5] };
    const { model } = traceStep(
      {
        name: "first layer",
        state: [],
        inputs: Object.entries(shapes).map(([name, shape]) => ({ name, shape })),
        run: (_, { x, ...given }) => {
          const { grads } = tf.valueAndGrads((...parameters: Tensor[]) => {
            const [frequencies, weight, bias, mix] = parameters as [Tensor2D, Tensor3D, Tensor2D, Tensor2D];
            return tf.sum(
              tf.square(tf.matMul(periodicEmbedding(x as Tensor2D, frequencies, weight, bias), mix)),
            ) as Scalar;
          })(["frequencies", "weight", "bias", "mix"].map((name) => given[name]));
          return { outputs: Object.fromEntries(grads.map((grad, i) => [`gradient ${i}`, grad])) };
        },
      },
      [],
    );
    // Of x, and for the batched products: of the weights, and of the linear map's gradient.
    expect(model.operators.filter((op) => op === "Transpose")).toHaveLength(3);
    expect(model.operators.filter((op) => op === "Sin")).toHaveLength(1);
  });

  it("periodicEmbedding has sines and cosines of angles within a cycle to 1e-6", async () => {
    const cycles = Float32Array.from({ length: 401 }, (_, i) => (i - 200) / 200);
    const engine = await createEngine("onnx");
    const step = await engine.compile(
      {
        name: "waves",
        state: [],
        inputs: [{ name: "x", shape: [401, 1] }],
        run: (_, { x }) => {
          // Shifted by 2, no wave is below 0.
          const apart = tf.tensor3d([1, 0, 0, 1], [1, 2, 2]);
          return { outputs: { y: periodicEmbedding(x as Tensor2D, tf.ones([1, 1]), apart, tf.fill([1, 2], 2)) } };
        },
      },
      engine.createState([]),
    );
    step.inputs.x.set(cycles);
    await step.run();
    cycles.forEach((cycle, i) => {
      const angle = 2 * Math.PI * cycle;
      expect(Math.abs(step.outputs.y[3 * i] - 2 - Math.sin(angle)), `sine of ${angle}`).toBeLessThan(1e-6);
      expect(Math.abs(step.outputs.y[3 * i + 1] - 2 - Math.cos(angle)), `cosine of ${angle}`).toBeLessThan(1e-6);
    });
    await engine.dispose();
  });
});
