/** One linear layer, weights [inputs, outputs] row-major. */
export interface HeadLayer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** What of a row a head reads: the latents, or the columns of its table modalities; the prediction is in both. */
export type HeadInputs = "latents" | "columns";

/** A small network that was fitted beside a trained one, as plain data. */
export interface RowHead {
  readonly inputs: HeadInputs;
  /** Mean and standard deviation of what is read, on the rows that it was fitted to, [width]. */
  readonly centres: Float32Array;
  readonly spreads: Float32Array;
  /** ELU between them. */
  readonly layers: readonly HeadLayer[];
}

/** Rows of what a head reads, row-major [rows, width]. */
export interface HeadRows {
  readonly values: Float32Array;
  readonly width: number;
  readonly rows: number;
}

/** Outputs of every row, row-major [rows, outputs]. @throws RangeError for rows of another width */
export function headOutputs(head: RowHead, read: HeadRows): Float64Array {
  if (read.width !== head.centres.length) {
    throw new RangeError(`a head that reads ${head.centres.length} columns was given ${read.width}`);
  }
  const outputs = head.layers[head.layers.length - 1].bias.length;
  const out = new Float64Array(read.rows * outputs);
  const x = new Float64Array(read.width);
  for (let i = 0; i < read.rows; i++) {
    for (let j = 0; j < read.width; j++) x[j] = (read.values[i * read.width + j] - head.centres[j]) / head.spreads[j];
    out.set(
      head.layers.reduce<Float64Array>((h, layer, k) => linear(k === 0 ? h : h.map(elu), layer), x),
      i * outputs,
    );
  }
  return out;
}

const elu = (value: number) => (value > 0 ? value : Math.expm1(value));

function linear(x: Float64Array, { weight, bias }: HeadLayer): Float64Array {
  const out = Float64Array.from(bias);
  const width = bias.length;
  for (let j = 0; j < x.length; j++) for (let k = 0; k < width; k++) out[k] += x[j] * weight[j * width + k];
  return out;
}
