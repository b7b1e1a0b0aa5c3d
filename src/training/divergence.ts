import { RunError } from "../errors.js";
import type { LearnerTensors } from "./learner.js";

/** The error of a run in which a number became NaN or infinite; names place and quantity. */
export function divergence(where: string, name: string, value: number): RunError {
  return new RunError(
    `training diverged at ${where}: ${name} became ${value}. A checkpoint saved before is kept. ` +
      "A lower training.optimizer.learningRate or clipNorm usually helps.",
  );
}

/**
 * Refuses a state that training cannot be continued from; an update can break weights after its loss was still finite.
 * @throws RunError naming the vector and its first number that is not finite
 */
export function checkFiniteTensors(tensors: LearnerTensors, where: string): void {
  for (const [name, values] of Object.entries(tensors)) {
    const bad = values.findIndex((value: number) => !Number.isFinite(value));
    if (bad >= 0) throw divergence(where, `${describe[name as keyof LearnerTensors]} ${bad}`, values[bad]);
  }
}

const describe: Readonly<Record<keyof LearnerTensors, string>> = {
  parameters: "weight",
  moment1: "mean gradient",
  moment2: "mean squared gradient",
  average: "averaged weight",
  running: "running moment",
};
