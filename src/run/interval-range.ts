import type { Config } from "../config/schema.js";
import type { Dataset } from "../data/dataset.js";
import type { Split } from "../data/split/split.js";
import { InputError } from "../errors.js";

/**
 * Refuses an `evaluation.intervals.range` that rows contradict which the model learns from: intervals that end there would
 * lie beside the values that they are of.
 * @throws InputError with how many known targets of the training and validation rows lie outside
 */
export function checkIntervalRange(
  { evaluation }: Pick<Config, "evaluation">,
  { targets }: Pick<Dataset, "targets">,
  { train, validation }: Pick<Split, "train" | "validation">,
): void {
  const { range } = evaluation.intervals;
  if (range === undefined || range === "observed") return;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  const rows = [...train, ...validation];
  for (const { name, values } of targets) {
    const known = rows.map((row) => values[row]).filter((value) => !Number.isNaN(value));
    const outside = known.filter((value) => value < min || value > max);
    if (outside.length === 0) continue;
    const [least, most] = known.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    throw new InputError(
      `evaluation.intervals.range: ${outside.length} of ${known.length} values of "${name}" in the training and validation part lie ` +
        `outside of what it says that values may be (${saidRange(range)}): they reach from ${least} to ${most}. Give limits ` +
        "that every value keeps, or observed, or leave the key out.",
    );
  }
}

function saidRange({ min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }): string {
  return [min === undefined ? [] : `min: ${min}`, max === undefined ? [] : `max: ${max}`].flat().join(", ");
}
