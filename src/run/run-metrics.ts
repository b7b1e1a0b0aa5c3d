import { targetUnits } from "../config/data.js";
import type { Config } from "../config/schema.js";
import { testAmidTraining } from "../data/split/amid.js";
import { baselineDifferences } from "../evaluation/baseline-differences.js";
import type { ConditionalScale } from "../evaluation/conditional-scale.js";
import type { Part } from "../evaluation/metrics.js";
import type { MissingModalities } from "../evaluation/missing-modalities.js";
import { nearestInTime } from "../models/baselines/nearest-in-time.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import type { FittedReader } from "../record/part-readers.js";
import type { Decomposition, PidFile, RunPid } from "../record/pid-schemas.js";
import { runFiles } from "../record/run-folder.js";
import type { RunMetrics, RunWarning } from "../record/run-schemas.js";
import type { PredictionCalibration } from "../record/stored-calibration.js";
import { influenceCaution } from "../report/row-cautions.js";
import { runWarnings } from "../report/run-warnings.js";
import type { WarnedRun } from "../report/warned-run.js";
import type { Task } from "../tasks/task.js";
import { storedTask } from "../tasks/tasks.js";
import { completeRows, takeTrueValues } from "../training/data.js";
import { absenceWarnings, absentNames, measuredBy, missingColumn } from "./absence.js";
import { type BaselinePredictions, evaluateBaselines } from "./baselines/baselines.js";
import { correctedPredictions, type EvaluatedRows, evaluateCalibration, rowSets, withScores } from "./calibration.js";
import { completeRowsMessage } from "./complete-rows.js";
import { heldRowNotes } from "./held-rows.js";
import { recordedEnds } from "./interval-ends.js";
import { linearCautions } from "./linear-caution.js";
import { fileOrderNotes } from "./order-notes.js";
import { groupColumn, predictionCsv } from "./prediction-table.js";
import type { ExplainedPredictions } from "./predictions.js";
import type { PreparedRun } from "./prepare.js";
import type { TrainedRun } from "./trained-run.js";
import { coded } from "./warnings.js";

/** What a trained model says of the validation rows and then the test rows. */
export interface Predicted {
  readonly rows: Int32Array;
  readonly explained: ExplainedPredictions;
  /** Predictions of the validation rows at epochs that they had no say in; undefined where they are not known. */
  readonly crossed: Float64Array | undefined;
  readonly scale: ConditionalScale | null;
  readonly parts: Record<"validation" | "test", EvaluatedRows>;
  readonly calibration: PredictionCalibration;
  readonly absence: MissingModalities | undefined;
  readonly reader: FittedReader;
  /** Sample-level atoms of the rows, each part by its own decomposition. */
  readonly local: LocalPid;
  /** Predictions of the baselines on the same rows. */
  readonly baselines: BaselinePredictions;
}

/** predictions.csv of a run. */
export function predictionsOf(
  { config, prepared }: TrainedRun,
  { rows, explained, crossed, parts, calibration, local, baselines }: Predicted,
): string {
  const { task, dataset, split, training, coding } = prepared;
  const targets = training.targetNames;
  const missing = absentNames(prepared.inputs, rows);
  return predictionCsv(
    {
      ids: Array.from(rows, (row) => dataset.rowIds[row]),
      parts: Array.from(rows, (_, i) => (i < split.validation.length ? "validation" : "test")),
      ...groupColumn(dataset, rows),
      ...missingColumn(missing, config),
      targets,
      classes: coding.classes,
      truth: takeTrueValues(training, rows),
      explained,
      ...(task.intervals === undefined
        ? {}
        : { scale: explained.scale, ...(crossed === undefined ? {} : { crossed }) }),
      ...rowSets(task, calibration, explained.prediction, {
        classes: coding.classes,
        level: config.evaluation.intervals.coverage,
      }),
      ...correctedPredictions(explained.prediction, calibration),
      ...recordedEnds({ ...prepared, evaluation: config.evaluation }, calibration, parts),
      baselines: recordedBaselines(task, baselines),
      local,
    },
    runFiles.predictions,
  );
}

