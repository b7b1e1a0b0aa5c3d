// Convolutional networks of the benchmarks.
import * as tf from "@tensorflow/tfjs";
import { Rng } from "pidreg";
import { modelLayout } from "../dist/fit/model-layout.js";
import { featureMaps } from "../dist/models/encoders/convolutional.js";
import { applyConvolution, convolutionSpec } from "../dist/models/layers/convolution.js";
import { mapNorm, mapNormSpec } from "../dist/models/layers/map-norm.js";
import { applyLinear, linearSpec } from "../dist/models/mlp.js";
import { joinSpecs } from "../dist/models/module.js";

const outputs = 64;
const residual = { norm: "batch", pool: "average" };
/** Networks by name: rows of a batch, and their layers. */
export const nets = {
  "2d": {
    rows: 128,
    features: () => maps([28, 28, 1], { dimensions: 2, stem: 1, channels: [16, 32, 64], strides: [1, 2, 2] }),
  },
  "2dw": {
    rows: 128,
    features: () => maps([28, 28, 1], { dimensions: 2, stem: 2, channels: [32, 64, 64], strides: [1, 2, 1] }),
  },
  "1d": {
    rows: 128,
    features: () => maps([32, 40], { dimensions: 1, stem: 1, channels: [64, 128, 128], strides: [1, 2, 2] }),
  },
  "3d": { rows: 8, features: () => volumes([32, 48, 32], [16, 32, 64, 64]) },
};

function maps(shape, layers) {
  const width = shape.reduce((a, b) => a * b, 1);
  return { width, channels: layers.channels.at(-1), ...featureMaps("net", { ...residual, ...layers, shape }) };
}

/** Convolution, normalisation, largest of 2 x 2 x 2, relu, several times; a convolution of one place, normalisation, relu. */
function volumes(shape, channels) {
  const sizes = [...channels, 64].map((width, i) => ({
    filter: i < channels.length ? [3, 3, 3] : [1, 1, 1],
    ...{ strides: [1, 1, 1], inputs: channels[i - 1] ?? 1, outputs: width },
  }));
  const parts = sizes.flatMap((size, i) => [
    convolutionSpec(`conv${i}`, size, "encoder"),
    mapNormSpec(`norm${i}`, size.outputs, "batch", "encoder"),
  ]);
  const apply = (context, x) =>
    sizes.reduce(
      (h, size, i) => {
        const y = mapNorm(context, `norm${i}`, applyConvolution(context, `conv${i}`, h, size), "batch");
        return tf.relu(i < channels.length ? tf.maxPool3d(y, 2, 2, "valid") : y);
      },
      tf.reshape(x, [x.shape[0], ...shape, 1]),
    );
  return { width: shape.reduce((a, b) => a * b, 1), channels: 64, ...joinSpecs(parts), apply };
}

/** Forward and backward pass of a network as a step with a gradient. @param rows of a batch, where not its own */
export async function compiled(engine, name, batch) {
  const { rows: own, features } = nets[name];
  const rows = batch ?? own;
  const body = features();
  const spec = joinSpecs([body, linearSpec("out", body.channels, outputs, { group: "encoder", bias: true, gain: 1 })]);
  const layout = modelLayout(spec).parameters;
  const state = engine.createState([
    { name: "parameters", shape: [layout.size], values: layout.initialise(new Rng("weights")) },
  ]);
  const loss = (flat, x, target) => {
    const parameters = layout.unpack(flat);
    const context = { parameters, training: true, noise: {}, observe: () => undefined };
    const h = body.apply(context, x);
    const pooled = tf.mean(h, h.shape.map((_, axis) => axis).slice(1, -1));
    return tf.mean(tf.square(tf.sub(applyLinear(context, "out", pooled, true), target)));
  };
  const definition = {
    name,
    state: ["parameters"],
    inputs: [
      { name: "x", shape: [rows, body.width] },
      { name: "target", shape: [rows, outputs] },
    ],
    run: ({ parameters }, { x, target }) => {
      const { value, grad } = tf.valueAndGrad((flat) => loss(flat, x, target))(parameters);
      return { outputs: { loss: value, gradient: grad } };
    },
  };
  const step = await engine.compile(definition, state);
  const rng = new Rng("data");
  for (const input of Object.values(step.inputs)) rng.fillNormal(input);
  return { step, parameters: layout.size };
}
