import { Interrupted, RunError } from "../errors.js";
import { isSystemError, WriteError } from "../files/write-error.js";
import { checkpointFiles } from "../record/checkpoint.js";
import { type RunFolder, runFiles } from "../record/run-folder.js";
import type { RunLock } from "../record/run-lock.js";

/**
 * What the user is told of a run that failed in a folder it held: a lost folder and a disk that refuses as what they are,
 * with what is left to go on from; everything else as it came.
 * @throws RunError when the folder is no longer held: whatever failed then failed for that
 */
export async function describeFailure(folder: RunFolder, lock: RunLock, error: unknown): Promise<unknown> {
  if (error instanceof Interrupted) return error;
  lock.assertHeld();
  if (!(error instanceof WriteError || isSystemError(error))) return error;
  const refused = error instanceof WriteError ? error : new WriteError(error.path ?? folder.path, error);
  return new RunError(`${refused.message}. ${await whatIsKept(folder)}`, { cause: error });
}

async function whatIsKept(folder: RunFolder): Promise<string> {
  for (const name of [checkpointFiles.current, checkpointFiles.previous]) {
    const kept = await folder.has(`${runFiles.checkpoint}/${name}`);
    if (kept) return "The last checkpoint is kept: mend this, then continue with --resume";
  }
  if (await folder.has(runFiles.members)) return "The members are kept: mend this, then continue with --resume";
  const begun = await folder.has(runFiles.environment);
  return begun
    ? "No checkpoint was written yet: mend this, then begin again with --resume"
    : "Mend this, then begin again";
}
