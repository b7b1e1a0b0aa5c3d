import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import type { Engine, StepDefinition } from "../engine.js";
import { createOnnxEngine } from "../onnx/onnx.js";
import { sizeOf } from "../shapes.js";

const frozen = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
}));
/** Whole numbers, many of them equal, and all equal; the gradient passes through both. */
const steps = (y: tf.Tensor) => tf.add(tf.floor(frozen(y)), tf.sub(y, frozen(y)));
const zeros = (y: tf.Tensor) => tf.sub(y, frozen(y));

function poolOf(y: tf.Tensor): tf.Tensor {
  return y.rank === 5 ? tf.maxPool3d(y as tf.Tensor5D, 2, 2, "valid") : tf.maxPool(y as tf.Tensor4D, 2, 2, "valid");
}

/** A pool behind a convolution of one place, which leaves its values in blocks, and the gradient of a sum by its input. */
function poolStep(shape: readonly number[], change: (y: tf.Tensor) => tf.Tensor): StepDefinition {
  const filter = [...shape.slice(1, -1).map(() => 1), 16, 16];
  const outShape = shape.map((dim, axis) => (axis > 0 && axis < shape.length - 1 ? dim / 2 : dim));
  const f = (x: tf.Tensor, w: tf.Tensor) =>
    poolOf(
      change(
        x.rank === 5
          ? tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, "same")
          : tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
      ),
    );
  return {
    name: "pool",
    state: [],
    inputs: [
      { name: "x", shape: [...shape] },
      { name: "w", shape: filter },
      { name: "dy", shape: outShape },
    ],
    run: (_, { x, w, dy }) => {
      const [gradient] = tf.grads(f)([x, w], dy);
      return { outputs: { value: f(x, w), gradient } };
    },
  };
}

describe("the largest of two places along every axis, in blocks", () => {
  let inBlocks: Engine;
  let standard: Engine;
  beforeAll(async () => {
    inBlocks = await createOnnxEngine("onnx");
    standard = await createOnnxEngine("onnx", { block: 1 });
  });

  async function run(engine: Engine, step: StepDefinition, first?: number) {
    const bound = await engine.compile(step, engine.createState([]));
    const rng = new Rng("pool");
    // A filter that passes every channel on: both engines then have the same values.
    for (const { name, shape } of step.inputs)
      bound.inputs[name].set(
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => (name === "w" ? Number(i % 17 === 0) : rng.normal())),
      );
    if (first !== undefined) bound.inputs.x[0] = first;
    await bound.run();
    bound.dispose();
    return bound.outputs;
  }

  const maps = [
    [16, 6, 4, 16],
    [3, 2, 2, 16],
    [4, 4, 6, 2, 16],
    [3, 2, 4, 8, 16],
    [3, 2, 2, 2, 16],
  ];
  it.each(
    maps.flatMap((shape) => [
      { shape, values: "any", change: (y: tf.Tensor) => y },
      { shape, values: "many equal", change: steps },
      { shape, values: "all equal", change: zeros },
    ]),
  )("$shape, $values: the gradient goes where the standard operators send it", async ({ shape, change }) => {
    const step = poolStep(shape, change);
    const [found, expected] = [await run(inBlocks, step), await run(standard, step)];
    expect(found.value).toEqual(expected.value);
    expect(found.gradient).toEqual(expected.gradient);
    expect(found.gradient.filter((entry) => entry !== 0).length).toBe(found.value.length);
  });

  /** What the gradient of batch normalisation makes of that of a pool behind it. */
  it.each([
    [16, 6, 4, 16],
    [4, 4, 6, 2, 16],
  ])("sums and maps by channel of its gradient for %d x %d x %d ...", async (...shape) => {
    const plain = poolStep(shape, (y) => y);
    const step: StepDefinition = {
      ...plain,
      inputs: [...plain.inputs, ...["a", "b", "c"].map((name) => ({ name, shape: [16] }))],
      run: (_, { x, w, dy, a, b, c }) => {
        const y =
          x.rank === 5
            ? tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, "same")
            : tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
        const placed = tf.grad(poolOf)(y, dy);
        const axes = shape.map((_, axis) => axis).slice(0, -1);
        const outputs = {
          map: tf.add(tf.add(tf.mul(placed, a), b), tf.mul(y, c)),
          affine: tf.add(tf.mul(placed, c), a),
          sum: tf.sum(placed, axes),
          mean: tf.mean(placed, axes),
          dots: tf.sum(tf.mul(placed, y), axes),
          meanDots: tf.mean(tf.mul(y, placed), axes),
          squares: tf.mean(tf.square(y), axes),
          byRow: tf.sum(tf.mul(placed, y), axes.slice(1)),
        };
        return { outputs };
      },
    };
    const [found, expected] = [await run(inBlocks, step), await run(standard, step)];
    for (const [name, wanted] of Object.entries(expected)) {
      const largest = Math.max(...wanted.map(Math.abs));
      const most = Math.max(...found[name].map((value, i) => Math.abs(value - wanted[i])));
      expect(most / largest, name).toBeLessThan(2e-6); // rounding of float32
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("has a place for %s", async (first) => {
    const { gradient } = await run(
      inBlocks,
      poolStep([3, 2, 4, 8, 16], (y) => y),
      first,
    );
    expect(gradient.length).toBe(3 * 2 * 4 * 8 * 16);
  });
});
