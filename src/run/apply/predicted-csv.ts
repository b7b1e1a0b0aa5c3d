import { missingColumn } from "../absence.js";
import { correctedPredictions, rowSets } from "../calibration.js";
import { type PredictionRows, predictionCsv } from "../prediction-table.js";
import type { PredictedTable } from "./predict-dataset.js";
import type { RowIntervals } from "./row-intervals.js";

/** What of a predicted table is written. */
export type WrittenTable = Pick<
  PredictedTable,
  | "task"
  | "config"
  | "targets"
  | "classes"
  | "calibration"
  | "dataset"
  | "explained"
  | "spread"
  | "truth"
  | "missing"
  | "localAtoms"
>;

/**
 * A predicted table as `pidreg predict` writes it.
 * @param options.localAtoms whether sample-level atoms are written: the target must be known in every row
 * @throws RunError as `predictionCsv`
 */
export function predictedCsv(
  table: WrittenTable,
  {
    intervals,
    level,
    localAtoms,
    label,
    next,
  }: {
    intervals: RowIntervals | null;
    level: number;
    localAtoms: boolean;
    label: string;
    next: { readonly columns: PredictionRows["next"] } | null;
  },
): string {
  const { task, config, targets, classes, calibration, dataset, explained, spread, truth, missing } = table;
  return predictionCsv(
    {
      ids: dataset.rowIds,
      ...missingColumn(missing, config),
      ...{ targets, classes, truth, explained },
      local: localAtoms ? table.localAtoms() : null,
      ...(intervals === null ? {} : { ends: intervals.ends, quantiles: intervals.quantiles }),
      ...rowSets(task, calibration, explained.prediction, { classes, level }),
      ...correctedPredictions(explained.prediction, calibration),
      ...(spread === null ? {} : { spread }),
      next: next?.columns ?? [],
    },
    label,
  );
}
