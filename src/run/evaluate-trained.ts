import type { MissingModalities } from "../evaluation/missing-modalities.js";
import { throwIfInterrupted } from "../fit/interrupt.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import { writtenDocument } from "../record/documents.js";
import type { ImportanceDocument } from "../record/importance-schemas.js";
import type { StoredModel } from "../record/model-folder.js";
import type { OcclusionDocument } from "../record/occlusion-schemas.js";
import { fitAtomReader, partLocalAtoms } from "../record/part-readers.js";
import type { RunPid } from "../record/pid-schemas.js";
import { runFiles } from "../record/run-folder.js";
import type { LatentSummary, RunMetrics } from "../record/run-schemas.js";
import { latentTable } from "../training/atoms/atoms.js";
import { measureHeldout, type PartAtoms } from "../training/atoms/part-atoms.js";
import { takeTrueValues } from "../training/data.js";
import type { AtomsRecord } from "../training/observer.js";
import {
  absenceErrors,
  absentNames,
  evaluateAbsence,
  measuredBy,
  networkInputs,
  takesAbsentModalities,
} from "./absence.js";
import { fitAcquisition } from "./acquisition/fit-acquisition.js";
import { fitBaselines } from "./baselines/baselines.js";
import { calibratePredictions, type EvaluatedRows, intervalRows } from "./calibration.js";
import { completePositions, joinLocal, pickLatents, spreadLocal } from "./complete-rows.js";
import { fitConditionalScale } from "./conditional-scale.js";
import { finitePredictions } from "./finite-predictions.js";
import { predictorOf } from "./importance/predictor.js";
import { documentOf, leftOutNotes, type RunImportance, runImportance } from "./importance/run-importance.js";
import { latentSummary } from "./latent-summary.js";
import { networkParameters } from "./network-parameters.js";
import { measureOcclusion } from "./occlusion/measure-occlusion.js";
import { type ExplainedPredictions, explainedPredictions, meanTerms } from "./predictions.js";
import { type PreparedRun, withCoding } from "./prepare.js";
import { reportedPid } from "./reported-pid.js";
import { metricsOf, type Predicted, predictionsOf } from "./run-metrics.js";
import type { TrainedRun } from "./trained-run.js";

/** A trained model with all that the files of a finished run say of it. */
export interface EvaluatedRun {
  readonly pid: RunPid;
  /** The atoms of `pid` as the last of those that the training told of. */
  readonly atoms: AtomsRecord;
  readonly metrics: RunMetrics;
  /** Sentences that came up in the evaluation. */
  readonly notes: readonly string[];
  readonly latents: LatentSummary;
  /** predictions.csv. */
  readonly predictions: string;
  /** importance.json; null where it is not wanted, or was left out. */
  readonly importance: ImportanceDocument | null;
  /** occlusion.json; null where it is not wanted, or no modality has a shape. */
  readonly occlusion: OcclusionDocument | null;
  readonly stored: StoredModel;
}

/**
 * What a trained model is worth on validation and test rows, and the model with everything fitted beside it.
 * @throws Interrupted when the signal fires
 */
export async function evaluateTrained(given: TrainedRun): Promise<EvaluatedRun> {
  const input = await calibrated(given);
  const { prepared, trained, signal } = input;
  const { learner, fusionWeights } = trained;
  const { training, split, coding, task } = prepared;
  const request = { learner, data: training, fusionWeights };
  const { model, inference } = learner;
  const termMeans = meanTerms(model, (await latentTable(request, split.train)).latents);
  throwIfInterrupted(signal);
  const held = await measureHeldout({ ...request, heldout: split.validation });
  const { pid: reported, atoms, testAtoms } = await reportedPid(input, held);
  const { document: pid } = writtenDocument(runFiles.pid, reported, runFiles.pid);
  throwIfInterrupted(signal);
  const rows = Int32Array.from([...split.validation, ...split.test]);
  const named = { where: "the end of training", rowIds: prepared.dataset.rowIds };
  const scale = task.intervals === undefined ? null : await fitConditionalScale(input);
  throwIfInterrupted(signal);
  const absentModalities = takesAbsentModalities(input.config);
  const explainable = { inference, model, coding, fusionWeights, termMeans, scale, absentModalities, named };
  const explained = await explainedPredictions(explainable, training.modalities, rows);
  throwIfInterrupted(signal);
  const predicted = await evaluate(input, { validation: held, test: testAtoms }, { rows, explained, scale });
  throwIfInterrupted(signal);
  const { metrics, notes } = metricsOf(input, predicted, pid);
  const measured = await importanceOf(input);
  throwIfInterrupted(signal);
  const { reader, local } = predicted;
  const occlusion = await measureOcclusion({ run: input, reader, rows, local });
  throwIfInterrupted(signal);
  const acquisition = await fitAcquisition(input);
  return {
    ...{ pid, atoms, metrics },
    notes: [...notes, ...leftOutNotes(measured)],
    importance: documentOf(measured),
    occlusion,
    latents: latentsOf(prepared, explained),
    predictions: predictionsOf(input, predicted),
    stored: await storedModel(input, termMeans, predicted, acquisition),
  };
}

/** How much the errors of the test rows rest on each column. */
function importanceOf({ config, prepared, trained, rng, signal }: TrainedRun): Promise<RunImportance> {
  const { learner, fusionWeights: weights } = trained;
  const network = { inference: learner.inference, weights, decode: prepared.training.toRaw };
  const parameters = networkParameters(learner.model);
  const networkAlone = learner.model.neighbours !== null;
  return runImportance({ config, prepared, predict: predictorOf([network], signal), parameters, networkAlone, rng });
}

