import { targetUnits } from "../config/data.js";
import type { Config } from "../config/schema.js";
import { evaluatePart, type Part } from "../evaluation/metrics.js";
import type { MissingModalities } from "../evaluation/missing-modalities.js";
import type { PidResult } from "../pid/types.js";
import type { Units } from "../report/with-unit.js";
import { writeReport } from "../report/write-report.js";
import { learningIntervals } from "../training/atom-intervals.js";
import {
  estimateAtoms,
  type HeldoutAtoms,
  heldoutAtoms,
  heldoutPid,
  heldoutTable,
  latentShape,
  latentTable,
} from "../training/atoms.js";
import { completeRows, takeRows } from "../training/data.js";
import { throwIfInterrupted } from "../training/epoch.js";
import type { Trained } from "../training/trainer.js";
import {
  absenceErrors,
  absenceMessages,
  absentNames,
  evaluateAbsence,
  missingColumn,
  networkInputs,
} from "./absence.js";
import { AtomReader } from "./atom-reader.js";
import { type BaselineParts, evaluateBaselines, fitBaselines, takeTargetRows } from "./baselines.js";
import {
  type CalibrationMetrics,
  calibratePredictions,
  correctedPredictions,
  type EvaluatedRows,
  evaluateCalibration,
  type PredictionCalibration,
  rowGroups,
} from "./calibration.js";
import { type Comparisons, comparisonsCsv, evaluateComparisons } from "./comparisons.js";
import { completePositions, completeRowsMessage, onlyComplete, pickLatents } from "./complete-rows.js";
import { latentSummary } from "./latent-summary.js";
import { saveModel } from "./model-folder.js";
import { groupColumn, predictionCsv } from "./prediction-table.js";
import { type ExplainedPredictions, explainedPredictions, meanTerms } from "./predictions.js";
import type { PreparedRun } from "./prepare.js";
import { type RunFolder, runFiles } from "./run-folder.js";
import { type NamedWeights, namedWeights, type RunRecorder } from "./run-recorder.js";

/** metrics.json: quality on validation and test part, in the user's units. */
export interface RunMetrics extends CalibrationMetrics {
  /** Only where rows may lack modalities. */
  readonly missingModalities?: MissingModalities;
  readonly targets: readonly string[];
  /** Units of targets; only where the config names any. */
  readonly units?: Units;
  readonly validation: Part;
  readonly test: Part;
  readonly baselines: BaselineParts;
}

/** pid.json: the decomposition that the run reports. */
export interface RunPid extends PidResult {
  readonly source: string;
  readonly targets: readonly string[];
  readonly weights: NamedWeights;
  /** Left out when weights were not learned. */
  readonly stage1?: { readonly epochs: number; readonly converged: boolean };
  readonly lambda: Readonly<Record<string, number>>;
  /** Rows of the parts that lack a modality and took no part in the atoms; left out where no row lacks any. */
  readonly lacking?: { readonly validation: number; readonly test: number };
  /** The same decomposition measured on the test part. */
  readonly test: PidResult;
}

export interface RunResult {
  readonly folder: string;
  readonly metrics: RunMetrics;
  readonly pid: RunPid;
  /** Path of the HTML report. */
  readonly report: string;
}

export interface FinishInput {
  readonly folder: RunFolder;
  readonly config: Config;
  readonly prepared: PreparedRun;
  readonly trained: Trained;
  readonly recorder: RunRecorder;
  /** Predictions of the networks to compare with; null when the run trains none. */
  readonly comparisons: Comparisons | null;
  readonly signal?: AbortSignal;
}

/**
 * Evaluates a trained model and writes everything that a finished run folder holds.
 * @throws Interrupted when the signal fires; resuming does all of it again
 */
