import { targetUnits } from "../../config/data.js";
import { arrayPlace } from "../../config/modalities/array-place.js";
import { InputError } from "../../errors.js";
import { checkOutputFile, writeOutput } from "../../files/output-file.js";
import { mean } from "../../math/descriptive.js";
import type { Units } from "../../report/with-unit.js";
import type { PredictionSets } from "../../tasks/task-sets.js";
import { modalityCosts } from "../acquisition/costs.js";
import { nextColumns, type ValuedModel } from "../acquisition/expected-next.js";
import { loadValued } from "../acquisition/known-value.js";
import { nextModalities } from "../acquisition/next.js";
import { tableFiles, tablesLabel } from "./given-tables.js";
import type { PredictedTable } from "./predict-dataset.js";
import type { PredictTableOptions } from "./predict-options.js";
import { predictTable } from "./predict-table.js";
import { predictedCsv } from "./predicted-csv.js";
import { rowIntervals } from "./row-intervals.js";
import type { TableChecks } from "./table-checks.js";

export interface PredictRunOptions extends Omit<PredictTableOptions, "targets"> {
  readonly out: string;
  /** Coverage of the prediction intervals, in (0, 1); the run's own if left out. */
  readonly level?: number;
  /** Quantiles of the predictive distribution to write, each in (0, 1). */
  readonly quantiles?: readonly number[];
  /** Also writes what each modality that a row lacks may be expected to bring; with costs by name, else those of the config. */
  readonly next?: { readonly costs: ReadonlyMap<string, number> } | undefined;
}

export interface PredictRunResult extends TableChecks {
  readonly out: string;
  readonly rows: number;
  readonly targets: readonly string[];
  /** Units of targets; only where the run names any. */
  readonly units?: Units;
  readonly level: number;
  /** Half of the mean width of the intervals per target, user's units; infinite where a row has no bound. */
  readonly halfWidths: readonly number[];
  /** Of classes, how many a prediction set holds on average. */
  readonly meanSize?: number | undefined;
  /** Quantiles that were written, ascending. */
  readonly quantiles: readonly number[];
  /** Whether sample-level atoms were written; they need the target column. */
  readonly localAtoms: boolean;
  /** With `next`: how many rows would best be given each modality next. */
  readonly next?: Readonly<Record<string, number>> | undefined;
  readonly messages: readonly string[];
}

/**
 * Predicts every row of a table and writes them as CSV: prediction, conformal interval from the run's validation part (per
 * group where the run has groups), quantiles of the predictive distribution where asked for, correction for bias where the run has one, contribution of each modality and
 * product, and sample-level atoms where the table holds the target.
 */
export async function predictRun(options: PredictRunOptions): Promise<PredictRunResult> {
  const { out } = options;
  if (options.level !== undefined && !(options.level > 0 && options.level < 1)) {
    throw new InputError(`--level ${options.level}: expected a number between 0 and 1`);
  }
  const arrays = Object.values(options.arrays ?? {}).map((array) => arrayPlace(array).file);
  await checkOutputFile(out, [...tableFiles(options.data), ...arrays]);
  const valued = options.next === undefined ? null : await loadValued(options.run);
  const table = await predictTable({ ...options, targets: "optional" });
  const { config, targets, dataset, truth, departed, seen } = table;
  const { level = config.evaluation.intervals.coverage, quantiles } = options;
  const intervals = rowIntervals(table, { level, quantiles });
  const localAtoms = truth?.every((value) => Number.isFinite(value)) === true;
  const next = valued === null ? null : await nextOfTable(options, table, valued);
  await writeOutput(out, predictedCsv(table, { intervals, level, localAtoms, label: tablesLabel(options.data), next }));
  const { sets } = table.calibration;
  const ofSets = sets === undefined ? undefined : table.task.sets?.at(sets, level);
  const messages = [...table.messages, ...(intervals?.messages ?? []), ...(ofSets?.messages ?? [])];
  const units = targetUnits(config.data);
  const checks = { departed, seen, messages };
  const { halfWidths } = intervals ?? { halfWidths: targets.map(() => Number.POSITIVE_INFINITY) };
  const written = [...(intervals?.quantiles.keys() ?? [])];
  const meanSize = ofSets === undefined ? undefined : meanSizeOf(ofSets, table);
  return {
    out,
    rows: dataset.rows,
    targets,
    ...units,
    level,
    halfWidths,
    meanSize,
    quantiles: written,
    localAtoms,
    next: next?.counts,
    ...checks,
  };
}

/** What is expected of the modalities that rows lack: columns, and how many rows would best be given each. */
async function nextOfTable(
  options: PredictRunOptions,
  { dataset, changeable, config, classes }: PredictedTable,
  valued: ValuedModel,
) {
  const { costs } = modalityCosts(config, valued.value.modalities, options.next?.costs);
  const found = await nextModalities(valued, changeable.inputs, dataset.rows, { costs, engine: options.engine });
  const counts = found.modalities.map((name) => [name, found.best.filter((best) => best === name).length] as const);
  return { columns: nextColumns(found, costs, classes !== undefined), counts: Object.fromEntries(counts) };
}

function meanSizeOf(sets: PredictionSets, { explained, classes = [] }: PredictedTable): number {
  return mean(sets.of(explained.prediction, classes.length).map(({ length }) => length));
}
