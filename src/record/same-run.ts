import { loadConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { dataChecksums, type Environment, pidregVersion, runFingerprint, trainingFingerprint } from "./environment.js";
import { type RunFolder, runFiles } from "./run-folder.js";

/** Whether a finished run is the one that is asked for: its config, its data, this version. */
export function isRunOf(folder: RunFolder, config: Config, baseFolder: string): Promise<boolean> {
  return hasFingerprint(runFingerprint, folder, config, baseFolder);
}

/** Whether a run, finished or not, was begun with all that its training depends on; its `evaluation` may be another. */
export function isTrainingOf(folder: RunFolder, config: Config, baseFolder: string): Promise<boolean> {
  return hasFingerprint(trainingFingerprint, folder, config, baseFolder);
}

async function hasFingerprint(
  fingerprint: typeof runFingerprint,
  folder: RunFolder,
  config: Config,
  baseFolder: string,
): Promise<boolean> {
  const stored = await loadConfig(folder.file(runFiles.config));
  const environment = (await folder.readJson(runFiles.environment)) as Environment;
  const now = { ...environment, pidreg: pidregVersion(), dataChecksum: await dataChecksums(config, baseFolder) };
  return fingerprint(stored.config, environment) === fingerprint(config, now);
}

/** A finished run is kept only if it is the run that the study asks for. @throws InputError */
export async function checkFinished(folder: RunFolder, config: Config, baseFolder: string): Promise<void> {
  if (await isRunOf(folder, config, baseFolder)) return;
  throw new InputError(
    `${folder.path}: is finished, but with another config, data or version of pidreg than is asked for; ` +
      "delete it, or choose another --out",
  );
}