export async function finishRun(input: FinishInput): Promise<RunResult> {
  const { folder, config, prepared, trained, recorder, signal } = input;
  const { learner, fusionWeights } = trained;
  const { training, split, preprocessor, targetTransform, gaussianTransform } = prepared;
  const harmonisation = prepared.harmonisation?.fitted ?? null;
  const request = { learner, data: training, fusionWeights };
  const { model, inference } = learner;
  const termMeans = meanTerms(model, (await latentTable(request, split.train)).latents);
  throwIfInterrupted(signal);
  const held = await heldoutAtoms({ ...request, heldout: split.validation });
  const pid = await reportedPid(input, held);
  await recorder.flush();
  throwIfInterrupted(signal);
  const rows = Int32Array.from([...split.validation, ...split.test]);
  const explainable = { inference, model, targetTransform, gaussianTransform, fusionWeights, termMeans };
  const explained = await explainedPredictions(explainable, training.modalities, rows);
  throwIfInterrupted(signal);
  const names = training.modalities.map(({ name }) => name);
  const atomReader = AtomReader.fit(names, held, training.targetNames.length);
  const { average, running } = learner.snapshot();
  const parts = evaluatedParts(input, rows, explained);
  const absence = await withoutModalities(input, rows, explained);
  throwIfInterrupted(signal);
  const calibration = {
    ...calibratePredictions(config.evaluation, training.targetNames.length, parts.validation),
    absence: absenceErrors(absence, training.targetNames),
  };
  await saveModel(folder.file(runFiles.model), {
    ...{ config, model, harmonisation, preprocessor, targetTransform, gaussianTransform, fusionWeights, termMeans },
    ...{ average, running, atomReader, calibration },
  });
  await folder.writeJson(runFiles.pid, pid);
  const { validation } = split;
  const complete = completePositions(absentNames(prepared.inputs, validation));
  const { latents } = pickLatents(explained.latents, complete);
  await folder.writeJson(runFiles.latents, latentSummary(latents, complete.length, names));
  const metrics = await writePredictions(input, {
    ...{ rows, explained, parts, calibration, reader: atomReader, absence },
  });
  await folder.writeJson(runFiles.metrics, metrics);
  const { file: report } = await writeReport(folder.path);
  return { folder: folder.path, metrics, pid, report };
}

/** What predictions are worth where modalities are absent. */
function withoutModalities(
  { config, prepared, trained }: FinishInput,
  rows: Int32Array,
  { prediction }: ExplainedPredictions,
): Promise<MissingModalities | undefined> {
  const { split, preprocessor, inputs, training } = prepared;
  const { learner, fusionWeights: weights } = trained;
  return evaluateAbsence({
    ...{ config, preprocessor, inputs, rows, prediction, targets: training.targetNames },
    truth: takeTargetRows(training.rawTarget, training.targetNames.length, rows),
    validationRows: split.validation.length,
    predict: async (changed, chosen) => {
      const request = { inputs: networkInputs(changed, config), rows: chosen, weights };
      return training.toRaw((await learner.inference.run(request)).prediction);
    },
  });
}

/** Truth, prediction and interval group of the validation rows, which come first in `rows`, and of the test rows. */
function evaluatedParts(
  { config, prepared }: FinishInput,
  rows: Int32Array,
  { prediction }: ExplainedPredictions,
): Record<"validation" | "test", EvaluatedRows> {
  const { dataset, split, training } = prepared;
  const width = training.targetNames.length;
  const part = (from: number, to: number): EvaluatedRows => {
    const chosen = rows.subarray(from, to);
    return {
      truth: takeTargetRows(training.rawTarget, width, chosen),
      prediction: prediction.subarray(from * width, to * width),
      groups: rowGroups(dataset, config.evaluation.intervals.group, chosen),
    };
  };
  const cut = split.validation.length;
  return { validation: part(0, cut), test: part(cut, rows.length) };
}

