import type { Dataset } from "../../data/dataset.js";
import { evaluatePart, type Part } from "../../evaluation/metrics.js";
import { fitMean } from "../../models/baselines/mean.js";
import { fitRidge } from "../../models/baselines/ridge.js";
import type { PreparedRun } from "../prepare.js";

/**
 * Predictions of the baselines on some rows, row-major [rows, targets] in the user's units: `mean`, `ridge` on all
 * features, and `ridge.NAME` on those of one modality.
 */
export interface BaselinePredictions {
  readonly mean: Float64Array;
  readonly ridge: Float64Array;
  readonly [name: `ridge.${string}`]: Float64Array;
}

/** Metrics by name of the baseline: always `mean` and `ridge`, and the comparison networks of a run that trains them. */
export type BaselineParts = Readonly<
  Record<keyof BaselinePredictions | (string & {}), Readonly<Record<"validation" | "test", Part>>>
>;

/**
 * Mean of the training target, and ridge regression on raw features (standardised, gaps filled with training means,
 * penalty by generalised cross-validation, clipped to the training range as the network's predictions are) of all
 * modalities side by side and of each alone, on the same rows as the network.
 */
export function fitBaselines({
  dataset,
  split,
  training,
  targetTransform,
}: PreparedRun): (rows: Int32Array) => BaselinePredictions {
  const targets = training.targetNames.length;
  const trainTargets = takeTargetRows(training.rawTarget, targets, split.train);
  const mean = fitMean(trainTargets, targets);
  const clip = (values: Float64Array) =>
    values.map((value, i) => {
      const { min, max } = targetTransform.columns[i % targets];
      return Math.min(max, Math.max(min, value));
    });
  const ridge = (modalities: Dataset["modalities"]) => {
    const features = rawFeatures(modalities, split.train);
    const model = fitRidge(features(split.train), trainTargets, { rows: split.train.length });
    return (rows: Int32Array) => clip(model.predict(features(rows)));
  };
  const joint = ridge(dataset.modalities);
  const single = dataset.modalities.map((modality) => ({ name: modality.name, predict: ridge([modality]) }));
  return (rows) => ({
    mean: mean.predict(rows.length),
    ridge: joint(rows),
    ...Object.fromEntries(single.map(({ name, predict }) => [`ridge.${name}`, predict(rows)])),
  });
}

/** Metrics of the baselines on validation and test part. */
export function evaluateBaselines(
  prepared: PreparedRun,
  predict: (rows: Int32Array) => BaselinePredictions,
): BaselineParts {
  const { dataset, split, training } = prepared;
  const evaluated = (rows: Int32Array): Record<string, Part> => {
    const truth = takeTargetRows(training.rawTarget, training.targetNames.length, rows);
    return Object.fromEntries(
      Object.entries<Float64Array>({ ...predict(rows) }).map(([name, prediction]) => [
        name,
        evaluatePart(training.targetNames, truth, prediction),
      ]),
    );
  };
  const [validation, test] = [evaluated(split.validation), evaluated(split.test)];
  const both = (name: string) => ({ validation: validation[name], test: test[name] });
  return {
    mean: both("mean"),
    ridge: both("ridge"),
    ...Object.fromEntries(dataset.modalities.map(({ name }) => [`ridge.${name}`, both(`ridge.${name}`)])),
  };
}

/** The given rows of row-major values [_, width]. */
export function takeTargetRows(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let t = 0; t < width; t++) out[i * width + t] = values[row * width + t];
  });
  return out;
}

/** The modalities' raw columns side by side, missing values replaced by training means. */
function rawFeatures(modalities: Dataset["modalities"], trainRows: Int32Array): (rows: Int32Array) => Float64Array {
  const fills = modalities.map(({ values, columns }) => columnMeans(values, columns.length, trainRows));
  const width = modalities.reduce((sum, { columns }) => sum + columns.length, 0);
  return (rows) => {
    const out = new Float64Array(rows.length * width);
    let offset = 0;
    modalities.forEach(({ values, columns }, m) => {
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
