import { type RowStore, valuesOf } from "../../data/rows.js";
import { storesOf } from "../../data/stores.js";
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
export async function fitBaselines({
  dataset,
  split,
  training,
  targetTransform,
}: PreparedRun): Promise<(rows: Int32Array) => Promise<BaselinePredictions>> {
  const targets = training.targetNames.length;
  const trainTargets = takeTargetRows(training.rawTarget, targets, split.train);
  const mean = fitMean(trainTargets, targets);
  const clip = (values: Float64Array) =>
    values.map((value, i) => {
      const { min, max } = targetTransform.columns[i % targets];
      return Math.min(max, Math.max(min, value));
    });
  const ridge = async (stores: readonly RowStore[]) => {
    const features = await rawFeatures(stores, split.train);
    const model = fitRidge(await features(split.train), trainTargets, { rows: split.train.length });
    return async (rows: Int32Array) => clip(model.predict(await features(rows)));
  };
  const stores = storesOf(dataset);
  const joint = await ridge(stores);
  const single: [name: string, predict: Awaited<ReturnType<typeof ridge>>][] = [];
  for (const store of stores) single.push([`ridge.${store.name}`, await ridge([store])]);
  return async (rows) => {
    const alone: [string, Float64Array][] = [];
    for (const [name, predict] of single) alone.push([name, await predict(rows)]);
    return { mean: mean.predict(rows.length), ridge: await joint(rows), ...Object.fromEntries(alone) };
  };
}

/**
 * Metrics of the baselines on validation and test part.
 * @param predicted for validation rows, then test rows
 */
export function evaluateBaselines({ split, training }: PreparedRun, predicted: BaselinePredictions): BaselineParts {
  const { targetNames, rawTarget } = training;
  const cut = split.validation.length * targetNames.length;
  const [validation, test] = [split.validation, split.test].map((rows) =>
    takeTargetRows(rawTarget, targetNames.length, rows),
  );
  const both = (prediction: Float64Array) => ({
    validation: evaluatePart(targetNames, validation, prediction.subarray(0, cut)),
    test: evaluatePart(targetNames, test, prediction.subarray(cut)),
  });
  const evaluated = Object.entries<Float64Array>({ ...predicted }).map(([name, prediction]) => [
    name,
    both(prediction),
  ]);
  return Object.fromEntries(evaluated) as BaselineParts;
}

/** The given rows of row-major values [_, width]. */
export function takeTargetRows(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let t = 0; t < width; t++) out[i * width + t] = values[row * width + t];
  });
  return out;
}

/** The modalities' raw values side by side, missing ones replaced by training means. */
async function rawFeatures(
  stores: readonly RowStore[],
  trainRows: Int32Array,
): Promise<(rows: Int32Array) => Promise<Float64Array>> {
  const fills: Float64Array[] = [];
  for (const store of stores) fills.push(await valueMeans(store, trainRows));
  const width = stores.reduce((sum, { shape }) => sum + valuesOf(shape), 0);
  return async (rows) => {
    const out = new Float64Array(rows.length * width);
    const read = await Promise.all(stores.map((store) => rawRows(store, rows)));
    let offset = 0;
    read.forEach((values, m) => {
      const own = fills[m].length;
      for (let i = 0; i < rows.length; i++) {
        for (let j = 0; j < own; j++) {
          const value = values[i * own + j];
          out[i * width + offset + j] = Number.isNaN(value) ? fills[m][j] : value;
        }
      }
      offset += own;
    });
    return out;
  };
}

async function rawRows(store: RowStore, rows: Int32Array): Promise<Float64Array> {
  const out = new Float64Array(rows.length * valuesOf(store.shape));
  await store.read(rows, out);
  return out;
}

async function valueMeans(store: RowStore, rows: Int32Array): Promise<Float64Array> {
  const width = valuesOf(store.shape);
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  const row = new Float64Array(width);
  for (const number of rows) {
    await store.read([number], row);
    for (let j = 0; j < width; j++) {
      if (Number.isNaN(row[j])) continue;
      sums[j] += row[j];
      counts[j]++;
    }
  }
  return sums.map((sum, j) => (counts[j] === 0 ? 0 : sum / counts[j]));
}
