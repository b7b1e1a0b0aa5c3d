import { targetUnits } from "../../config/data.js";
import { arrayPlace } from "../../config/modalities/array-place.js";
import { InputError } from "../../errors.js";
import { HalfWidths, type RowGroups } from "../../evaluation/group-intervals.js";
import { checkOutputFile, writeOutput } from "../../files/output-file.js";
import type { Units } from "../../report/with-unit.js";
import { missingColumn } from "../absence.js";
import { correctedPredictions, rowGroups } from "../calibration.js";
import { predictionCsv } from "../prediction-table.js";
import type { PredictedTable } from "./predict-dataset.js";
import type { PredictTableOptions } from "./predict-options.js";
import { predictTable } from "./predict-table.js";
import type { TableChecks } from "./table-checks.js";

export interface PredictRunOptions extends Omit<PredictTableOptions, "targets"> {
  readonly out: string;
  /** Coverage of the prediction intervals, in (0, 1); the run's own if left out. */
  readonly level?: number;
}

export interface PredictRunResult extends TableChecks {
  readonly out: string;
  readonly rows: number;
  readonly targets: readonly string[];
  /** Units of targets; only where the run names any. */
  readonly units?: Units;
  readonly level: number;
  /** Half width of the intervals per target, user's units; that of all rows where groups have their own. */
  readonly halfWidths: readonly number[];
  /** Whether sample-level atoms were written; they need the target column. */
  readonly localAtoms: boolean;
  readonly messages: readonly string[];
}

/**
 * Predicts every row of a table and writes them as CSV: prediction, split-conformal interval from the run's validation
 * part (per group where the run has groups), correction for bias where the run has one, contribution of each modality and
 * product, and sample-level atoms where the table holds the target.
 */
export async function predictRun(options: PredictRunOptions): Promise<PredictRunResult> {
  const { out } = options;
  if (options.level !== undefined && !(options.level > 0 && options.level < 1)) {
    throw new InputError(`--level ${options.level}: expected a number between 0 and 1`);
  }
  const arrays = Object.values(options.arrays ?? {}).map((array) => arrayPlace(array).file);
  await checkOutputFile(out, [options.data, ...arrays]);
  const table = await predictTable({ ...options, targets: "optional" });
  const { config, targets, calibration, dataset, truth } = table;
  const level = options.level ?? config.evaluation.intervals.coverage;
  const widths = new HalfWidths(calibration.errors, level);
  const groups = rowGroups(
    dataset,
    calibration.errors.groups?.column,
    Int32Array.from({ length: dataset.rows }, (_, i) => i),
  );
  const localAtoms = truth?.every((value) => Number.isFinite(value)) === true;
  await writeOutput(out, predictedCsv(table, { widths, groups, localAtoms, label: options.data }));
  const unbounded = targets.filter((_, t) => widths.pooled[t] === Number.POSITIVE_INFINITY);
  const messages = [
    ...table.messages,
    ...groupMessages(table, widths, groups),
    ...unbounded.map((name) => unboundedMessage(name, table, level)),
  ];
  const units = targetUnits(config.data);
  const { departed, seen } = table;
  const checks = { departed, seen, messages };
  return { out, rows: dataset.rows, targets, ...units, level, halfWidths: widths.pooled, localAtoms, ...checks };
}

function predictedCsv(
  table: PredictedTable,
  {
    widths,
    groups,
    localAtoms,
    label,
  }: { widths: HalfWidths; groups: RowGroups | undefined; localAtoms: boolean; label: string },
): string {
  const { config, targets, calibration, dataset, explained, spread, truth, missing } = table;
  return predictionCsv(
    {
      ids: dataset.rowIds,
      ...missingColumn(missing, config),
      ...{ targets, truth, explained },
      local: localAtoms ? table.localAtoms() : null,
      halfWidths: Float64Array.from(dataset.rowIds.flatMap((_, i) => widths.of(groups?.[i] ?? null))),
      ...correctedPredictions(explained.prediction, calibration),
      ...(spread === null ? {} : { spread }),
    },
    label,
  );
}

function groupMessages({ calibration }: PredictedTable, widths: HalfWidths, groups: RowGroups | undefined): string[] {
  const { groups: known } = calibration.errors;
  if (known === null) return [];
  if (groups !== undefined) return widths.messages(groups);
  return [`the table has no column "${known.column}": every row gets the interval width of all rows`];
}

function unboundedMessage(name: string, { calibration }: PredictedTable, level: number): string {
  const rows = calibration.errors.pooled[0].length;
  return (
    `${name}: no intervals of coverage ${level}; ${rows} validation rows allow at most ` +
    `${Math.floor((1000 * rows) / (rows + 1)) / 1000}. The columns .lower and .upper are empty`
  );
}
