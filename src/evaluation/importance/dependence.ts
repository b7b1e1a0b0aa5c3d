import { rowCount } from "../../data/rows.js";
import { quantile } from "../../math/descriptive.js";
import { type Change, changedRows, type RowsInMemory } from "./changed-rows.js";
import type { PredictRows } from "./measure.js";

/** A column with the values at which predictions are looked at. */
export interface DependenceFeature {
  readonly name: string;
  /** A number in the unit of the column, or the name of a category; and what the network reads of it. */
  readonly points: readonly { readonly at: number | string; readonly values: readonly number[] }[];
  readonly inputs: readonly number[];
}

/** Mean prediction where every row has the same value of a column, and how differently rows respond. */
export interface DependencePoint {
  readonly at: number | string;
  readonly mean: number;
  /** 10th and 90th percentile of the rows' own curves, each moved so that its mean is that of all. */
  readonly low: number;
  readonly high: number;
}

/** Most values of a column at which predictions are looked at. */
export const dependencePoints = 12;

/**
 * Values of a numeric column between two percentiles: those that occur where they are few, else evenly spaced ones.
 * @param values training values, NaN = missing
 */
export function gridOf(values: ArrayLike<number>, low: number, high: number, most = dependencePoints): number[] {
  const inside = new Set<number>();
  for (let i = 0; i < values.length; i++) if (values[i] >= low && values[i] <= high) inside.add(values[i]);
  if (inside.size <= most) return [...inside].sort((a, b) => a - b);
  return Array.from({ length: most }, (_, i) => low + (high - low) * (i / (most - 1)));
}

/**
 * Partial dependence (Friedman 2001) with the spread of individual curves, centred (Goldstein et al. 2015).
 * @param inputs of the same rows, one entry per modality
 * @param m      the modality of the feature
 * @returns per target, in its unit
 */
export async function partialDependence(
  { inputs, predict, targets }: { inputs: readonly RowsInMemory[]; predict: PredictRows; targets: number },
  m: number,
  feature: DependenceFeature,
): Promise<DependencePoint[][]> {
  const rows = rowCount(inputs[m]);
  const changes: Change[] = feature.points.map(({ values }) => ({ inputs: feature.inputs, values }));
  const prediction = await predict(changedRows(inputs, m, changes), rows * changes.length);
  return Array.from({ length: targets }, (_, t) => {
    const at = (p: number, row: number) => prediction[(p * rows + row) * targets + t];
    const own = Array.from({ length: rows }, (_row, row) => mean(changes.length, (p) => at(p, row)));
    const all = mean(rows, (row) => own[row]);
    return feature.points.map(({ at: value }, p) => {
      const curves = own.map((level, row) => at(p, row) - level + all);
      return {
        at: value,
        mean: mean(rows, (row) => curves[row]),
        low: quantile(curves, 0.1),
        high: quantile(curves, 0.9),
      };
    });
  });
}

function mean(count: number, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum / count;
}
