import type { LossesConfig } from "../config/losses.js";
import type { Validation } from "../tasks/task.js";
import { outputWidth, type TrainingData, takeRows, takeTrueValues } from "./data.js";
import type { TrainedNetwork } from "./learner.js";

/** What the averaged weights are worth on the validation part, as the task judges it. */
export async function validate(
  learner: TrainedNetwork,
  data: TrainingData,
  losses: LossesConfig,
  weights: readonly number[],
): Promise<Validation> {
  return costOfRows(data, losses, data.validationRows, await validationOutputs(learner, data, weights));
}

/** What the averaged weights say of the validation rows, row-major [validation rows, targets], scale of the prediction loss. */
export async function validationOutputs(
  learner: TrainedNetwork,
  { modalities, validationRows: rows }: TrainingData,
  weights: readonly number[],
): Promise<Float32Array> {
  return (await learner.inference.run({ inputs: modalities, rows, weights })).prediction;
}

/** How the task judges outputs of some rows. @param outputs row-major [rows, targets], scale of the prediction loss */
export function costOfRows(
  data: TrainingData,
  losses: LossesConfig,
  rows: Int32Array,
  outputs: Float32Array,
): Validation {
  const { task, targetNames, target, trainRows } = data;
  return task.cost({
    losses,
    targets: targetNames,
    outputs,
    encoded: takeRows(target, outputWidth(data), rows),
    truth: takeTrueValues(data, rows),
    prediction: data.toRaw(outputs),
    training: () => takeTrueValues(data, trainRows),
  });
}
