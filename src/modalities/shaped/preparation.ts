import { z } from "zod";
import { type ColumnRange, rangeOf } from "../../data/prepare/column-range.js";
import { columnRangeSchema } from "../../data/prepare/stored.js";
import { type PreparedRows, type RowStore, rowsAtATime, valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import type { PrepareOptions } from "../kind.js";

const numbers = z.array(z.number()).min(1).max(1_000_000);

/** How rows of a shape become inputs of a network, fitted on the training rows: (value - centre) / scale by channel. */
export const shapedFields = {
  name: z.string(),
  /** Shape of one row. */
  shape: z.array(z.int().min(1)).min(1).max(32),
  normalise: z.enum(["channel", "sample", "none"]),
  /** By channel; the channel of a value is its place in the row modulo their number. Scale 0: constant, read as 0. */
  centre: numbers,
  scale: z.array(z.number().min(0)).min(1).max(1_000_000),
  /** Prepared value of a missing one. */
  fill: numbers,
  /** Where the means of the training rows lie. */
  means: columnRangeSchema,
} as const;

const shapedSchema = z.object(shapedFields);

/** What is fitted for rows of a shape, whatever their kind. */
export type Shaped = Readonly<z.infer<typeof shapedSchema>>;

/** Why stored numbers do not fit each other; undefined where they do. */
export function shapedProblem({ centre, scale, fill, shape }: Shaped): string | undefined {
  if (centre.length !== scale.length || centre.length !== fill.length)
    return "centre, scale and fill must have one number per channel each";
  const values = valuesOf(shape);
  if (values > 1_000_000 || values % centre.length !== 0) return "the channels must divide a row";
  return undefined;
}

/** Moments of the channels over the training rows, NaN left out. @throws InputError when every row is the same */
export async function fitShaped(
  store: RowStore,
  trainRows: ArrayLike<number>,
  { normalise, channels }: { readonly normalise: Shaped["normalise"]; readonly channels: number },
): Promise<Shaped> {
  const { name, shape } = store;
  const { mean, deviation, means, varied } = await moments(store, trainRows, channels);
  if (!varied) {
    throw new InputError(
      `modality "${name}": every row of the training part (${trainRows.length} rows) is the same or missing; it tells ` +
        "nothing about the target, leave it out.",
    );
  }
  const constant = (value: number) => Array<number>(channels).fill(value);
  const byChannel = normalise === "channel";
  return {
    ...{ name, shape: [...shape], normalise },
    centre: byChannel ? [...mean] : constant(0),
    scale: byChannel ? [...deviation] : constant(1),
    fill: normalise === "none" ? [...mean] : constant(0),
    means: rangeOf(means),
  };
}

/** Most numbers that are read at a time. */
const blockValues = 1 << 18;

/** Room of the last read, used again by the next: megabytes that are new for every batch keep the garbage collector at work. */
let spare: Float64Array | null = null;

/** Room for so many numbers; nobody else has it until it is given back. */
function takeRoom(length: number): Float64Array {
  const room = spare !== null && spare.length >= length ? spare : new Float64Array(length);
  spare = null;
  return room;
}

function giveBackRoom(room: Float64Array): void {
  if (room.length <= blockValues && room.length > (spare?.length ?? 0)) spare = room;
}

/** Hands the given rows to `look`, in their order, some read at a time. */
async function eachOf(
  store: RowStore,
  rows: ArrayLike<number>,
  look: (row: Float64Array, i: number) => void,
): Promise<void> {
  const width = valuesOf(store.shape);
  const atATime = rowsAtATime(width, blockValues);
  const block = takeRoom(width * Math.min(atATime, rows.length));
  for (let start = 0; start < rows.length; start += atATime) {
    const count = Math.min(atATime, rows.length - start);
    const numbers = Int32Array.from({ length: count }, (_, i) => rows[start + i]);
    await store.read(numbers, block.subarray(0, count * width));
    for (let i = 0; i < count; i++) look(block.subarray(i * width, (i + 1) * width), start + i);
  }
  giveBackRoom(block);
}

/** Mean and standard deviation of the channels, the means of the rows, and whether rows differ; two passes in float64. */
async function moments(store: RowStore, trainRows: ArrayLike<number>, channels: number) {
  const mean = new Float64Array(channels);
  const count = new Float64Array(channels);
  const deviation = new Float64Array(channels);
  const means = new Float64Array(trainRows.length).fill(Number.NaN);
  const first = new Float64Array(valuesOf(store.shape)).fill(Number.NaN);
  let varied = false;
  await eachOf(store, trainRows, (row, i) => {
    for (let at = 0, channel = 0; at < row.length; at++, channel = channel + 1 === channels ? 0 : channel + 1) {
      if (Number.isNaN(row[at])) continue;
      count[channel]++;
      mean[channel] += (row[at] - mean[channel]) / count[channel];
    }
    means[i] = meanOf(row);
    for (let at = 0; at < row.length && !varied; at++) {
      if (Number.isNaN(first[at])) first[at] = row[at];
      varied = !Number.isNaN(row[at]) && row[at] !== first[at];
    }
  });
  await eachOf(store, trainRows, (row) => {
    for (let at = 0, channel = 0; at < row.length; at++, channel = channel + 1 === channels ? 0 : channel + 1) {
      if (!Number.isNaN(row[at])) deviation[channel] += (row[at] - mean[channel]) ** 2 / count[channel];
    }
  });
  deviation.forEach((variance, channel) => {
    const spread = Math.sqrt(variance);
    // A constant channel differs from its computed mean by rounding only.
    deviation[channel] = spread <= 1e-12 * Math.abs(mean[channel]) ? 0 : spread;
  });
  return { mean, deviation, means, varied };
}

/** Mean of the values that are there; NaN where none is. */
export function meanOf(row: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of row) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** Rows that are normalised where they are read. */
export type ReadRows = (rows: ArrayLike<number>, out: Float32Array) => Promise<void>;

/** Rows as the network reads them: raw numbers stay where they are, and are normalised when they are read. */
export async function prepareShaped(
  fitted: Shaped,
  store: RowStore,
  options: PrepareOptions,
  form: NonNullable<PreparedRows["form"]>,
): Promise<PreparedRows & { readonly read: ReadRows }> {
  const { name, shape } = fitted;
  if (shape.join() !== store.shape.join()) {
    throw new InputError(
      `modality "${name}": the model reads rows of shape (${shape.join(", ")}), those of ${store.origin?.file ?? "the array"} ` +
        `have (${store.shape.join(", ")}).`,
    );
  }
  const width = valuesOf(shape);
  await refuseGaps(store, options);
  const present = Uint8Array.from(store.gaps, (gaps) => Number(gaps < width));
  const normalise = fitted.normalise === "sample" ? bySample : byChannel(fitted);
  const read: ReadRows = (rows, out) => eachOf(store, rows, (row, i) => normalise(row, out, i * width, fitted));
  const { ahead, streamed, held } = store;
  return {
    ...{ name, width, rows: store.rows, read, form },
    ...(ahead === undefined ? {} : { ahead }),
    ...(streamed === undefined ? {} : { streamed }),
    ...(held === undefined ? {} : { held }),
    ...(present.includes(0) ? { present } : {}),
  };
}

/** What the network reads of a row that lacks the modality. */
export function absentShaped({ shape, fill }: Pick<Shaped, "shape" | "fill">): Float32Array {
  return Float32Array.from({ length: valuesOf(shape) }, (_, i) => fill[i % fill.length]);
}

type Normalise = (row: Float64Array, out: Float32Array, at: number, fitted: Shaped) => void;

function byChannel({ scale }: Shaped): Normalise {
  const factor = scale.map((value) => (value === 0 ? 0 : 1 / value));
  return (row, out, at, { centre, fill }) => {
    const channels = factor.length;
    for (let i = 0, channel = 0; i < row.length; i++, channel = channel + 1 === channels ? 0 : channel + 1) {
      out[at + i] = Number.isNaN(row[i]) ? fill[channel] : (row[i] - centre[channel]) * factor[channel];
    }
  };
}

const bySample: Normalise = (row, out, at) => {
  const mean = meanOf(row);
  let squares = 0;
  let count = 0;
  for (const value of row) {
    if (Number.isNaN(value)) continue;
    squares += (value - mean) ** 2;
    count++;
  }
  const spread = Math.sqrt(squares / count);
  const factor = spread > 0 ? 1 / spread : 0;
  for (let i = 0; i < row.length; i++) out[at + i] = Number.isNaN(row[i]) ? 0 : (row[i] - mean) * factor;
};

/** @throws InputError naming the first value that is missing and is not to be filled */
async function refuseGaps(store: RowStore, { missing, absentModalities, rowIds }: PrepareOptions): Promise<void> {
  if (missing === "mean") return;
  const width = valuesOf(store.shape);
  const row = store.gaps.findIndex((gaps) => gaps > 0 && !(absentModalities && gaps === width));
  if (row < 0) return;
  const values = new Float64Array(width);
  await store.read([row], values);
  const reason = store.lacks?.(row);
  throw new InputError(
    `modality "${store.name}": the value at [${indexOf(values.findIndex(Number.isNaN), store.shape).join(", ")}] is missing in row ` +
      `"${rowIds[row]}"${reason === undefined ? "" : ` (${reason})`}, and the model was trained without fills; complete the array, leave ` +
      "the row out, or train with data.missing: mean.",
  );
}

/** The place of a number of a row by axes. */
export function indexOf(at: number, shape: readonly number[]): number[] {
  let rest = at;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .toReversed();
}

/** Where the means of the rows lie, and those of another table. */
export async function rowMeans(
  { means }: Pick<Shaped, "means">,
  store: RowStore,
): Promise<{ range: ColumnRange; values: Float64Array }> {
  const values = new Float64Array(store.rows);
  const all = Int32Array.from({ length: store.rows }, (_, row) => row);
  await eachOf(store, all, (row, i) => {
    values[i] = meanOf(row);
  });
  return { range: means, values };
}
