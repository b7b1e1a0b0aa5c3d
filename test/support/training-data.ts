import { regression } from "../../src/tasks/regression/regression.js";
import type { TrainingData, TrainingModality } from "../../src/training/data.js";

/** A table of one target without transforms: the first two thirds of the rows train, the others validate. */
export function trainingData(modalities: readonly TrainingModality[], target: Float32Array): TrainingData {
  const rows = Int32Array.from(target, (_, i) => i);
  const cut = Math.floor((2 * rows.length) / 3);
  return {
    task: regression,
    modalities,
    targetNames: ["y"],
    target,
    gaussianTarget: target,
    rawTarget: Float64Array.from(target),
    toRaw: (prediction) => Float64Array.from(prediction),
    toGaussian: (prediction) => prediction,
    trainRows: rows.slice(0, cut),
    validationRows: rows.slice(cut),
  };
}
