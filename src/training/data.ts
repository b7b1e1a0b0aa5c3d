import { gatherRows, type PreparedRows } from "../data/rows.js";
import type { Rng } from "../math/rng.js";
import { entropyOfTies } from "../pid/estimate/target-entropy.js";
import type { Task } from "../tasks/task.js";

export { gatherRows, readRows, readTrainingRows, rowCount } from "../data/rows.js";

/** Prepared rows of one modality, as the network reads them. */
export type TrainingModality = PreparedRows;

/** Rows of a batch as a step reads them. */
export type BatchRows = Pick<TrainingData, "modalities" | "target" | "gaussianTarget">;

/** Training rows that are kept on disk, numbered from 0 in a random order. */
export interface StoredRows {
  readonly rows: number;
  /** How many of them lack a modality. */
  readonly lacking: number;
  /** An order of all rows in which few parts of the file are read at a time, drawn from the stream. */
  readonly order: (rng: Rng) => Int32Array;
  readonly read: (rows: Int32Array) => Promise<BatchRows>;
  /** Begins to read rows that will be asked for, so many batches ahead. */
  readonly ahead: { readonly batches: number; readonly begin: (rows: Int32Array) => void };
}

/** What training reads: prepared tables and the rows of the training and validation parts. */
export interface TrainingData {
  /** What is learned: its loss trains, its cost judges. */
  readonly task: Pick<Task, "loss" | "cost" | "linear" | "metrics">;
  readonly modalities: readonly TrainingModality[];
  /**
   * [rows], 1 where the table has every modality, 0 where it lacks some, also where the network reads filled features of
   * it; left out when no row lacks any. Atoms are made of rows that have all.
   */
  readonly complete?: Uint8Array;
  readonly targetNames: readonly string[];
  /** Labels of the classes, where the target is of classes: its true values are places among them. */
  readonly classes?: readonly string[];
  /** Encoded target, on the scale of the prediction loss, row-major [rows, dm]: columns of outputs of the network. */
  readonly target: Float32Array;
  /** Gaussian view of the target, unit variance on the training part, row-major [rows, dm]. */
  readonly gaussianTarget: Float32Array;
  /** Target in the user's units, row-major [rows, targets]. */
  readonly rawTarget: Float64Array;
  /** Maps outputs of the network [n, dm] to predictions as the user reads them, [n, columns]. */
  readonly toRaw: (prediction: Float32Array) => Float64Array;
  /**
   * The same after a calibration on those of the rows that are of the validation part; left out by a task that has none.
   * @param outputs of the rows [n, dm]
   */
  readonly calibrated?: (outputs: Float32Array, rows: Int32Array) => TrainingData["toRaw"];
  /** Maps outputs of the network [n, dm] to the scale of the Gaussian view. */
  readonly toGaussian: (prediction: Float32Array) => Float32Array;
  /** Label of the group of every row, `data.group`: rows of one group may depend on one another. */
  readonly groups?: readonly string[];
  readonly trainRows: Int32Array;
  readonly validationRows: Int32Array;
  /** Where more rows train than are held: all of them; the tables above hold a sample. Steps read these alone. */
  readonly stored?: StoredRows | undefined;
}

/** Columns of outputs of the network: one per target, of K classes K - 1. */
export function outputWidth({
  target,
  rawTarget,
  targetNames,
}: Pick<TrainingData, "target" | "rawTarget" | "targetNames">): number {
  return (target.length / rawTarget.length) * targetNames.length;
}

/**
 * H(Y) of numbers as the table has them, all together; null where they have no ties, and of classes, whose information is counted
 * by their probabilities.
 */
export function targetEntropy({
  rawTarget,
  targetNames,
  classes,
}: Pick<TrainingData, "rawTarget" | "targetNames" | "classes">) {
  if (classes !== undefined) return null;
  const width = targetNames.length;
  const rows = rawTarget.length / width;
  return entropyOfTies(
    targetNames.map((_, t) => Float64Array.from({ length: rows }, (_row, r) => rawTarget[r * width + t])),
  );
}

/** Those of the rows that have each of the modalities; the rows themselves when all do. */
export function rowsWith(modalities: readonly Pick<TrainingModality, "present">[], rows: Int32Array): Int32Array {
  const known = modalities.flatMap(({ present }) => present ?? []);
  return rows.every((row) => known.every((present) => present[row] === 1))
    ? rows
    : rows.filter((row) => known.every((present) => present[row] === 1));
}

/** Those of the rows that have every modality; the rows themselves when all do. */
export function completeRows({ complete }: Pick<TrainingData, "complete">, rows: Int32Array): Int32Array {
  return complete === undefined ? rows : rowsWith([{ present: complete }], rows);
}

/** The given rows of a row-major table [_, width] as a new table. */
export function takeRows(values: Float32Array, width: number, rows: ArrayLike<number>): Float32Array {
  const out = new Float32Array(rows.length * width);
  gatherRows(values, width, rows, out);
  return out;
}

/** True values of the given rows, row-major [rows, targets], user's units. */
export function takeTrueValues(
  { rawTarget, targetNames }: Pick<TrainingData, "rawTarget" | "targetNames">,
  rows: Int32Array,
): Float64Array {
  const width = targetNames.length;
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let t = 0; t < width; t++) out[i * width + t] = rawTarget[row * width + t];
  });
  return out;
}
