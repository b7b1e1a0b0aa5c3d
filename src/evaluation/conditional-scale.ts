import { logScaleBounds } from "../losses/log-scale-bounds.js";

/** One linear layer, weights [inputs, outputs] row-major. */
export interface ScaleLayer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** What of a row a scale is read from: the latents, or the columns of its table modalities; the prediction is in both. */
export type ScaleInputs = "latents" | "columns";

/** Why all rows have the same scale: there were too few training rows to find another, or there was none to be found. */
export type ConstantBecause = "few-rows" | "no-pattern";

/** How large the errors of a prediction are, by row: plain data. */
export interface ConditionalScale {
  /** Mean absolute error of the training rows per target, user's units; above 0. */
  readonly base: readonly number[];
  /** Per target null where rows differ, else why they do not. */
  readonly constant: readonly (ConstantBecause | null)[];
  /** Null where no target has a scale by row. */
  readonly head: {
    readonly inputs: ScaleInputs;
    /** Mean and standard deviation of what is read, on the training rows, [width]. */
    readonly centres: Float32Array;
    readonly spreads: Float32Array;
    /** ELU between them. */
    readonly layers: readonly ScaleLayer[];
  } | null;
}

/** Rows of what a scale is read from, row-major [rows, width]. */
export interface ScaleRows {
  readonly values: Float32Array;
  readonly width: number;
  readonly rows: number;
}

/** Scale of the error of every row, row-major [rows, targets], user's units, above 0. @param read for a head only */
export function scalesOf(
  { base, constant, head }: ConditionalScale,
  rows: number,
  read: ScaleRows | null,
): Float64Array {
  const targets = base.length;
  const out = Float64Array.from({ length: rows * targets }, (_, i) => base[i % targets]);
  if (head === null) return out;
  if (read === null) throw new RangeError("a scale by row needs what it is read from");
  if (read.rows !== rows || read.width !== head.centres.length) {
    throw new RangeError(`a scale that reads ${head.centres.length} columns was given ${read.width}`);
  }
  const x = new Float64Array(read.width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < read.width; j++) x[j] = (read.values[i * read.width + j] - head.centres[j]) / head.spreads[j];
    const logs = head.layers.reduce<Float64Array>((h, layer, k) => linear(k === 0 ? h : h.map(elu), layer), x);
    for (let t = 0; t < targets; t++) {
      if (constant[t] !== null) continue;
      out[i * targets + t] *= Math.exp(Math.min(logScaleBounds.most, Math.max(logScaleBounds.least, logs[t])));
    }
  }
  return out;
}

const elu = (value: number) => (value > 0 ? value : Math.expm1(value));

function linear(x: Float64Array, { weight, bias }: ScaleLayer): Float64Array {
  const out = Float64Array.from(bias);
  const width = bias.length;
  for (let j = 0; j < x.length; j++) for (let k = 0; k < width; k++) out[k] += x[j] * weight[j * width + k];
  return out;
}
