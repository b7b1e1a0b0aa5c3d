import { loadConfig } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import { dataChecksums, type Environment, pidregVersion, runFingerprint } from "../folder/environment.js";
import { type RunFolder, runFiles } from "../folder/run-folder.js";

/** A finished run is kept only if it is the run that the study asks for. @throws InputError */
export async function checkFinished(folder: RunFolder, config: Config, baseFolder: string): Promise<void> {
  const stored = await loadConfig(folder.file(runFiles.config));
  const environment = (await folder.readJson(runFiles.environment)) as Environment;
  const now = { ...environment, pidreg: pidregVersion(), dataChecksum: await dataChecksums(config, baseFolder) };
  if (runFingerprint(stored.config, environment) === runFingerprint(config, now)) return;
  throw new InputError(
    `${folder.path}: is finished, but with another config, data or version of pidreg than is asked for; ` +
      "delete it, or choose another --out",
  );
}
