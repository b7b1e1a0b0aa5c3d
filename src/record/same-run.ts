import { parseConfigText } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { parsedJson } from "../files/json.js";
import { environmentDocument } from "./data-schemas.js";
import { RunReader } from "./digests.js";
import {
  changedFiles,
  type DataChecksums,
  type Identity,
  pidregVersion,
  runFingerprint,
  trainingFingerprint,
} from "./environment.js";
import { type RunFolder, runFiles } from "./run-folder.js";

/**
 * Whether a finished run is the one that is asked for: its config, its data, this version.
 * @param checksums of the config's files as they are now
 */
export function isRunOf(folder: RunFolder, config: Config, checksums: DataChecksums): Promise<boolean> {
  return hasFingerprint(runFingerprint, folder, config, checksums);
}

/** Whether a run, finished or not, was begun with all that its training depends on; its `evaluation` may be another. */
export function isTrainingOf(folder: RunFolder, config: Config, checksums: DataChecksums): Promise<boolean> {
  return hasFingerprint(trainingFingerprint, folder, config, checksums);
}

async function hasFingerprint(
  fingerprint: typeof runFingerprint,
  folder: RunFolder,
  config: Config,
  checksums: DataChecksums,
): Promise<boolean> {
  const environment = await recordedEnvironment(folder);
  const stored = await recordedConfig(folder);
  const now = { ...environment, pidreg: pidregVersion(), dataChecksum: checksums };
  return fingerprint(stored, environment) === fingerprint(config, now);
}

/** A finished run is kept only if it is the run that the study asks for. @throws InputError */
export async function checkFinished(folder: RunFolder, config: Config, checksums: DataChecksums): Promise<void> {
  if (await isRunOf(folder, config, checksums)) return;
  throw new InputError(
    `${folder.path}: is finished, but with another config, data or version of pidreg than is asked for` +
      `${await changedData(folder, checksums)}; delete it, or choose another --out`,
  );
}

/** Which data files are not those that a run was begun with, as the end of a clause; nothing where none is known to be. */
export async function changedData(folder: RunFolder, checksums: DataChecksums): Promise<string> {
  const recorded = await recordedEnvironment(folder).catch(() => null);
  if (recorded === null) return "";
  const changed = changedFiles(recorded.dataChecksum, checksums);
  const sum = (name: string) => checksums[name].slice(0, 12);
  if (changed.length === 0) return "";
  const files = changed.map((name) => `${name} (SHA-256 ${sum(name)}..)`).join(", ");
  return ` (not the data that it was begun with: ${files})`;
}

/** What identifies a run in environment.json. */
const identitySchema = environmentDocument.pick({ pidreg: true, engine: true, dataChecksum: true });
const environmentSchema = identitySchema.partial({ pidreg: true, engine: true });

/**
 * The environment of a run, finished or not.
 * @throws InputError when it is damaged or not there
 */
export async function recordedEnvironment(folder: RunFolder): Promise<Identity> {
  const text = await recordedText(folder, runFiles.environment);
  const parsed = environmentSchema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new InputError(`${folder.file(runFiles.environment)}: was damaged or edited: it holds no environment of a run`);
}

/** The config of a run, its files as seen from the folder. @throws InputError when it is damaged or not there */
export async function recordedConfig(folder: RunFolder): Promise<Config> {
  return parseConfigText(await recordedText(folder, runFiles.config), folder.file(runFiles.config));
}

/** A file of a run, held against its digest where the run is finished and has any. */
async function recordedText(folder: RunFolder, name: string): Promise<string> {
  const bytes = await RunReader.reading(folder.path, (reader) => reader.read(name)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error instanceof InputError) throw error;
      throw new InputError(`${folder.file(name)}: cannot be read (${error.code ?? error.message})`);
    },
  );
  return bytes.toString("utf8");
}
