import { z } from "zod";
import { type ColumnRange, rangeOf } from "../../data/prepare/column-range.js";
import { columnRangeSchema } from "../../data/prepare/stored.js";
import { type PreparedRows, type RowStore, valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import type { FitSettings, PrepareOptions } from "../kind.js";
import { indexOf } from "./open.js";

const numbers = z.array(z.number()).min(1).max(1_000_000);

/** How an array becomes inputs of a network, fitted on the training rows: (value - centre) / scale by channel. */
export const arrayPreparationSchema = z
  .strictObject({
    kind: z.literal("array"),
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
  })
  .refine(({ centre, scale, fill }) => centre.length === scale.length && centre.length === fill.length, {
    error: "centre, scale and fill must have one number per channel each",
  })
  .refine(({ centre, shape }) => valuesOf(shape) <= 1_000_000 && valuesOf(shape) % centre.length === 0, {
    error: "the channels must divide a row",
  });

export type ArrayPreparation = Readonly<z.infer<typeof arrayPreparationSchema>>;

/** Most places of a last axis that is taken for channels. */
const mostChannels = 4;

/** Channels of a row: each value of one axis, a short last axis of three or more, else one. */
export function channelsOf(shape: readonly number[]): number {
  const last = shape[shape.length - 1];
  if (shape.length === 1) return last;
  return shape.length >= 3 && last <= mostChannels ? last : 1;
}

/** Moments of the channels over the training rows, NaN left out. @throws InputError when every row is the same */
export async function fitArray(
  store: RowStore,
  trainRows: ArrayLike<number>,
  { config }: FitSettings,
): Promise<ArrayPreparation> {
  if (config.kind !== "array") throw new RangeError(`modality "${store.name}" is no array`);
  const { name, shape } = store;
  const { normalise } = config;
  const channels = channelsOf(shape);
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
    ...{ kind: "array", name, shape: [...shape], normalise },
    centre: byChannel ? [...mean] : constant(0),
    scale: byChannel ? [...deviation] : constant(1),
    fill: normalise === "none" ? [...mean] : constant(0),
    means: rangeOf(means),
  };
}

/** Mean and standard deviation of the channels, the means of the rows, and whether rows differ; two passes in float64. */
async function moments(store: RowStore, trainRows: ArrayLike<number>, channels: number) {
  const mean = new Float64Array(channels);
  const count = new Float64Array(channels);
  const deviation = new Float64Array(channels);
  const means = new Float64Array(trainRows.length).fill(Number.NaN);
  const row = new Float64Array(valuesOf(store.shape));
  const first = new Float64Array(row.length).fill(Number.NaN);
  let varied = false;
  const each = async (look: (value: number, channel: number) => void, done: (i: number) => void = () => undefined) => {
    for (let i = 0; i < trainRows.length; i++) {
      await store.read([trainRows[i]], row);
      for (let at = 0; at < row.length; at++) if (!Number.isNaN(row[at])) look(row[at], at % channels);
      done(i);
    }
  };
  await each(
    (value, channel) => {
      count[channel]++;
      mean[channel] += (value - mean[channel]) / count[channel];
    },
    (i) => {
      means[i] = meanOf(row);
      for (let at = 0; at < row.length && !varied; at++) {
        if (Number.isNaN(first[at])) first[at] = row[at];
        varied = !Number.isNaN(row[at]) && row[at] !== first[at];
      }
    },
  );
  await each((value, channel) => {
    deviation[channel] += (value - mean[channel]) ** 2 / count[channel];
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

/** Rows as the network reads them: raw numbers stay where they are, and are normalised when they are read. */
export async function prepareArray(
  fitted: ArrayPreparation,
  store: RowStore,
  options: PrepareOptions,
): Promise<PreparedRows> {
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
  const read = async (rows: ArrayLike<number>, out: Float32Array) => {
    const raw = new Float64Array(rows.length * width);
    await store.read(rows, raw);
    for (let i = 0; i < rows.length; i++) normalise(raw.subarray(i * width, (i + 1) * width), out, i * width, fitted);
  };
  return {
    ...{ name, width, rows: store.rows, read, form: { kind: "array", shape } },
    ...(present.includes(0) ? { present } : {}),
  };
}

type Normalise = (row: Float64Array, out: Float32Array, at: number, fitted: ArrayPreparation) => void;

function byChannel({ scale }: ArrayPreparation): Normalise {
  const factor = scale.map((value) => (value === 0 ? 0 : 1 / value));
  return (row, out, at, { centre, fill }) => {
    const channels = factor.length;
    for (let i = 0; i < row.length; i++) {
      const channel = i % channels;
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
  throw new InputError(
    `modality "${store.name}": the value at [${indexOf(values.findIndex(Number.isNaN), store.shape).join(", ")}] is missing in row ` +
      `"${rowIds[row]}", and the model was trained without fills; complete the array, leave the row out, or train with ` +
      "data.missing: mean.",
  );
}

/** Where the means of the rows lie, and those of another table. */
export async function rowMeans(
  { means }: ArrayPreparation,
  store: RowStore,
): Promise<{ range: ColumnRange; values: Float64Array }> {
  const values = new Float64Array(store.rows);
  const row = new Float64Array(valuesOf(store.shape));
  for (let i = 0; i < store.rows; i++) {
    await store.read([i], row);
    values[i] = meanOf(row);
  }
  return { range: means, values };
}
