import { standardDeviation } from "../math/descriptive.js";
import { fitRidge } from "../models/baselines/ridge.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import { type CrossFitFold, partsOf } from "./cross-fit.js";
import { type DensityRows, narrowest } from "./density-fit.js";
import { leadingComponents } from "./leading-components.js";

type Columns = readonly Float64Array[];

/** Columns that belong together: a modality. Each [rows]. */
export interface Block {
  /** Those of the linear reading. */
  readonly linear: Columns;
  /** Those that the network sees: about standard, without tails. */
  readonly seen: Columns;
}

/** A block whose linear reading is on what the network sees. */
export function blockOf(columns: Columns): Block {
  return { linear: columns, seen: columns };
}

/** Most columns of a block that the network is given as they are. */
export const mostColumns = 16;
/** Training rows that a column of a block takes, where columns are many for them. */
const rowsPerColumn = 10;
/** Parts of the training rows whose linear prediction is that of the others. */
const innerParts = 5;

/** Whether a block is reduced for so many training rows. */
export function isReduced(columns: number, trainRows: number): boolean {
  return columns > columnsKept(trainRows);
}

function columnsKept(trainRows: number): number {
  return Math.max(1, Math.min(mostColumns, Math.floor(trainRows / rowsPerColumn)));
}

/**
 * What the density of a fold is fitted to; everything is learned from its training rows.
 *
 * The linear prediction is ridge regression on all columns, that of a training row by the other four fifths of the training
 * rows, so that what is left of y there is what is left of it elsewhere. The network sees the columns of a block where these are
 * few, else the block's own linear prediction and its leading principal components.
 * @param groups of the rows; null where rows are independent
 */
export function foldRows(
  blocks: readonly Block[],
  target: Float64Array,
  fold: CrossFitFold,
  groups: RowGroups | null,
): DensityRows {
  const parts = partsOf(
    fold.train,
    new Array<number>(innerParts).fill(1 / innerParts),
    groups,
    undefined,
    fold.rng.split("linear"),
  );
  const predicted = (columns: Columns) => linearPrediction(columns, target, fold, parts);
  const means = predicted(blocks.flatMap(({ linear }) => linear));
  const kept = columnsKept(fold.train.length);
  const inputs = blocks.flatMap((block) => {
    if (block.seen.length <= kept) return block.seen;
    const prediction = blocks.length === 1 ? means : predicted(block.linear);
    return [prediction, ...leadingComponents(block.seen, fold.train, kept - 1, fold.rng.split("components"))];
  });
  const left = Float64Array.from(fold.train, (r) => target[r] - means[r]);
  const square = left.reduce((sum, e) => sum + e * e, 0) / left.length;
  return {
    ...inputRows(inputs, fold.train, target.length),
    means,
    target,
    deviation: Math.max(narrowest, Math.sqrt(square)),
  };
}

/** [rows] ridge predictions of the target; of training rows by those of other parts. */
function linearPrediction(columns: Columns, target: Float64Array, fold: CrossFitFold, parts: Int32Array): Float64Array {
  const { train } = fold;
  const out = new Float64Array(target.length);
  const predict = (from: Int32Array, of: ArrayLike<number>) => {
    const fitted = fitRidge(rowMajor(columns, from), pick(target, from), { rows: from.length });
    fitted.predict(rowMajor(columns, of)).forEach((value, i) => {
      out[of[i]] = value;
    });
  };
  predict(train, [...fold.validation, ...fold.scored]);
  for (let part = 0; part < innerParts; part++) {
    const of = train.filter((_, i) => parts[i] === part);
    const from = train.filter((_, i) => parts[i] !== part);
    if (of.length > 0) predict(from, of);
  }
  return out;
}

/** Inputs in units of their spread over the training rows. */
function inputRows(columns: Columns, train: Int32Array, rows: number): Pick<DensityRows, "inputs" | "width"> {
  const width = columns.length;
  const inputs = new Float32Array(rows * width);
  columns.forEach((column, j) => {
    const spread = standardDeviation(pick(column, train)) || 1;
    for (let r = 0; r < rows; r++) inputs[r * width + j] = column[r] / spread;
  });
  return { inputs, width };
}

function rowMajor(columns: Columns, rows: ArrayLike<number>): Float64Array {
  const width = columns.length;
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) for (let j = 0; j < width; j++) out[i * width + j] = columns[j][rows[i]];
  return out;
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (r) => values[r]);
}
