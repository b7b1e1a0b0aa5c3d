import type { Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";
import { layerNorm, layerNormSpec } from "../layers/layer-norm.js";
import { applyLinear, linearSpec } from "../mlp.js";
import { emptySpec, type ForwardContext, joinSpecs, type ModuleSpec } from "../module.js";
import { normalWeights } from "../parameters.js";
import { type Encoder, encoderOf, latentOutput } from "./encoder.js";

/** Layers of a transformer. */
export interface TransformerLayers {
  /** Steps of a row that make one token; the last one is filled up with zeros. */
  readonly patch: number;
  /** Width of a token. */
  readonly width: number;
  /** Heads of attention; they divide the width. */
  readonly heads: number;
  /** Blocks of attention and a multilayer perceptron. */
  readonly layers: number;
}

export interface TransformerOptions extends TransformerLayers {
  /** Shape of a row: steps, and channels last where there are any. */
  readonly shape: readonly number[];
  readonly latentDim: number;
  /** Dropout rate of the pooled tokens. */
  readonly dropout: number;
}

/** Width of the perceptron of a block over that of a token. */
const expansion = 2;
/** Standard deviation of the initial positions, as in Vaswani et al.'s successors (Dosovitskiy et al. 2021). */
const positionScale = 0.02;

const group = "encoder";

/**
 * Transformer encoder of sequences: stretches of steps as tokens with learned positions (Dosovitskiy et al. 2021), blocks of
 * self-attention and a perceptron, normalised before each (Xiong et al. 2020), the mean over tokens, a linear map to the
 * latent, batch normalisation.
 */
export function transformerEncoder(name: string, options: TransformerOptions): Encoder {
  const { patch, width, layers, latentDim, dropout } = options;
  const [steps, channels = 1] = options.shape;
  const tokens = Math.ceil(steps / patch);
  const blocks = Array.from({ length: layers }, (_, i) => attentionBlock(`${name}.block${i}`, options, tokens));
  const output = latentOutput(name, latentDim);
  const [embedding, positions, last, noise] = ["patch", "positions", "norm", "pool.dropout"].map(
    (part) => `${name}.${part}`,
  );
  const place = { name: positions, shape: [tokens, width], decay: false, group } as const;
  const spec = joinSpecs([
    linearSpec(embedding, patch * channels, width, { group, bias: true, gain: 1 }),
    { ...emptySpec, parameters: [{ ...place, initial: normalWeights(tokens * width, 1, positionScale ** 2) }] },
    ...blocks,
    layerNormSpec(last, width, group),
    {
      ...emptySpec,
      noise: dropout > 0 ? [{ name: noise, shape: (batch) => [batch, width], kind: "dropout", rate: dropout }] : [],
    },
    linearSpec(output.name, width, latentDim, { group, bias: false, gain: 1 }),
    output,
  ]);
  const body = (context: ForwardContext, x: Tensor2D) => {
    const rows = x.shape[0];
    const whole = filledUp(x, tokens * patch * channels);
    const stretches = tf.reshape(whole, [rows * tokens, patch * channels]) as Tensor2D;
    const embedded = tf.reshape(applyLinear(context, embedding, stretches, true), [rows, tokens, width]);
    const placed = tf.add(embedded, context.parameters[positions]) as Tensor3D;
    const read = blocks.reduce((h, block) => block.apply(context, h), placed);
    const pooled = tf.mean(layerNorm(context, last, read), 1) as Tensor2D;
    const mask = context.noise[noise];
    const kept = mask === undefined ? pooled : (tf.mul(pooled, mask) as Tensor2D);
    return applyLinear(context, output.name, kept, false);
  };
  return encoderOf({ ...spec, body, finish: output.apply, rowwise: true });
}

/** Rows with zeros at their end, up to a width. */
function filledUp(x: Tensor2D, width: number): Tensor2D {
  const missing = width - x.shape[1];
  return missing === 0
    ? x
    : (tf.pad(x, [
        [0, 0],
        [0, missing],
      ]) as Tensor2D);
}

interface Block extends ModuleSpec {
  /** @param x [batch, tokens, width] */
  readonly apply: (context: ForwardContext, x: Tensor3D) => Tensor3D;
}

/** x + attention(norm(x)), and then x + perceptron(norm(x)). */
function attentionBlock(name: string, { width, heads, layers }: TransformerLayers, tokens: number): Block {
  const [norm, query, key, value, mixed, second, wide, narrow] = [
    ...["norm0", "query", "key", "value", "mixed", "norm1", "wide", "narrow"],
  ].map((part) => `${name}.${part}`);
  // A bias of the keys moves all scores of a query alike, which softmax does not see.
  // What the blocks add together has the variance of the tokens.
  const small = 1 / (2 * layers);
  const size = width / heads;
  const linear = (part: string, inputs: number, outputs: number, gain: number) =>
    linearSpec(part, inputs, outputs, { group, bias: part !== key, gain });
  /** [batch * tokens, width] -> [batch, heads, tokens, width of a head] */
  const apart = (context: ForwardContext, part: string, flat: Tensor2D) =>
    tf.transpose(
      tf.reshape(applyLinear(context, part, flat, part !== key), [-1, tokens, heads, size]),
      [0, 2, 1, 3],
    ) as Tensor4D;
  return {
    ...joinSpecs([
      layerNormSpec(norm, width, group),
      ...[query, key, value].map((part) => linear(part, width, width, 1)),
      linear(mixed, width, width, small),
      layerNormSpec(second, width, group),
      linear(wide, width, expansion * width, 2),
      linear(narrow, expansion * width, width, small),
    ]),
    apply: (context, x) => {
      const flat = (h: Tensor3D) => tf.reshape(h, [-1, width]) as Tensor2D;
      const read = flat(layerNorm(context, norm, x) as Tensor3D);
      const [q, k, v] = [query, key, value].map((part) => apart(context, part, read));
      const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size)));
      const heard = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [-1, width]) as Tensor2D;
      const attended = tf.add(flat(x), applyLinear(context, mixed, heard, true)) as Tensor2D;
      const hidden = tf.relu(
        applyLinear(context, wide, layerNorm(context, second, attended) as Tensor2D, true),
      ) as Tensor2D;
      return tf.reshape(tf.add(attended, applyLinear(context, narrow, hidden, true)), [-1, tokens, width]) as Tensor3D;
    },
  };
}
