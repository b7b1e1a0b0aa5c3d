import type { KindName } from "../config/modalities/kinds.js";
import { usualTokens } from "../config/model.js";
import type { PreparedRows } from "../data/rows.js";
import { valuesOf } from "../data/rows.js";
import { InputError } from "../errors.js";
import type { ModalityArchitecture } from "../models/architecture.js";
import type { EncoderChoice, TransformerChoice } from "./kind.js";

/**
 * The encoder of rows that have a shape, of whatever kind: the convolutions that the config chose, else a multilayer
 * perceptron on all numbers of a row, or on means over its blocks where it has too many.
 * @param kind of the modality
 * @throws InputError where convolutions do not fit the shape
 */
export function shapedEncoder(
  { name, width, form }: Pick<PreparedRows, "name" | "width" | "form">,
  { hidden, dropout, batchNorm, activation, linear, convolution, transformer }: EncoderChoice,
  kind: KindName,
): ModalityArchitecture {
  const { pool, ...rest } = form ?? { kind, shape: [width] };
  const shape = rest.share === undefined ? rest.shape : rest.shape.slice(1);
  // Frequencies are made for numbers that mean something each by itself.
  const common = { name, inputWidth: width, embedding: null, form: { ...rest, kind } };
  const layered = { ...common, hidden: [], dropout: dropout.slice(0, 1), batchNorm: true, linear: false };
  if (transformer !== null) return { ...layered, transformer: overSteps(name, shape, transformer) };
  if (convolution === null) {
    const stack = { hidden, dropout, batchNorm, ...(activation && { activation }) };
    return { ...common, form: { ...common.form, ...(pool && { pool }) }, ...stack, linear };
  }
  const { dimensions } = convolution;
  const space = shape.slice(0, dimensions);
  const channels = shape.slice(dimensions);
  if (space.length < dimensions || channels.length > 1) {
    const wanted = ["[frames] or [frames, channels]", "[height, width] or [height, width, channels]"];
    throw new InputError(
      `model.encoder: modality "${name}" has rows of shape [${shape.join(", ")}], and conv${dimensions}d reads ` +
        `${wanted[dimensions - 1] ?? "[depth, height, width] or [depth, height, width, channels]"}. Choose another type under ` +
        `model.encoder.modalities.${name}`,
    );
  }
  return { ...layered, convolution };
}

/** The layers of a transformer over the first axis of a row. @throws InputError where rows have other axes than steps and channels */
function overSteps(
  name: string,
  shape: readonly number[],
  { patch, ...layers }: TransformerChoice,
): NonNullable<ModalityArchitecture["transformer"]> {
  if (shape.length > 2) {
    throw new InputError(
      `model.encoder: modality "${name}" has rows of shape [${shape.join(", ")}], and a transformer reads [steps] or [steps, channels]. ` +
        `Choose another type under model.encoder.modalities.${name}`,
    );
  }
  return { ...layers, patch: Math.min(shape[0], patch === "auto" ? Math.ceil(shape[0] / usualTokens) : patch) };
}

/** Numbers of a row that pass through its encoder at their widest, for the account of memory. */
export function mapValues({ convolution, transformer, form, inputWidth }: ModalityArchitecture): number {
  const { share = 1, shape: whole = [inputWidth] } = form ?? {};
  const shape = share === 1 ? whole : whole.slice(1);
  if (transformer !== undefined) return share * attentionValues(shape[0], transformer);
  if (convolution === undefined || form === undefined) return 0;
  const { dimensions, stem, channels, strides } = convolution;
  let space = (share * valuesOf(shape.slice(0, dimensions))) / stem ** dimensions;
  return channels.reduce((sum, width, i) => {
    const before = i === 0 ? space * width : 0;
    space /= strides[i] ** dimensions;
    return sum + before + 2 * space * width;
  }, 0);
}

/** Tokens with their norms, queries, keys, values and perceptrons, and the weights of attention. */
function attentionValues(
  steps: number,
  { patch, width, heads, layers }: NonNullable<ModalityArchitecture["transformer"]>,
): number {
  const tokens = Math.ceil(steps / patch);
  return tokens * width + layers * (12 * tokens * width + 2 * heads * tokens ** 2);
}
