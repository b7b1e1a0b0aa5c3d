import type { PreparedRows } from "../../data/rows.js";
import type { BatchRows } from "../../training/data.js";

/** Where the numbers of a modality lie in a row on disk. */
interface Place {
  readonly name: string;
  readonly width: number;
  readonly at: number;
}

/** What a row on disk holds: inputs of every modality, the target and its Gaussian view, and which modalities it has. */
export interface RowLayout {
  readonly modalities: readonly Place[];
  /** Columns of the encoded target, and of its Gaussian view behind it. */
  readonly outputs: number;
  readonly targetAt: number;
  /** First of one number per modality, 1 where the row has it; undefined where the network does not know. */
  readonly presentAt: number | undefined;
  readonly width: number;
}

/** Prepared rows in memory, as they are written. */
export interface MemoryRows {
  readonly rows: number;
  readonly modalities: readonly PreparedRows[];
  /** Row-major [rows, outputs]. */
  readonly target: Float32Array;
  readonly gaussianTarget: ArrayLike<number>;
}

/** @param presence whether the network knows of modalities that rows lack */
export function rowLayout(
  modalities: readonly Pick<PreparedRows, "name" | "width">[],
  outputs: number,
  presence: boolean,
): RowLayout {
  let at = 0;
  const places = modalities.map(({ name, width }) => {
    const place = { name, width, at };
    at += width;
    return place;
  });
  const end = at + 2 * outputs;
  return {
    ...{ modalities: places, outputs, targetAt: at },
    presentAt: presence ? end : undefined,
    width: presence ? end + places.length : end,
  };
}

/** Writes a row into `out` [width]. @returns whether it has every modality, as far as is known */
export function packRow(layout: RowLayout, rows: MemoryRows, row: number, out: Float32Array): boolean {
  const { outputs, targetAt, presentAt } = layout;
  layout.modalities.forEach(({ width, at }, m) => {
    const modality = rows.modalities[m];
    if (!("values" in modality)) throw new RangeError(`the rows of "${modality.name}" are not in memory`);
    out.set(modality.values.subarray(row * width, (row + 1) * width), at);
  });
  for (let k = 0; k < outputs; k++) {
    out[targetAt + k] = rows.target[row * outputs + k];
    out[targetAt + outputs + k] = rows.gaussianTarget[row * outputs + k];
  }
  const has = rows.modalities.map(({ present }) => present?.[row] ?? 1);
  if (presentAt !== undefined) out.set(has, presentAt);
  return !has.includes(0);
}

/** Rows as a step reads them. @param values row-major [rows, layout.width] */
export function unpackRows(layout: RowLayout, values: Float32Array): BatchRows {
  const { outputs, targetAt, presentAt } = layout;
  const rows = values.length / layout.width;
  const columns = (at: number, width: number) => {
    const out = new Float32Array(rows * width);
    for (let i = 0, to = 0; i < rows; i++) {
      const from = i * layout.width + at;
      for (let j = 0; j < width; j++) out[to++] = values[from + j];
    }
    return out;
  };
  return {
    modalities: layout.modalities.map(({ name, width, at }, m) => ({
      ...{ name, width, values: columns(at, width) },
      ...(presentAt === undefined ? {} : { present: Uint8Array.from(columns(presentAt + m, 1)) }),
    })),
    target: columns(targetAt, outputs),
    gaussianTarget: columns(targetAt + outputs, outputs),
  };
}
