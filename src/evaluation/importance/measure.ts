import { type PreparedRows, rowCount } from "../../data/rows.js";
import type { Rng } from "../../math/rng.js";
import type { HeadlineError } from "../headline.js";
import { resamplingOf } from "../resampling.js";
import { columnsOfTarget } from "../row-values.js";
import { type Change, changedRows, type RowsInMemory } from "./changed-rows.js";
import { type Donors, drawDonors } from "./donors.js";
import { drawnCounts, type Increase, increaseOf, type PermutedCosts } from "./estimate.js";
import type { ImportanceItem } from "./items.js";

/** Predicts rows of all modalities, row-major [rows, outputs], in the units of the targets; of classes probabilities. */
export type PredictRows = (inputs: readonly PreparedRows[], rows: number) => Promise<Float64Array>;

/** What the importance of one modality is measured on. */
export interface MeasuredRows {
  /** The same rows of every modality, as the model reads them; all have the modality that is measured. */
  readonly inputs: readonly RowsInMemory[];
  readonly predict: PredictRows;
  /** Row-major [rows, targets]. */
  readonly truth: Float64Array;
  readonly targets: readonly string[];
  /** Values that are predicted of a row, as many for each target; one for each if left out. */
  readonly outputs?: number | undefined;
  readonly error: HeadlineError;
  /** Label of the group of each row. */
  readonly groups?: readonly string[];
}

/** How often rows are permuted, and the stream of their permutations. */
export interface PermuteOptions {
  readonly repeats: number;
  readonly rng: Rng;
}

/** Importance of the items of one modality. */
export interface MeasuredItems {
  /** The error of the rows as they are, per target. */
  readonly error: readonly number[];
  /** Per item, per target. */
  readonly items: readonly (readonly Increase[])[];
  /** Whether some rows took from rows of their own group. */
  readonly withinGroups: boolean;
}

/** Rows that are handed to the model at a time, at least, where there are as many. */
const rowsAtOnce = 4096;

/**
 * Permutation importance of each item: how much the error of each target grows where the item's inputs are those of other
 * rows (Breiman 2001; Fisher, Rudin & Dominici 2019, model reliance).
 * @param m place of the modality among the inputs; at least 2 rows
 */
export async function measureItems(
  measured: MeasuredRows,
  m: number,
  items: readonly ImportanceItem[],
  { repeats, rng }: PermuteOptions,
): Promise<MeasuredItems> {
  const { inputs, groups } = measured;
  const rows = rowCount(inputs[m]);
  const permutations = Array.from({ length: repeats }, (_, r) =>
    drawDonors(rows, groups, rng.split(`permutation/${r}`)),
  );
  const before = costsOf(measured, await measured.predict(inputs, rows), 0);
  const counts = drawnCounts(resamplingOf(rows, groups), rows, rng.split("resamples"));
  const distinct = new Map(items.map((item) => [keyOf(item), item]));
  const known = new Map<string, Increase[]>();
  const step = Math.max(1, Math.floor(rowsAtOnce / (rows * repeats)));
  const waiting = [...distinct];
  for (let start = 0; start < waiting.length; start += step) {
    const chunk = waiting.slice(start, start + step);
    const costs = await permutedCosts(
      measured,
      m,
      chunk.map(([, item]) => item),
      permutations,
      before,
    );
    chunk.forEach(([key], k) => {
      known.set(
        key,
        costs[k].map((permuted, t) => increaseOf(before[t], permuted, counts, measured.error)),
      );
    });
  }
  return {
    error: before.map((costs) => measured.error.ofMeanCost(costs.reduce((sum, cost) => sum + cost, 0) / rows)),
    items: items.map((item) => known.get(keyOf(item)) ?? []),
    withinGroups: permutations.some(({ withinGroups }) => withinGroups),
  };
}

/** Items of the same inputs are measured once: a region of one column is that column. */
function keyOf({ inputs }: ImportanceItem): string {
  return [...inputs].sort((a, b) => a - b).join();
}

/** How many items have inputs of their own. */
export function distinctItems(items: readonly ImportanceItem[]): number {
  return new Set(items.map(keyOf)).size;
}

/** What rows cost more, per item and target. @param before costs as the rows are, per target */
async function permutedCosts(
  measured: MeasuredRows,
  m: number,
  items: readonly ImportanceItem[],
  permutations: readonly Donors[],
  before: readonly Float64Array[],
): Promise<PermutedCosts[][]> {
  const { inputs, predict } = measured;
  const rows = rowCount(inputs[m]);
  const repeats = permutations.length;
  const changes: Change[] = items.flatMap(({ inputs: changed }) =>
    permutations.map(({ donors }) => ({ inputs: changed, donors })),
  );
  const prediction = await predict(changedRows(inputs, m, changes), rows * changes.length);
  return items.map((_, k) => {
    const perTarget = measured.targets.map(
      (): PermutedCosts => ({ received: new Float64Array(rows), donated: new Float64Array(rows) }),
    );
    permutations.forEach(({ donors }, r) => {
      costsOf(measured, prediction, (k * repeats + r) * rows).forEach((costs, t) => {
        const { received, donated } = perTarget[t];
        costs.forEach((cost, i) => {
          received[i] += (cost - before[t][i]) / repeats;
          donated[donors[i]] += (cost - before[t][i]) / repeats;
        });
      });
    });
    return perTarget;
  });
}

/** Costs per target of predictions of the rows. @param from the first of them among the predicted rows */
function costsOf(
  { truth, targets, outputs, error }: MeasuredRows,
  prediction: Float64Array,
  from: number,
): Float64Array[] {
  const rows = truth.length / targets.length;
  const width = outputs ?? targets.length;
  const own = prediction.subarray(from * width, (from + rows) * width);
  return targets.map((_, t) =>
    error.rowCosts(columnsOfTarget(truth, rows, targets.length, t), columnsOfTarget(own, rows, targets.length, t)),
  );
}
