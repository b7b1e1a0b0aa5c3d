import type { Rng } from "../../math/rng.js";

/** Rows of a task. */
export interface BenchmarkRows {
  /** Columns, each [rows]. */
  readonly x: readonly Float64Array[];
  /** Columns, each [rows]; of a class one column of numbers 0 .. classes - 1. */
  readonly y: readonly Float64Array[];
  /** [rows] log p(x, y) / (p(x) p(y)) of each row, nats: its mean is what an estimator that knows the law would say. */
  readonly pointwise: Float64Array;
}

/** Two variables whose mutual information is known. */
export interface BenchmarkTask {
  /** Parameters are part of it; of tasks with two sources `ID:x1` and `ID:x2` are one of them, and ID both. */
  readonly id: string;
  /** I(X; Y), bits. */
  readonly bits: number;
  /** Number of classes where y is one, else null. */
  readonly classes: number | null;
  sample(rng: Rng, rows: number): BenchmarkRows;
}

/** One row of a task. */
export interface Drawn {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** nats */
  readonly pointwise: number;
}

/** A task whose rows are drawn one after another. */
export function rowTask(id: string, bits: number, classes: number | null, draw: (rng: Rng) => Drawn): BenchmarkTask {
  return {
    id,
    bits,
    classes,
    sample: (rng, rows) => {
      const drawn = Array.from({ length: rows }, () => draw(rng));
      const columns = (side: "x" | "y") =>
        drawn[0][side].map((_, j) => Float64Array.from(drawn, (row) => row[side][j]));
      return { x: columns("x"), y: columns("y"), pointwise: Float64Array.from(drawn, (row) => row.pointwise) };
    },
  };
}

/** An injective map of the values of one side of a row. */
export type RowMap = (values: readonly number[]) => readonly number[];

/** A task with an injective map of either side: the information, and that of each row, stay as they are. */
export function mapped(
  base: BenchmarkTask,
  id: string,
  maps: { readonly x?: RowMap; readonly y?: RowMap },
): BenchmarkTask {
  const through = (columns: readonly Float64Array[], map: RowMap | undefined) => {
    if (map === undefined) return columns;
    const rows = Array.from(columns[0], (_, r) => map(columns.map((column) => column[r])));
    return rows[0].map((_, j) => Float64Array.from(rows, (row) => row[j]));
  };
  return {
    ...base,
    id,
    sample: (rng, rows) => {
      const { x, y, pointwise } = base.sample(rng, rows);
      return { x: through(x, maps.x), y: through(y, maps.y), pointwise };
    },
  };
}

/** Bits of p log p of a coin: -p log2 p - (1 - p) log2 (1 - p). */
export function coinEntropy(p: number): number {
  return p === 0 || p === 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}
