import { weighsTerms } from "../config/model.js";
import type { MissingModalities } from "../evaluation/missing-modalities.js";
import { infiniteAsNull } from "../files/json.js";
import { throwIfInterrupted } from "../fit/interrupt.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import { AtomReader, ownLocalAtoms } from "../record/atom-reader.js";
import { encodeModel } from "../record/model-folder.js";
import { modelFiles, runFiles } from "../record/run-folder.js";
import { writeReport } from "../report/write-report.js";
import { type HeldoutAtoms, heldoutAtoms, latentTable } from "../training/atoms/atoms.js";
import { takeTrueValues } from "../training/data.js";
import { absenceErrors, absentNames, evaluateAbsence, measuredBy, networkInputs } from "./absence.js";
import { fitBaselines } from "./baselines/baselines.js";
import { comparisonsCsv } from "./baselines/comparisons.js";
import { calibratePredictions, type EvaluatedRows, rowGroups } from "./calibration.js";
import { completePositions, joinLocal, pickLatents, spreadLocal } from "./complete-rows.js";
import type { FinishInput } from "./finish-input.js";
import { finitePredictions } from "./finite-predictions.js";
import { type LatentSummary, latentSummary } from "./latent-summary.js";
import { type ExplainedPredictions, explainedPredictions, meanTerms } from "./predictions.js";
import type { PreparedRun } from "./prepare.js";
import { reportedPid } from "./reported-pid.js";
import { metricsOf, type Predicted, predictionsOf } from "./run-metrics.js";
import type { RunResult } from "./run-result.js";

/**
 * Evaluates a trained model and writes everything that a finished run folder holds.
 * @throws Interrupted when the signal fires; resuming does all of it again
 */
export async function finishRun(input: FinishInput): Promise<RunResult> {
  const { folder, prepared, trained, recorder, commit, comparisons, signal } = input;
  const { learner, fusionWeights } = trained;
  const { training, split, coding } = prepared;
  const request = { learner, data: training, fusionWeights };
  const { model, inference } = learner;
  const termMeans = meanTerms(model, (await latentTable(request, split.train)).latents);
  throwIfInterrupted(signal);
  const held = await heldoutAtoms({ ...request, heldout: split.validation });
  const { pid, testAtoms } = await reportedPid(input, held);
  await recorder.flush();
  throwIfInterrupted(signal);
  const rows = Int32Array.from([...split.validation, ...split.test]);
  const named = { where: "the end of training", rowIds: prepared.dataset.rowIds };
  const explainable = { inference, model, coding, fusionWeights, termMeans, named };
  const explained = await explainedPredictions(explainable, training.modalities, rows);
  throwIfInterrupted(signal);
  const predicted = await evaluate(input, { validation: held, test: testAtoms }, rows, explained);
  throwIfInterrupted(signal);
  await saveTrained(input, termMeans, predicted);
  await commit.writeJson(runFiles.pid, infiniteAsNull(pid));
  await commit.writeJson(runFiles.latents, latentsOf(prepared, explained));
  await commit.write(runFiles.predictions, predictionsOf(input, predicted));
  if (comparisons !== null) await commit.write(runFiles.comparedPredictions, comparisonsCsv(prepared, comparisons));
  commit.list(runFiles.metricsByEpoch, recorder.marks()[runFiles.metricsByEpoch].sha256);
  await commit.write(runFiles.pidByEpoch, await recorder.pidLines());
  const metrics = metricsOf(input, predicted, pid);
  await commit.writeJson(runFiles.metrics, metrics);
  await commit.finish();
  if (comparisons === null) await folder.remove(runFiles.comparedPredictions);
  const { file: report } = await writeReport(folder.path);
  const weighted = weighsTerms(input.config.model.fusion.method);
  return { folder: folder.path, metrics, pid, weighted, parts: prepared.parts, report };
}

/** What follows from the predictions of the validation and test rows. */
async function evaluate(
  input: FinishInput,
  held: Record<"validation" | "test", HeldoutAtoms>,
  rows: Int32Array,
  explained: ExplainedPredictions,
): Promise<Predicted> {
  const { config, prepared } = input;
  const { targetNames: targets, modalities } = prepared.training;
  const reader = AtomReader.fit(
    modalities.map(({ name }) => name),
    held.validation,
    targets.length,
  );
  const parts = evaluatedParts(input, rows, explained);
  const absence = await withoutModalities(input, rows, explained);
  const calibration = {
    ...calibratePredictions(config.evaluation, targets.length, parts.validation),
    absence: absenceErrors(absence, measuredBy(prepared)),
  };
  const local = joinLocal(localOf(prepared, held, "validation"), localOf(prepared, held, "test"));
  const baselines = await (await fitBaselines(prepared))(rows);
  return { rows, explained, parts, calibration, absence, reader, local, baselines };
}

/** Sample-level atoms of a part; of rows that lack a modality none. */
function localOf(
  { inputs, split, training: { modalities, targetNames } }: PreparedRun,
  held: Record<"validation" | "test", HeldoutAtoms>,
  part: "validation" | "test",
): LocalPid {
  const names = modalities.map(({ name }) => name);
  const own = ownLocalAtoms(names, held[part], targetNames.length);
  return spreadLocal(own, split[part].length, completePositions(absentNames(inputs, split[part])));
}

/** Writes the model folder. */
async function saveTrained(
  { folder, config, prepared, trained, commit }: FinishInput,
  termMeans: Float32Array,
  { reader: atomReader, calibration }: Predicted,
): Promise<void> {
  const { preprocessor, task, coding } = prepared;
  const harmonisation = prepared.harmonisation?.fitted ?? null;
  const { learner, fusionWeights } = trained;
  const { model } = learner;
  const { average, running } = await learner.snapshot();
  await folder.createInside(runFiles.model);
  const { document, weights } = encodeModel({
    ...{ config, model, harmonisation, preprocessor, task, coding, fusionWeights, termMeans },
    ...{ average, running, atomReader, calibration },
  });
  await folder.createInside(runFiles.model);
  // The document first: it says which weights it goes with.
  await commit.write(modelFiles.document, document);
  await commit.write(modelFiles.weights, weights);
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
  { config, prepared, trained }: FinishInput,
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
  { config, prepared }: FinishInput,
  rows: Int32Array,
  { prediction }: ExplainedPredictions,
): Record<"validation" | "test", EvaluatedRows> {
  const { dataset, split, training } = prepared;
  const width = training.targetNames.length;
  const part = (from: number, to: number): EvaluatedRows => {
    const chosen = rows.subarray(from, to);
    return {
      truth: takeTrueValues(training, chosen),
      prediction: prediction.subarray(from * width, to * width),
      groups: rowGroups(dataset, config.evaluation.intervals.group, chosen),
    };
  };
  const cut = split.validation.length;
  return { validation: part(0, cut), test: part(cut, rows.length) };
}
