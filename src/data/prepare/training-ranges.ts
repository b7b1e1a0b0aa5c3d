import type { ValueRange } from "../missing/sentinel-values.js";
import type { ColumnPreparation } from "./column-preparation.js";
import type { Preprocessor } from "./preprocessor.js";

/** Standard deviations around the mean that stand for the range of a standardised column. */
const deviations = 3;

/** Where the values of each column lay in training, as far as the preparation of a model tells. */
export function trainingRanges({ modalities }: Pick<Preprocessor, "modalities">): ReadonlyMap<string, ValueRange> {
  return new Map(
    modalities.flatMap(({ columns }) => columns.map(({ name, preparation }) => [name, rangeOf(preparation)] as const)),
  );
}

function rangeOf(preparation: ColumnPreparation): ValueRange {
  if (preparation.kind === "standardize") {
    const { mean, scale } = preparation;
    return { low: mean - deviations * scale, median: mean, high: mean + deviations * scale };
  }
  const { y, z } = preparation;
  const middle = z.findIndex((score) => score >= 0);
  return { low: y[0], median: y[middle < 0 ? y.length - 1 : middle], high: y[y.length - 1] };
}