async function reportedPid({ config, prepared, trained, recorder }: FinishInput, held: HeldoutAtoms): Promise<RunPid> {
  const { learner, fusionWeights, progress } = trained;
  const { training, split } = prepared;
  const { atoms: source } = config.model.fusion;
  const request = { learner, data: training, fusionWeights };
  const batchSize = learner.step.inputs.target.length / training.targetNames.length;
  const pid =
    source === "heldout" ? held.pid : await estimateAtoms({ ...request, heldout: split.validation, source, batchSize });
  const measured = async (rows: Int32Array) => {
    const table = await heldoutTable(request, completeRows(training, rows));
    return heldoutPid(request, held.readouts, table, latentShape(learner)).pid;
  };
  const test = await measured(split.test);
  const train = source === "heldout" ? await measured(evenly(completeRows(training, split.train))) : null;
  const withIntervals = (part: PidResult) =>
    train === null ? part : { ...part, intervals: learningIntervals(part, train) };
  const { stableEpochs, weightHistory, epochs, converged } = progress.stage1;
  const epoch = progress.best?.epoch ?? 0;
  recorder.atoms({ phase: "stage2", epoch, pid, fusionWeights, averagedOver: weightHistory.length, stableEpochs });
  return {
    ...withIntervals(pid),
    source,
    targets: training.targetNames,
    weights: namedWeights(learner.model.terms, fusionWeights),
    ...(progress.phases.includes("stage1") ? { stage1: { epochs, converged } } : {}),
    lambda: lambdas(trained),
    ...lackingRows(prepared),
    test: withIntervals(test),
  };
}

function lackingRows({ training, split }: PreparedRun): Pick<RunPid, "lacking"> {
  const lacking = (rows: Int32Array) => rows.length - completeRows(training, rows).length;
  const [validation, test] = [lacking(split.validation), lacking(split.test)];
  return validation + test === 0 ? {} : { lacking: { validation, test } };
}

/** Most training rows that are read for the intervals of atoms; more rows make them no better. */
const mostReadRows = 20_000;

/** At most `mostReadRows` of the rows, evenly spaced. */
function evenly(rows: Int32Array): Int32Array {
  const count = Math.min(rows.length, mostReadRows);
  return Int32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]);
}

interface Predicted {
  /** Validation rows, then test rows. */
  readonly rows: Int32Array;
  readonly explained: ExplainedPredictions;
  readonly parts: Record<"validation" | "test", EvaluatedRows>;
  readonly calibration: PredictionCalibration;
  readonly absence: MissingModalities | undefined;
  readonly reader: AtomReader;
}

async function writePredictions(
  { folder, config, prepared, trained, recorder, comparisons }: FinishInput,
  { rows, explained, parts, calibration, absence, reader }: Predicted,
): Promise<RunMetrics> {
  const { dataset, split, training } = prepared;
  const targets = training.targetNames;
  const gaussian = Float64Array.from(takeRows(training.gaussianTarget, targets.length, rows));
  const predictBaselines = fitBaselines(prepared);
  const missing = absentNames(prepared.inputs, rows);
  const csv = predictionCsv({
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
  });
  await folder.writeText(runFiles.predictions, csv);
  if (comparisons !== null) await folder.writeText(runFiles.comparedPredictions, comparisonsCsv(prepared, comparisons));
  const part = ({ truth, prediction }: EvaluatedRows): Part => evaluatePart(targets, truth, prediction);
  const evaluated = evaluateCalibration(config.evaluation.intervals, targets, calibration, parts);
  const notes = [
    ...evaluated.notes,
    ...absenceMessages(missing, config, targets, calibration.absence),
    ...completenessNotes(prepared),
  ];
  for (const note of notes) recorder.message(note);
  // Cautions were told at the start.
  notes.push(...prepared.cautions);
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
    notes,
  };
}

/** What the user is told about rows that atoms leave out. */
export function completenessNotes({ training, split }: PreparedRun): string[] {
  return (["validation", "test"] as const).flatMap((part) => {
    const rows = split[part];
    return completeRowsMessage(`${part} part`, rows.length, rows.length - completeRows(training, rows).length);
  });
}

/** Mean lambda per modality of the averaged weights. */
function lambdas({ learner, architecture }: Trained): Record<string, number> {
  const values = learner.layout.parameters.unpackValues(learner.snapshot().average);
  return Object.fromEntries(
    architecture.modalities.map(({ name }) => {
      const logits = values.find((parameter) => parameter.name === `bottleneck.${name}.logit`)?.values ?? [];
      const sigmoids = Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
      return [name, sigmoids.reduce((a, b) => a + b, 0) / sigmoids.length];
    }),
  );
}
