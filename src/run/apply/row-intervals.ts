import { InputError } from "../../errors.js";
import type { RowGroups } from "../../evaluation/row-groups.js";
import { mean } from "../../math/descriptive.js";
import type { PredictiveIntervals } from "../../tasks/task-intervals.js";
import { fewestScaleRows } from "../../training/scale/fit-scale.js";
import { intervalRows, targetBounds } from "../calibration.js";
import { eachPrediction, intervalEnds } from "../interval-ends.js";
import type { PredictedTable } from "./predict-dataset.js";

/** What intervals are asked for. */
export interface AskedIntervals {
  /** Coverage, in (0, 1); that of the run's config if left out. */
  readonly level?: number | undefined;
  /** Quantiles beside them, each in (0, 1). */
  readonly quantiles?: readonly number[] | undefined;
}

/** Intervals of the rows of a table; values row-major [rows, targets], user's units, infinite where there is no bound. */
export interface RowIntervals {
  readonly level: number;
  readonly ends: { readonly low: Float64Array; readonly high: Float64Array };
  /** By their share, ascending. */
  readonly quantiles: ReadonlyMap<number, Float64Array>;
  /** Per target half of the mean width; infinite where a row has no bound. */
  readonly halfWidths: readonly number[];
  /** Sentences for the user about rows and groups that are too few. */
  readonly messages: readonly string[];
}

type Table = Pick<
  PredictedTable,
  "config" | "task" | "calibration" | "dataset" | "explained" | "ranges" | "targets" | "scale"
>;

/**
 * Intervals and quantiles of the rows of a table.
 * @returns null for a task that has none
 * @throws InputError for a level or quantile outside (0, 1), and for quantiles of a task that has none
 */
export function rowIntervals(table: Table, asked: AskedIntervals): RowIntervals | null {
  const { config, task, calibration, dataset, explained, ranges, targets } = table;
  const { level = config.evaluation.intervals.coverage } = asked;
  const shares = [...new Set(asked.quantiles ?? [])].sort((a, b) => a - b);
  if (calibration.intervals === null || task.intervals === undefined) {
    if (shares.length === 0) return null;
    throw new InputError(`quantiles: the predictions of this model are no numbers that have any (${task.name})`);
  }
  const options = { level, quantiles: shares, ...targetBounds(config.evaluation.intervals, { ranges }) };
  const intervals = task.intervals.at(calibration.intervals, options);
  const column = calibration.intervals.groups?.column;
  const { groups } = intervalRows(
    dataset,
    column,
    Int32Array.from({ length: dataset.rows }, (_, i) => i),
  );
  const rows = { ...explained, ...(groups === undefined ? {} : { groups }) };
  const ends = intervalEnds(intervals, rows, targets.length);
  const halfWidths = targets.map((_, t) => {
    const own = ends.high.map((high, i) => (high - ends.low[i]) / 2).filter((_value, i) => i % targets.length === t);
    return mean(own);
  });
  return {
    ...{ level, ends, halfWidths },
    quantiles: new Map(
      shares.map((p) => [p, eachPrediction(rows, targets.length, (row) => intervals.quantile(row, p))]),
    ),
    messages: [
      ...groupMessages(table, intervals, groups),
      ...targets.flatMap((name, t) => (Number.isFinite(halfWidths[t]) ? [] : [unboundedMessage(name, table, level)])),
      ...scaleMessages(table),
    ],
  };
}

function groupMessages(
  { calibration }: Table,
  intervals: PredictiveIntervals,
  groups: RowGroups | undefined,
): string[] {
  const known = calibration.intervals?.groups ?? null;
  if (known === null || groups !== undefined) return intervals.messages(groups);
  return [
    ...intervals.messages([]),
    `the table has no column "${known.column}": every row gets the intervals of all rows`,
  ];
}

function unboundedMessage(name: string, { calibration }: Table, level: number): string {
  const rows = calibration.intervals?.pooled[0].values.length ?? 0;
  return (
    `${name}: no intervals of coverage ${level}; ${rows} validation rows allow at most ` +
    `${Math.floor((1000 * rows) / (rows + 1)) / 1000}. The columns .lower and .upper are empty where there is no end`
  );
}

/** Said where all rows get one width for want of training rows to learn another from. */
function scaleMessages({ scale, targets }: Table): string[] {
  const few = targets.filter((_, t) => scale?.constant[t] === "few-rows");
  if (few.length === 0) return [];
  return [
    `intervals of ${few.join(", ")} are as wide for every row: the model has fewer than ${fewestScaleRows} training rows, too few to ` +
      "learn which rows are harder",
  ];
}
