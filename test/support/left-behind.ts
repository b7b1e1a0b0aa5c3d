import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { targetNames } from "../../src/config/data.js";
import { loadConfig } from "../../src/config/load.js";
import type { Config } from "../../src/config/schema.js";
import type { TrainTask } from "../../src/executors/executor.js";
import { dataChecksums, describeEnvironment } from "../../src/record/environment.js";
import { rebaseConfig } from "../../src/record/rebase-config.js";
import { type RunFolderOptions, writeRunFolder } from "./run-folder.js";

/** Writes what the training of a task leaves behind, without training. */
export function leaveRun(task: TrainTask): Promise<void> {
  return leaveRunLike(task, () => ({}));
}

/** The same with predictions that depend on its config. */
export async function leaveRunLike(
  { config: file, out }: TrainTask,
  more: (config: Config) => RunFolderOptions,
): Promise<void> {
  const { config, baseFolder } = await loadConfig(file);
  const { modalities } = config.data;
  const made = { targets: targetNames(config.data), modalities: Object.keys(modalities), rows: 20 };
  await writeRunFolder(out, { ...made, ...more(config) });
  const environment = describeEnvironment(config, "onnx", await dataChecksums(config, baseFolder));
  writeFileSync(path.join(out, "environment.json"), JSON.stringify(environment));
  writeFileSync(path.join(out, "config.yaml"), stringify(rebaseConfig(config, baseFolder, out)));
}