/** metrics.json of a run, and the sentences that came up in the evaluation. */
export function metricsOf(
  { config, prepared, comparisons }: TrainedRun,
  { rows, explained, scale, parts, calibration, absence, baselines }: Predicted,
  pid: RunPid,
): { readonly metrics: RunMetrics; readonly notes: readonly string[] } {
  const { task, training } = prepared;
  const { targetNames: targets } = training;
  const { evaluate } = task.metrics;
  const part = ({ truth, prediction }: EvaluatedRows): Part => evaluate(targets, truth, prediction);
  const run = { ...prepared, evaluation: config.evaluation, scale };
  const evaluated = evaluateCalibration(run, calibration, parts, evaluate);
  const noted = [
    ...heldRowNotes(explained.network === undefined ? 0 : 1, 1),
    ...influenceNotes(pid),
    ...evaluated.warnings,
    ...absenceWarnings(absentNames(prepared.inputs, rows), config, measuredBy(prepared), calibration.absence, {
      absence,
      validationRows: prepared.split.validation.length,
    }),
    ...completenessNotes(prepared),
    ...checkNotes(config, pid),
    ...fileOrderNotes(prepared, config, parts.test),
  ];
  const metrics = {
    ...storedTask(task),
    targets,
    classes: prepared.coding.classes,
    ...targetUnits(config.data),
    validation: part(parts.validation),
    test: withScores(part(parts.test), evaluated.scores),
    ...byNetwork(prepared, explained),
    baselines: evaluateBaselines(prepared, [...Object.entries(baselines), ...(comparisons ?? [])]),
    differences: testDifferences(prepared, parts.test, {
      ...testRows(prepared, Object.entries(baselines)),
      ...testRows(prepared, comparisons ?? []),
    }),
    ...evaluated.metrics,
    missingModalities: absence,
  };
  const told = [...noted, ...linearCautions(prepared, config, metrics)];
  return {
    metrics: withWarnings(prepared, config, metrics, pid, [...told, ...prepared.cautions]),
    notes: told.map(({ text }) => text),
  };
}

/** Quality of the network alone, where near training rows add something. */
function byNetwork(prepared: PreparedRun, { network }: ExplainedPredictions): Pick<RunMetrics, "network"> {
  return network === undefined ? {} : evaluateBaselines(prepared, [["network", network]]);
}

/** metrics.json with what is to be warned of, and what of it came up beside the numbers. */
export function withWarnings<M extends WarnedRun["metrics"]>(
  { task, dataset: { ordering }, split }: Pick<PreparedRun, "task" | "dataset" | "split">,
  { data }: Pick<Config, "data">,
  metrics: M,
  pid: RunPid,
  noted: readonly RunWarning[],
) {
  const order = ordering && { column: ordering.column, ...testAmidTraining(ordering, split, data.split.by) };
  const warnings = runWarnings({ task, metrics, pid, order }, noted);
  return { ...metrics, notes: noted.map(({ text }) => text), warnings };
}

/** The baselines whose predictions stand beside those of the model: the linear one, and the nearest rows in time. */
export function recordedBaselines({ baselines: { linear } }: Task, predicted: BaselinePredictions) {
  return [linear.name, nearestInTime.name].flatMap((name) => {
    return predicted[name] === undefined ? [] : [{ name, prediction: predicted[name] }];
  });
}

/** How the test error stands beside that of every baseline. @param baselines predictions of the test rows, by name */
export function testDifferences(
  { dataset, split, training, task }: PreparedRun,
  { truth, prediction }: EvaluatedRows,
  baselines: Readonly<Record<string, Float64Array>>,
): RunMetrics["differences"] {
  const { targetNames: targets } = training;
  return baselineDifferences({
    ...{ targets, truth, prediction, baselines, error: task.metrics.headline },
    ...groupColumn(dataset, split.test),
  });
}

/** Of predictions by name for validation rows, then test rows, those of the test rows. */
function testRows({ split }: PreparedRun, predicted: Iterable<readonly [string, Float64Array]>) {
  const rows = split.validation.length + split.test.length;
  const cut = (values: Float64Array) => split.validation.length * (values.length / rows);
  return Object.fromEntries(Array.from(predicted, ([name, values]) => [name, values.subarray(cut(values))]));
}

/** What the user is told about rows that carry the atoms of the validation or the test part. */
export function influenceNotes(pid: PidFile): RunWarning[] {
  const said = (atoms: Decomposition, part: string) =>
    coded(
      "influential-rows",
      atoms.influentialRows
        ? [influenceCaution(atoms, atoms.influentialRows, { rows: "row", where: ` of the ${part} part` })]
        : [],
    );
  return [...said(pid, "validation"), ...(pid.test ? said(pid.test, "test") : [])];
}

/** That a check was asked for and could not be made. */
export function checkNotes({ evaluation }: Config, { checkLeftOut }: Pick<PidFile, "checkLeftOut">): RunWarning[] {
  if (evaluation.check !== "on" || checkLeftOut === undefined) return [];
  return coded("check-left-out", [`whether the Gaussian reading is enough was not checked: ${checkLeftOut}`]);
}

/** What the user is told about rows that atoms leave out. */
export function completenessNotes({ training, split }: PreparedRun): RunWarning[] {
  return (["validation", "test"] as const).flatMap((part) => {
    const rows = split[part];
    const lacking = rows.length - completeRows(training, rows).length;
    return coded("complete-rows", completeRowsMessage(`${part} part`, rows.length, lacking));
  });
}
