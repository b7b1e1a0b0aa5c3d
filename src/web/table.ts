import type { Dataset } from "../data/dataset.js";
import { departureMessages } from "../data/prepare/range-check.js";
import { likeliest } from "../evaluation/class-metrics.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import { absenceMessages } from "../run/absence.js";
import { predictedCsv } from "../run/apply/predicted-csv.js";
import { departures, truthOf } from "../run/apply/ready-rows.js";
import { type RowIntervals, rowIntervals } from "../run/apply/row-intervals.js";
import { correctedPredictions, rowSets } from "../run/calibration.js";
import { type ExplainedRows, type ExplainOptions, explainRows } from "./explain.js";
import type { PageModel } from "./model.js";

/** What is asked beside the predictions. */
export interface TableOptions extends ExplainOptions {
  /** Quantiles of the predictive distribution, each in (0, 1). */
  readonly quantiles?: readonly number[];
}

/** Rows with all that the page shows of them. */
export interface PredictedRows extends ExplainedRows {
  readonly model: PageModel;
  /** The rows as each member loads them. */
  readonly tables: readonly Dataset[];
  readonly intervals: RowIntervals | null;
  /** Of classes the prediction set of each row: places of its classes, the likeliest first. */
  readonly sets: readonly (readonly number[])[] | undefined;
  /** Predictions corrected for bias, where the run has a correction. */
  readonly corrected: Float64Array | undefined;
  /** Row-major [rows, targets]; null when the table lacks a target. */
  readonly truth: Float64Array | null;
  /** Sample-level atoms; null unless the target is known in every row. */
  readonly atoms: LocalPid | null;
  /** Sentences for the reader about rows unlike those of the training. */
  readonly messages: readonly string[];
}

/** Predicts loaded rows, with intervals and atoms as `pidreg predict` gives them. */
export async function predictRows(
  model: PageModel,
  tables: readonly Dataset[],
  where: string,
  options: TableOptions,
): Promise<PredictedRows> {
  const { stored, calibration } = model;
  const { config, task, coding } = stored;
  const rows = await explainRows(model.members, tables, where, options);
  const { ready, missing, explained } = rows;
  const level = config.evaluation.intervals.coverage;
  const scale = model.members.length === 1 ? stored.scale : null;
  const seen = {
    config,
    task,
    calibration,
    dataset: ready.dataset,
    explained,
    ranges: coding.ranges,
    targets: coding.names,
  };
  const intervals = rowIntervals({ ...seen, scale }, { level, quantiles: options.quantiles });
  const truth = truthOf(ready.dataset, coding.names);
  const known = truth?.every((value) => Number.isFinite(value)) === true;
  const { sets } = rowSets(task, calibration, explained.prediction, { classes: coding.classes, level });
  const by = { targets: coding.names, error: task.metrics.headline };
  return {
    ...rows,
    ...{ model, tables, intervals, sets, truth },
    corrected: correctedPredictions(explained.prediction, calibration).corrected,
    atoms: known ? rows.localAtoms() : null,
    messages: [
      ...ready.messages,
      ...absenceMessages(missing, config, by, calibration.absence),
      ...departureMessages(departures(stored, ready.dataset, ready.watched), ready.watched.length),
      ...(intervals?.messages ?? []),
      ...(calibration.sets === undefined ? [] : (task.sets?.at(calibration.sets, level).messages ?? [])),
    ],
  };
}

/** The table as `pidreg predict` writes it. */
export function csvOf(rows: PredictedRows, label: string): string {
  const { model, ready, explained, missing, truth, intervals, atoms } = rows;
  const { config, task, coding } = model.stored;
  const written = {
    ...{ task, config, calibration: model.calibration, dataset: ready.dataset, explained, missing, truth },
    ...{ targets: coding.names, classes: coding.classes, spread: null },
    localAtoms: () => atoms as LocalPid,
  };
  const level = config.evaluation.intervals.coverage;
  return predictedCsv(written, { intervals, level, localAtoms: atoms !== null, label, next: null });
}

/** A row as programs read it; of a target of classes the likeliest, and its probabilities and set beside it. */
export interface PageRow {
  readonly id: string;
  /** Names of the modalities that the row lacks. */
  readonly missing: readonly string[];
  readonly prediction: Readonly<Record<string, number | string>>;
  /** Ends of the prediction interval by target; null where there is none. */
  readonly lower: Readonly<Record<string, number | null>>;
  readonly upper: Readonly<Record<string, number | null>>;
  readonly probabilities?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  /** By target and term; of classes a number for each. */
  readonly contributions: Readonly<Record<string, Readonly<Record<string, number | Readonly<Record<string, number>>>>>>;
  /** Sample-level atoms in bits; null unless the target is known in every row, and in a row that lacks a modality. */
  readonly atoms: RowAtoms | null;
}

/** Sample-level atoms of one row, bits. */
export interface RowAtoms {
  readonly unique: Readonly<Record<string, number>>;
  readonly redundancy: number;
  readonly synergy: number;
  readonly partialRedundancy: number;
}

/** The rows of a table as programs read them. */
export function pageRows(rows: PredictedRows): PageRow[] {
  return rows.ready.dataset.rowIds.map((_, i) => pageRow(rows, i));
}

/** One of them. */
export function pageRow(rows: PredictedRows, i: number): PageRow {
  const { names, classes } = rows.model.stored.coding;
  const each = classes?.length ?? 1;
  const { prediction, contributions } = rows.explained;
  const byTarget = <T>(value: (t: number) => T) =>
    Object.fromEntries(names.map((name, t) => [name, value(t)] as const));
  const end = (values: Float64Array | undefined, t: number) => finite(values?.[i * names.length + t]);
  const perClass = (values: Float64Array) =>
    Object.fromEntries((classes ?? []).map((label, k) => [label, values[i * each + k]] as const));
  const own = (values: Float64Array, t: number) =>
    classes === undefined ? values[i * names.length + t] : perClass(values);
  const best = () => likeliest(prediction.subarray(i * each, (i + 1) * each), each)[0];
  const { sets } = rows;
  return {
    ...{ id: rows.ready.dataset.rowIds[i], missing: rows.missing[i] },
    prediction: byTarget((t) => (classes === undefined ? prediction[i * names.length + t] : classes[best()])),
    lower: byTarget((t) => end(rows.intervals?.ends.low, t)),
    upper: byTarget((t) => end(rows.intervals?.ends.high, t)),
    ...(classes === undefined ? {} : { probabilities: byTarget(() => perClass(prediction)) }),
    ...(sets === undefined || classes === undefined ? {} : { sets: byTarget(() => sets[i].map((k) => classes[k])) }),
    contributions: byTarget((t) =>
      Object.fromEntries([...contributions].map(([term, values]) => [term, own(values, t)] as const)),
    ),
    atoms: rows.atoms === null || rows.missing[i].length > 0 ? null : rowAtoms(rows.atoms, i),
  };
}

/** The atoms of one row. */
export function rowAtoms(local: LocalPid, row: number): RowAtoms {
  return {
    unique: Object.fromEntries(Object.entries(local.unique).map(([name, values]) => [name, values[row]] as const)),
    redundancy: local.redundancy[row],
    synergy: local.synergy[row],
    partialRedundancy: local.partialRedundancy[row],
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