/** The same run with predictions calibrated on the validation rows, where its task does that. */
async function calibrated(input: TrainedRun): Promise<TrainedRun> {
  const { prepared, trained } = input;
  const { training, split, coding } = prepared;
  if (coding.calibrated === undefined) return input;
  const request = { inputs: training.modalities, rows: split.validation, weights: trained.fusionWeights };
  const { prediction } = await trained.learner.inference.run(request);
  return {
    ...input,
    prepared: withCoding(prepared, coding.calibrated(prediction, takeTrueValues(training, split.validation))),
  };
}

/** What follows from the predictions of the validation and test rows. */
async function evaluate(
  input: TrainedRun,
  held: Record<"validation" | "test", PartAtoms>,
  { rows, explained, scale }: Pick<Predicted, "rows" | "explained" | "scale">,
): Promise<Predicted> {
  const { config, prepared } = input;
  const reader = fitAtomReader(prepared.training, held.validation);
  const parts = evaluatedParts(input, rows, explained);
  const absence = await withoutModalities(input, rows, explained);
  const crossed = crossedPredictions(input);
  const calibration = {
    ...calibratePredictions({ ...prepared, evaluation: config.evaluation }, parts.validation, crossed),
    absence: absenceErrors(absence, measuredBy(prepared)),
  };
  const local = joinLocal(localOf(prepared, held, "validation"), localOf(prepared, held, "test"));
  const baselines = await (await fitBaselines(prepared))(rows);
  return { rows, explained, crossed, scale, parts, calibration, absence, reader, local, baselines };
}

/** Sample-level atoms of a part; of rows that lack a modality none. */
function localOf(
  { inputs, split, training }: PreparedRun,
  held: Record<"validation" | "test", PartAtoms>,
  part: "validation" | "test",
): LocalPid {
  const own = partLocalAtoms(training, held[part]);
  return spreadLocal(own, split[part].length, completePositions(absentNames(inputs, split[part])));
}

/** latents.json: of the validation rows, the first of those explained, that have every modality. */
function latentsOf({ inputs, split, training }: PreparedRun, explained: ExplainedPredictions): LatentSummary {
  const complete = completePositions(absentNames(inputs, split.validation));
  const { latents } = pickLatents(explained.latents, complete);
  const names = training.modalities.map(({ name }) => name);
  return latentSummary(latents, complete.length, names);
}

/** What predictions are worth where modalities are absent. */
function withoutModalities(
  { config, prepared, trained }: TrainedRun,
  rows: Int32Array,
  { prediction }: ExplainedPredictions,
): Promise<MissingModalities | undefined> {
  const { task, dataset, split, preprocessor, inputs, training } = prepared;
  const { learner, fusionWeights: weights } = trained;
  return evaluateAbsence({
    ...{ config, preprocessor, inputs, rows, prediction },
    ...{ evaluate: task.metrics.evaluate, targets: training.targetNames },
    truth: takeTrueValues(training, rows),
    validationRows: split.validation.length,
    predict: async (changed, chosen) => {
      const request = { inputs: networkInputs(changed, config), rows: chosen, weights };
      const { prediction } = await learner.inference.run(request);
      const names = { where: "the end of training", rowIds: dataset.rowIds, targets: training.targetNames };
      return training.toRaw(finitePredictions(prediction, names, chosen, " without a modality"));
    },
  });
}

/** Truth, prediction and interval group of the validation rows, which come first in `rows`, and of the test rows. */
function evaluatedParts(
  { config, prepared }: TrainedRun,
  rows: Int32Array,
  { prediction, scale }: ExplainedPredictions,
): Record<"validation" | "test", EvaluatedRows> {
  const { dataset, split, training, inputs } = prepared;
  const [wide, width] = [prediction, scale].map(({ length }) => length / rows.length);
  const part = (from: number, to: number): EvaluatedRows => {
    const chosen = rows.subarray(from, to);
    return {
      truth: takeTrueValues(training, chosen),
      prediction: prediction.subarray(from * wide, to * wide),
      scale: scale.subarray(from * width, to * width),
      ...intervalRows(dataset, config.evaluation.intervals.group, chosen),
      missing: absentNames(inputs, chosen),
    };
  };
  const cut = split.validation.length;
  return { validation: part(0, cut), test: part(cut, rows.length) };
}

/** Predictions of the validation rows at epochs that they had no say in, user's units; undefined where they are not known. */
function crossedPredictions({ prepared: { training }, trained }: TrainedRun): Float64Array | undefined {
  return trained.crossed === null ? undefined : training.toRaw(trained.crossed.outputs);
}

/** What is stored of a trained model. */
async function storedModel(
  { config, prepared, trained }: TrainedRun,
  termMeans: Float32Array,
  { reader: atomReader, scale, calibration }: Predicted,
  acquisition: StoredModel["acquisition"],
): Promise<StoredModel> {
  const { preprocessor, task, coding } = prepared;
  const harmonisation = prepared.harmonisation?.fitted ?? null;
  const confounds = prepared.confounds?.fitted ?? null;
  const { learner, fusionWeights } = trained;
  const { model } = learner;
  const { average, running } = await learner.snapshot();
  return {
    ...{ config, model, harmonisation, confounds, preprocessor, task, coding, fusionWeights, termMeans, scale },
    ...{ average, running, atomReader, calibration, acquisition },
  };
}
