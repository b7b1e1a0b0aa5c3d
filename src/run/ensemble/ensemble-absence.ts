import type { Config } from "../../config/schema.js";
import type { Engine } from "../../engine/engine.js";
import type { MissingModalities } from "../../evaluation/missing-modalities.js";
import { loadModel } from "../../record/model-folder.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { inferenceOf } from "../../record/stored-model.js";
import { evaluateAbsence, mayLackModalities, networkInputs } from "../absence.js";
import { finitePredictions } from "../finite-predictions.js";
import type { PreparedRun } from "../prepare.js";
import { averageColumns } from "./average.js";

export interface EnsembleAbsenceRequest {
  /** Run folders of the members. */
  readonly members: readonly string[];
  readonly config: Config;
  readonly prepared: PreparedRun;
  readonly engine: Engine;
  /** Rows to predict, validation first. */
  readonly rows: Int32Array;
  /** Row-major [rows.length, targets], user's units; the prediction is the mean over the members. */
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
}

/**
 * What an ensemble does where modalities are absent: errors of the mean of its members' predictions.
 * @returns undefined where a row never may lack a modality
 * @throws InputError when a member's model cannot be read
 */
export async function ensembleAbsence(request: EnsembleAbsenceRequest): Promise<MissingModalities | undefined> {
  const { members, config, prepared, engine, ...rows } = request;
  if (!mayLackModalities(config)) return undefined;
  const { task, dataset, preprocessor, inputs, training, split } = prepared;
  const names = { where: "the members' models", rowIds: dataset.rowIds, targets: training.targetNames };
  const models = await Promise.all(members.map((run) => loadModel(new RunFolder(run).file(runFiles.model))));
  const networks = models.map((model) => ({ inference: inferenceOf(model, engine), weights: model.fusionWeights }));
  try {
    return await evaluateAbsence({
      ...{ config, preprocessor, inputs, targets: training.targetNames, ...rows },
      evaluate: task.metrics.evaluate,
      validationRows: split.validation.length,
      predict: async (changed, chosen) => {
        const predictions: Float64Array[] = [];
        for (const { inference, weights } of networks) {
          const request = { inputs: networkInputs(changed, config), rows: chosen, weights };
          const { prediction } = await inference.run(request);
          predictions.push(training.toRaw(finitePredictions(prediction, names, chosen, " without a modality")));
        }
        return averageColumns(predictions);
      },
    });
  } finally {
    for (const { inference } of networks) await inference.dispose();
  }
}
