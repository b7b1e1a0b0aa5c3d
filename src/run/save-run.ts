import { resolve } from "node:path";
import { InputError } from "../errors.js";
import { checkOutputFolder } from "../files/output-file.js";
import { fusionTerms } from "../models/fusion.js";
import { Commit } from "../record/commit.js";
import type { Environment } from "../record/data-schemas.js";
import { HeldFolder, isNothing } from "../record/held-folder.js";
import { noLines, restoreEvents } from "../record/recorded-lines.js";
import { RunFolder } from "../record/run-folder.js";
import { RunRecorder } from "../record/run-recorder.js";
import type { EvaluatedRun } from "./evaluate-trained.js";
import { writeFinished } from "./finish-run.js";
import type { RememberedTraining } from "./remembered-training.js";
import type { RunResult } from "./run-result.js";
import type { TrainedRun } from "./trained-run.js";
import { writeInputs } from "./write-inputs.js";

/** A finished training that no folder holds yet. */
export interface UnsavedRun extends Pick<TrainedRun, "config" | "prepared"> {
  readonly environment: Environment;
  readonly begun: Date;
  readonly told: RememberedTraining;
  readonly evaluated: EvaluatedRun;
}

/**
 * Writes a run that was trained in memory as the folder that `pidreg train` would have written, but for its checkpoint.
 * @param out new or empty folder
 * @throws InputError when the folder holds something, or another process works in it
 */
export async function saveRun(run: UnsavedRun, out: string): Promise<RunResult> {
  const path = resolve(out);
  await checkEmpty(path);
  const held = await HeldFolder.take(path, {});
  try {
    await checkEmpty(path);
    const folder = new RunFolder(path, () => held.lock.assertHeld());
    const { config, prepared, environment, begun, told, evaluated } = run;
    const commit = await Commit.begin(folder);
    await writeInputs(commit, folder, { config, baseFolder: path, prepared, environment });
    const names = prepared.training.modalities.map(({ name }) => name);
    const events = await restoreEvents(folder, noLines);
    const recorder = new RunRecorder(folder, fusionTerms(names, config.model.fusion), noLines, events);
    told.tellAgain(recorder);
    const sitting = { begun, command: null, resumed: false };
    return await writeFinished(
      { folder, recorder, commit, sitting, engineName: environment.engine },
      { config, prepared, comparisons: null },
      evaluated,
    );
  } finally {
    await held.release();
  }
}

async function checkEmpty(path: string): Promise<void> {
  await checkOutputFolder(path);
  const some = ((await new RunFolder(path).entries()) ?? []).find((name) => !isNothing(name));
  if (some !== undefined) throw new InputError(`${path}: holds other files (${some}, ..); save into a new folder`);
}
