import type { Config } from "../config/schema.js";
import { sortedAbsoluteResiduals } from "../evaluation/conformal.js";
import { evaluatePart, type Part } from "../evaluation/metrics.js";
import type { PidResult } from "../pid/types.js";
import { writeReport } from "../report/write-report.js";
import {
  estimateAtoms,
  type HeldoutAtoms,
  heldoutAtoms,
  heldoutPid,
  latentShape,
  latentTable,
} from "../training/atoms.js";
import { takeRows } from "../training/data.js";
import { throwIfInterrupted } from "../training/epoch.js";
import type { Trained } from "../training/trainer.js";
import { AtomReader } from "./atom-reader.js";
import { type BaselineParts, evaluateBaselines, fitBaselines, takeTargetRows } from "./baselines.js";
import { latentSummary } from "./latent-summary.js";
import { saveModel } from "./model-folder.js";
import { predictionCsv } from "./prediction-table.js";
import { type ExplainedPredictions, explainedPredictions, meanTerms } from "./predictions.js";
import type { PreparedRun } from "./prepare.js";
import { type RunFolder, runFiles } from "./run-folder.js";
import { type NamedWeights, namedWeights, type RunRecorder } from "./run-recorder.js";

/** metrics.json: quality on validation and test part, in the user's units. */
export interface RunMetrics {
  readonly targets: readonly string[];
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
  const request = { learner, data: training, fusionWeights };
  const { model, inference } = learner;
  const termMeans = meanTerms(model, (await latentTable(request, split.train)).latents);
  throwIfInterrupted(signal);
  const held = await heldoutAtoms({ ...request, heldout: split.validation });
  const pid = await reportedPid(input, held);
  await recorder.flush();
  throwIfInterrupted(signal);
  const rows = Int32Array.from([...split.validation, ...split.test]);
  const explainable = { inference, model, targetTransform, fusionWeights, termMeans };
  const explained = await explainedPredictions(explainable, training.modalities, rows);
  throwIfInterrupted(signal);
  const names = training.modalities.map(({ name }) => name);
  const atomReader = AtomReader.fit(names, held, training.targetNames.length);
  const { average, running } = learner.snapshot();
  await saveModel(folder.file(runFiles.model), {
    ...{ config, model, preprocessor, targetTransform, gaussianTransform, fusionWeights, termMeans },
    ...{ average, running, atomReader, absoluteErrors: validationErrors(prepared, explained) },
  });
  await folder.writeJson(runFiles.pid, pid);
  const { validation } = split;
  const heldLatents = explained.latents.subarray(0, validation.length * names.length * config.model.latentDim);
  await folder.writeJson(runFiles.latents, latentSummary(heldLatents, validation.length, names));
  const metrics = await writePredictions(input, rows, explained, atomReader);
  await folder.writeJson(runFiles.metrics, metrics);
  const { file: report } = await writeReport(folder.path);
  return { folder: folder.path, metrics, pid, report };
}

/** Ascending absolute errors on the validation part, the first rows of `explained`, per target. */
function validationErrors({ split, training }: PreparedRun, { prediction }: ExplainedPredictions): number[][] {
  const width = training.targetNames.length;
  return training.targetNames.map((_, t) => {
    const truth = Float64Array.from(split.validation, (row) => training.rawTarget[row * width + t]);
    return sortedAbsoluteResiduals(
      truth,
      truth.map((_value, i) => prediction[i * width + t]),
    );
  });
}

async function reportedPid({ config, prepared, trained, recorder }: FinishInput, held: HeldoutAtoms): Promise<RunPid> {
  const { learner, fusionWeights, progress } = trained;
  const { training, split } = prepared;
  const { atoms: source } = config.model.fusion;
  const request = { learner, data: training, fusionWeights };
  const batchSize = learner.step.inputs.target.length / training.targetNames.length;
  const pid =
    source === "heldout" ? held.pid : await estimateAtoms({ ...request, heldout: split.validation, source, batchSize });
  const test = heldoutPid(request, held.readouts, await latentTable(request, split.test), latentShape(learner)).pid;
  const { stableEpochs, weightHistory, epochs, converged } = progress.stage1;
  const epoch = progress.best?.epoch ?? 0;
  recorder.atoms({ phase: "stage2", epoch, pid, fusionWeights, averagedOver: weightHistory.length, stableEpochs });
  return {
    ...pid,
    source,
    targets: training.targetNames,
    weights: namedWeights(learner.model.terms, fusionWeights),
    ...(progress.phases.includes("stage1") ? { stage1: { epochs, converged } } : {}),
    lambda: lambdas(trained),
    test,
  };
}

async function writePredictions(
  { folder, prepared, trained }: FinishInput,
  rows: Int32Array,
  explained: ExplainedPredictions,
  reader: AtomReader,
): Promise<RunMetrics> {
  const { dataset, split, training } = prepared;
  const targets = training.targetNames;
  const truth = takeTargetRows(training.rawTarget, targets.length, rows);
  const gaussian = Float64Array.from(takeRows(training.gaussianTarget, targets.length, rows));
  const predictBaselines = fitBaselines(prepared);
  const inValidation = split.validation.length;
  const csv = predictionCsv({
    ids: Array.from(rows, (row) => dataset.rowIds[row]),
    parts: Array.from(rows, (_, i) => (i < inValidation ? "validation" : "test")),
    targets,
    truth,
    explained,
    ridge: predictBaselines(rows).ridge,
    local: reader.read(explained.latents, gaussian, latentShape(trained.learner)),
  });
  await folder.writeText(runFiles.predictions, csv);
  const cut = inValidation * targets.length;
  const part = (from: number, to: number): Part =>
    evaluatePart(targets, truth.subarray(from, to), explained.prediction.subarray(from, to));
  return {
    targets,
    validation: part(0, cut),
    test: part(cut, truth.length),
    baselines: evaluateBaselines(prepared, predictBaselines),
  };
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
