import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { targetNames } from "../../src/config/data.js";
import { loadConfig } from "../../src/config/load.js";
import type { TrainTask } from "../../src/executors/executor.js";
import { dataChecksums, describeEnvironment } from "../../src/record/environment.js";
import { rebaseConfig } from "../../src/record/rebase-config.js";
import { writeRunFolder } from "./run-folder.js";

/** Writes what the training of a task leaves behind, without training. */
export async function leaveRun({ config: file, out }: TrainTask): Promise<void> {
  const { config, baseFolder } = await loadConfig(file);
  const { modalities } = config.data;
  await writeRunFolder(out, { targets: targetNames(config.data), modalities: Object.keys(modalities), rows: 20 });
  const environment = describeEnvironment(config, "onnx", await dataChecksums(config, baseFolder));
  writeFileSync(path.join(out, "environment.json"), JSON.stringify(environment));
  writeFileSync(path.join(out, "config.yaml"), stringify(rebaseConfig(config, baseFolder, out)));
}
