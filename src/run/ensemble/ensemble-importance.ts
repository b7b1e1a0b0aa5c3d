import type { Config } from "../../config/schema.js";
import type { Engine } from "../../engine/engine.js";
import { Rng } from "../../math/rng.js";
import { loadModel } from "../../record/model-folder.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { inferenceOf } from "../../record/stored-model.js";
import { predictorOf } from "../importance/predictor.js";
import { type RunImportance, runImportance } from "../importance/run-importance.js";
import { networkParameters } from "../network-parameters.js";
import type { PreparedRun } from "../prepare.js";

export interface EnsembleImportanceRequest {
  /** Run folders of the members. */
  readonly members: readonly string[];
  readonly config: Config;
  readonly prepared: PreparedRun;
  readonly engine: Engine;
}

/** How much the errors of the members' mean rest on each column. @throws InputError when a member's model cannot be read */
export async function ensembleImportance(request: EnsembleImportanceRequest): Promise<RunImportance> {
  const { members, config, prepared, engine } = request;
  if (config.evaluation.importance === "off") return null;
  const models = await Promise.all(members.map((run) => loadModel(new RunFolder(run).file(runFiles.model))));
  const networks = models.map((stored) => ({
    inference: inferenceOf(stored, engine),
    weights: stored.fusionWeights,
    decode: stored.coding.decode,
  }));
  const parameters = models.reduce((sum, { model }) => sum + networkParameters(model), 0);
  try {
    return await runImportance({
      config,
      prepared,
      predict: predictorOf(networks),
      parameters,
      networkAlone: models.some(({ model }) => model.neighbours !== null),
      rng: new Rng(config.seed),
    });
  } finally {
    for (const { inference } of networks) await inference.dispose();
  }
}
