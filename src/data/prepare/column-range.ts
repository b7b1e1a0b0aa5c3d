import { quantileOfSorted, sorted } from "../../math/descriptive.js";

/** Where the training values of a column lie; plain JSON, stored with the model. */
export interface ColumnRange {
  /** Training rows that have a value. */
  readonly values: number;
  readonly min: number;
  /** 5th percentile, quartiles, median and 95th percentile. */
  readonly low: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly high: number;
  readonly max: number;
  /** Training values outside the usual range, see `usualRange`. */
  readonly beyond: number;
}

/** Range of the values of a column that are there. @param values NaN = missing; at least one is not */
export function rangeOf(values: ArrayLike<number>): ColumnRange {
  const ascending = sorted(Array.from(values).filter((value) => !Number.isNaN(value)));
  const at = (p: number) => quantileOfSorted(ascending, p);
  const range = {
    values: ascending.length,
    min: ascending[0],
    ...{ low: at(0.05), q1: at(0.25), median: at(0.5), q3: at(0.75), high: at(0.95) },
    max: ascending[ascending.length - 1],
  };
  return { ...range, beyond: countOutside(ascending, usualRange(range)) };
}

/**
 * The range from the 5th to the 95th percentile, widened by half of its width on either side: of a normal column it holds
 * 99.9 %, and a single absurd training value does not widen it.
 */
export function usualRange({ low, high }: Pick<ColumnRange, "low" | "high">): readonly [number, number] {
  // Halved first: the difference of two finite numbers may overflow.
  const half = high / 2 - low / 2;
  return [low - half, high + half];
}

/** How many of the values that are there lie outside. */
export function countOutside(values: ArrayLike<number>, [from, to]: readonly [number, number]): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) count += Number(values[i] < from || values[i] > to);
  return count;
}
