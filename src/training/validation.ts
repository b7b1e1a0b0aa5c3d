import type { LossesConfig } from "../config/losses.js";
import type { Validation } from "../tasks/task.js";
import { type TrainingData, takeRows, takeTrueValues } from "./data.js";
import type { PidRegLearner } from "./learner.js";

/** What the averaged weights are worth on the validation part, as the task judges it. */
export async function validate(
  learner: PidRegLearner,
  data: TrainingData,
  losses: LossesConfig,
  weights: readonly number[],
): Promise<Validation> {
  const { task, modalities, targetNames, target, trainRows, validationRows: rows } = data;
  const { prediction: outputs } = await learner.inference.run({ inputs: modalities, rows, weights });
  return task.cost({
    losses,
    targets: targetNames,
    outputs,
    encoded: takeRows(target, targetNames.length, rows),
    truth: takeTrueValues(data, rows),
    prediction: data.toRaw(outputs),
    training: () => takeTrueValues(data, trainRows),
  });
}
