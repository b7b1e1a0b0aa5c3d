import { checkGaussian } from "./check.js";
import type { CheckOptions } from "./check-options.js";
import type { GaussianCheck } from "./check-types.js";

/** Latents of one modality. */
export interface ModalityLatents {
  readonly name: string;
  /** [rows, width] row-major, of rows that took no part in training the encoder. */
  readonly values: ArrayLike<number>;
  readonly width: number;
  /** Columns of the modality itself, where they are few: the density sees them in place of the latents, the linear reading beside. Each [rows]. */
  readonly columns?: readonly Float64Array[] | undefined;
  /** What the network predicts from this modality alone, each [rows]; for the linear reading. */
  readonly predictions?: readonly Float64Array[] | undefined;
}

/**
 * The check of a trained model: whether the Gaussian reading of its latents is enough. The linear reading is of the latents as
 * they are, with the normal scores of columns and with predictions where these are given, as the atoms of a run are; the density starts from it, and sees the normal scores of latents, or of the columns of the modality where these
 * are given: what only sets the spread of the target need not be in latents that were trained to predict its mean. Rows of
 * which a modality is absent are not to be among them.
 * @param targets [rows, columns] row-major, in the Gaussian view of the task
 * @param columns targets of a row
 * @returns plain data, which pid.json holds as `check`
 * @throws InputError as `checkGaussian` does, for fewer than 200 rows above all; whoever calls says so instead
 */
export function checkLatents(
  latents: readonly ModalityLatents[],
  targets: ArrayLike<number>,
  columns: number,
  options: Omit<CheckOptions, "linearOnValues">,
): Promise<GaussianCheck> {
  const target = { name: "target", columns: columnsOf(targets, columns) };
  const modalities = latents.map(({ name, values, width, columns: seen, predictions: beside }) => ({
    name,
    columns: columnsOf(values, width),
    seen,
    beside,
  }));
  return checkGaussian(target, modalities, { ...options, linearOnValues: true });
}

function columnsOf(values: ArrayLike<number>, width: number): Float64Array[] {
  const rows = values.length / width;
  if (!Number.isInteger(rows)) {
    throw new RangeError(`${values.length} values are not whole rows of ${width} columns`);
  }
  return Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: rows }, (_row, r) => values[r * width + j]),
  );
}
