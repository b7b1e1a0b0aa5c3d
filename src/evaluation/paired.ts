import { InputError } from "../errors.js";
import { mean, variance } from "../math/descriptive.js";
import { studentTQuantile, studentTWithin } from "../math/student-t.js";

/** Mean over resamplings of a table with an interval that allows for their overlap. */
export interface ResampledInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
  /** Standard deviation over the resamplings. */
  readonly sd: number;
  readonly level: number;
  /** Resamplings. */
  readonly n: number;
  /** Two-sided, of the hypothesis that the mean is 0; null when all values are equal. */
  readonly pValue: number | null;
}

/**
 * Corrected resampled t interval of the mean of values from n overlapping splits of one table (folds, repeats):
 *   mean +- t_{n-1} s sqrt(1/n + n_test/n_train)
 * The uncorrected 1/n takes the splits as independent and is far too narrow, because they train on the same rows.
 * Source: Nadeau & Bengio 2003, Machine Learning 52; for repeated folds Bouckaert & Frank 2004.
 *
 * @param values      one per split, for example a paired difference of errors [n]
 * @param testToTrain rows of a test part over rows of a training part
 * @throws InputError for fewer than 2 values
 */
export function correctedResampledInterval(
  values: readonly number[],
  testToTrain: number,
  level = 0.95,
): ResampledInterval {
  const n = values.length;
  if (n < 2) throw new InputError(`a resampled interval needs at least 2 splits, got ${n}`);
  if (!(testToTrain > 0)) throw new InputError(`test rows over training rows must be above 0, got ${testToTrain}`);
  const value = mean(values);
  const spread = variance(values);
  const standardError = Math.sqrt((1 / n + testToTrain) * spread);
  const half = studentTQuantile(level, n - 1) * standardError;
  return {
    value,
    low: value - half,
    high: value + half,
    standardError,
    sd: Math.sqrt(spread),
    level,
    n,
    pValue: standardError > 0 ? 1 - studentTWithin(Math.abs(value) / standardError, n - 1) : null,
  };
}
