import type { Dataset } from "../data/dataset.js";
import { evaluatePart, type Part } from "../evaluation/metrics.js";
import { fitMean } from "../models/baselines/mean.js";
import { fitRidge } from "../models/baselines/ridge.js";
import type { PreparedRun } from "./prepare.js";

/** Predictions of the baselines on some rows, row-major [rows, targets] in the user's units. */
export interface BaselinePredictions {
  readonly mean: Float64Array;
  readonly ridge: Float64Array;
}

export type BaselineParts = Readonly<Record<keyof BaselinePredictions, Readonly<Record<"validation" | "test", Part>>>>;

/**
 * Mean of the training target, and ridge regression on all raw features side by side (standardised, gaps filled with
 * training means, penalty by generalised cross-validation, clipped to the training range as the network's predictions
 * are), on the same rows as the network.
 */
export function fitBaselines({
  dataset,
  split,
  training,
  targetTransform,
}: PreparedRun): (rows: Int32Array) => BaselinePredictions {
  const targets = training.targetNames.length;
  const trainTargets = takeTargetRows(training.rawTarget, targets, split.train);
  const features = rawFeatures(dataset, split.train);
  const ridge = fitRidge(features(split.train), trainTargets, { rows: split.train.length });
  const mean = fitMean(trainTargets, targets);
  const clip = (values: Float64Array) =>
    values.map((value, i) => {
      const { min, max } = targetTransform.columns[i % targets];
      return Math.min(max, Math.max(min, value));
    });
  return (rows) => ({ mean: mean.predict(rows.length), ridge: clip(ridge.predict(features(rows))) });
}

/** Metrics of the baselines on validation and test part. */
export function evaluateBaselines(
  prepared: PreparedRun,
  predict: (rows: Int32Array) => BaselinePredictions,
): BaselineParts {
  const { split, training } = prepared;
  const part = (name: keyof BaselinePredictions, rows: Int32Array) => {
    const truth = takeTargetRows(training.rawTarget, training.targetNames.length, rows);
    return evaluatePart(training.targetNames, truth, predict(rows)[name]);
  };
  const both = (name: keyof BaselinePredictions) => ({
    validation: part(name, split.validation),
    test: part(name, split.test),
  });
  return { mean: both("mean"), ridge: both("ridge") };
}

/** The given rows of row-major values [_, width]. */
export function takeTargetRows(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let t = 0; t < width; t++) out[i * width + t] = values[row * width + t];
  });
  return out;
}

/** All modalities' raw columns side by side, missing values replaced by training means. */
function rawFeatures(dataset: Dataset, trainRows: Int32Array): (rows: Int32Array) => Float64Array {
  const fills = dataset.modalities.map(({ values, columns }) => columnMeans(values, columns.length, trainRows));
  const width = dataset.modalities.reduce((sum, { columns }) => sum + columns.length, 0);
  return (rows) => {
    const out = new Float64Array(rows.length * width);
    let offset = 0;
    dataset.modalities.forEach(({ values, columns }, m) => {
      rows.forEach((row, i) => {
        for (let j = 0; j < columns.length; j++) {
          const value = values[row * columns.length + j];
          out[i * width + offset + j] = Number.isNaN(value) ? fills[m][j] : value;
        }
      });
      offset += columns.length;
    });
    return out;
  };
}

function columnMeans(values: ArrayLike<number>, width: number, rows: Int32Array): Float64Array {
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  for (const row of rows) {
    for (let j = 0; j < width; j++) {
      const value = values[row * width + j];
      if (Number.isNaN(value)) continue;
      sums[j] += value;
      counts[j]++;
    }
  }
  return sums.map((sum, j) => (counts[j] === 0 ? 0 : sum / counts[j]));
}
