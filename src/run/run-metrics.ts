import { targetUnits } from "../config/data.js";
import { evaluatePart, type Part } from "../evaluation/metrics.js";
import type { MissingModalities } from "../evaluation/missing-modalities.js";
import type { PidResult } from "../pid/types.js";
import type { AtomReader } from "../record/atom-reader.js";
import { runFiles } from "../record/run-folder.js";
import type { PredictionCalibration } from "../record/stored-calibration.js";
import { influenceCaution } from "../report/row-cautions.js";
import { latentShape } from "../training/atoms/atoms.js";
import { completeRows, takeRows } from "../training/data.js";
import { absenceMessages, absentNames, missingColumn } from "./absence.js";
import { type BaselinePredictions, evaluateBaselines, takeTargetRows } from "./baselines/baselines.js";
import { evaluateComparisons } from "./baselines/comparisons.js";
import { correctedPredictions, type EvaluatedRows, evaluateCalibration } from "./calibration.js";
import { completeRowsMessage, onlyComplete } from "./complete-rows.js";
import type { FinishInput } from "./finish-input.js";
import { groupColumn, predictionCsv } from "./prediction-table.js";
import type { ExplainedPredictions } from "./predictions.js";
import type { PreparedRun } from "./prepare.js";
import type { RunMetrics, RunPid } from "./run-result.js";

/** What a trained model says of the validation rows and then the test rows. */
export interface Predicted {
  readonly rows: Int32Array;
  readonly explained: ExplainedPredictions;
  readonly parts: Record<"validation" | "test", EvaluatedRows>;
  readonly calibration: PredictionCalibration;
  readonly absence: MissingModalities | undefined;
  readonly reader: AtomReader;
  /** Predictions of the baselines on any rows. */
  readonly predictBaselines: (rows: Int32Array) => BaselinePredictions;
}

/** predictions.csv of a run. */
export function predictionsOf(
  { config, prepared, trained }: FinishInput,
  { rows, explained, calibration, reader, predictBaselines }: Predicted,
): string {
  const { dataset, split, training } = prepared;
  const targets = training.targetNames;
  const gaussian = Float64Array.from(takeRows(training.gaussianTarget, targets.length, rows));
  const missing = absentNames(prepared.inputs, rows);
  return predictionCsv(
    {
      ids: Array.from(rows, (row) => dataset.rowIds[row]),
      parts: Array.from(rows, (_, i) => (i < split.validation.length ? "validation" : "test")),
      ...groupColumn(dataset, rows),
      ...missingColumn(missing, config),
      targets,
      truth: takeTargetRows(training.rawTarget, targets.length, rows),
      explained,
      ...correctedPredictions(explained.prediction, calibration),
      ridge: predictBaselines(rows).ridge,
      local: onlyComplete(reader.read(explained.latents, gaussian, latentShape(trained.learner)), missing),
    },
    runFiles.predictions,
  );
}

/** metrics.json of a run; its notes are told as well, but for the cautions, which were told at the start. */
export function metricsOf(
  { config, prepared, recorder, comparisons }: FinishInput,
  { rows, parts, calibration, absence, predictBaselines }: Predicted,
  pid: RunPid,
): RunMetrics {
  const { targetNames: targets } = prepared.training;
  const part = ({ truth, prediction }: EvaluatedRows): Part => evaluatePart(targets, truth, prediction);
  const evaluated = evaluateCalibration(config.evaluation.intervals, targets, calibration, parts);
  const notes = [
    ...influenceNotes(pid),
    ...evaluated.notes,
    ...absenceMessages(absentNames(prepared.inputs, rows), config, targets, calibration.absence),
    ...completenessNotes(prepared),
  ];
  for (const note of notes) recorder.message(note);
  return {
    targets,
    ...targetUnits(config.data),
    validation: part(parts.validation),
    test: part(parts.test),
    baselines: {
      ...evaluateBaselines(prepared, predictBaselines),
      ...(comparisons === null ? {} : evaluateComparisons(prepared, comparisons)),
    },
    ...evaluated,
    ...(absence === undefined ? {} : { missingModalities: absence }),
    notes: [...notes, ...prepared.cautions],
  };
}

/** What the user is told about rows that carry the atoms of the validation or the test part. */
export function influenceNotes(pid: RunPid): string[] {
  const said = (atoms: PidResult, part: string) =>
    atoms.influentialRows
      ? [influenceCaution(atoms, atoms.influentialRows, { rows: "row", where: ` of the ${part} part` })]
      : [];
  return [...said(pid, "validation"), ...said(pid.test, "test")];
}

/** What the user is told about rows that atoms leave out. */
export function completenessNotes({ training, split }: PreparedRun): string[] {
  return (["validation", "test"] as const).flatMap((part) => {
    const rows = split[part];
    return completeRowsMessage(`${part} part`, rows.length, rows.length - completeRows(training, rows).length);
  });
}
