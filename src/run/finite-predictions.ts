import { RunError } from "../errors.js";

/** Which rows predictions are of, in words for an error. */
export interface PredictedRows {
  /** Where they come from: a file, or a moment of training. */
  readonly where: string;
  /** Ids of all rows of the table. */
  readonly rowIds: readonly string[];
  readonly targets: readonly string[];
}

/**
 * Refuses what a network gives for rows when a number of it is NaN or infinite. Before it is brought to the user's units:
 * there an infinite prediction becomes an end of the training range and looks like any other.
 * @param values row-major [rows, width], as many columns of each target
 * @param rows   their rows of the table
 * @param what   which prediction it is, when it is not that of the whole model
 * @returns the values
 * @throws RunError naming row and target of the first such number
 */
export function finitePredictions<T extends Float32Array | Float64Array>(
  values: T,
  { where, rowIds, targets }: PredictedRows,
  rows: ArrayLike<number>,
  what = "",
): T {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  const width = values.length / rows.length;
  const target = targets[Math.floor(((bad % width) * targets.length) / width)];
  throw notFinite(where, rowIds[rows[Math.floor(bad / width)]], `the prediction of "${target}"${what}`, values[bad]);
}

/**
 * The same for latents, which sample-level atoms are read from.
 * @param latents row-major [rows, M * d]
 * @param modalities names in the order of the latents
 */
export function finiteLatents(
  latents: Float32Array,
  { where, rowIds }: PredictedRows,
  rows: ArrayLike<number>,
  modalities: readonly string[],
): Float32Array {
  const bad = latents.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return latents;
  const width = latents.length / rows.length;
  const modality = modalities[Math.floor((bad % width) / (width / modalities.length))];
  throw notFinite(where, rowIds[rows[Math.floor(bad / width)]], `the latent of "${modality}"`, latents[bad]);
}

function notFinite(where: string, row: string, what: string, value: number): RunError {
  return new RunError(
    `${where}: row "${row}": ${what} is ${value}, which is no prediction: numbers of this row, or weights of the model, ` +
      "are too large for 32-bit arithmetic. Correct the row or leave it out; if its numbers are right, train the model again",
  );
}
