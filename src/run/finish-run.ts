import { weighsTerms } from "../config/model.js";
import type { Commit } from "../record/commit.js";
import { encodeModel } from "../record/model-folder.js";
import { provenanceOf, type Sitting, writeProvenance } from "../record/provenance.js";
import { modelFiles, type RunFolder, runFiles } from "../record/run-folder.js";
import type { RunRecorder } from "../record/run-recorder.js";
import { writeReport } from "../report/write-report.js";
import { comparisonsCsv } from "./baselines/comparisons.js";
import { type EvaluatedRun, evaluateTrained } from "./evaluate-trained.js";
import { removeImportance, writeImportance } from "./importance/write-importance.js";
import { networkParameters } from "./network-parameters.js";
import type { RunResult } from "./run-result.js";
import type { TrainedRun } from "./trained-run.js";

/** Where a finished run is written. */
export interface RunPlace {
  readonly folder: RunFolder;
  readonly recorder: RunRecorder;
  /** Holds the files that were written before, and takes the others. */
  readonly commit: Commit;
  readonly sitting: Sitting;
  /** Name of what executed the steps. */
  readonly engineName: string;
}

/**
 * Evaluates a trained model and writes everything that a finished run folder holds.
 * @throws Interrupted when the signal fires; resuming does all of it again
 */
export async function finishRun(input: TrainedRun & RunPlace): Promise<RunResult> {
  return writeFinished(input, input, await evaluateTrained(input));
}

/** Writes a run that was evaluated; its results appear all at once. */
export async function writeFinished(
  { folder, recorder, commit, sitting, engineName }: RunPlace,
  { config, prepared, comparisons }: Pick<TrainedRun, "config" | "prepared" | "comparisons">,
  { pid, atoms, metrics, notes, latents, predictions, importance, occlusion, stored }: EvaluatedRun,
): Promise<RunResult> {
  recorder.report(atoms);
  for (const text of notes) recorder.message(text);
  await recorder.flush();
  const { document, weights } = encodeModel(stored);
  await folder.createInside(runFiles.model);
  // The document first: it says which weights it goes with.
  await commit.write(modelFiles.document, document);
  await commit.write(modelFiles.weights, weights);
  await commit.writeJson(runFiles.pid, pid);
  await commit.writeJson(runFiles.latents, latents);
  await commit.write(runFiles.predictions, predictions);
  await writeImportance(commit, importance);
  if (occlusion !== null) await commit.writeJson(runFiles.occlusion, occlusion);
  if (comparisons !== null) await commit.write(runFiles.comparedPredictions, comparisonsCsv(prepared, comparisons));
  commit.list(runFiles.metricsByEpoch, recorder.marks()[runFiles.metricsByEpoch].sha256);
  await commit.write(runFiles.pidByEpoch, await recorder.pidLines());
  await commit.writeJson(runFiles.metrics, metrics);
  await commit.finish();
  await writeProvenance(folder, provenanceOf(sitting, engineName, networkParameters(stored.model)));
  if (comparisons === null) await folder.remove(runFiles.comparedPredictions);
  if (importance === null) await removeImportance(folder);
  if (occlusion === null) await folder.remove(runFiles.occlusion);
  const { file: report } = await writeReport(folder.path, undefined, config.evaluation.figures);
  const weighted = weighsTerms(config.model.fusion.method);
  return { folder: folder.path, metrics, pid, weighted, parts: prepared.parts, report };
}
