import type { Dataset } from "../../data/dataset.js";
import { type RowStore, valuesOf } from "../../data/rows.js";
import { storesOf } from "../../data/stores.js";
import type { Part } from "../../evaluation/metrics.js";
import { kindOfFitted } from "../../modalities/kinds.js";
import { storeOf } from "../../modalities/prepare.js";
import { fitNearestInTime, nearestInTime } from "../../models/baselines/nearest-in-time.js";
import { takeTrueValues } from "../../training/data.js";
import type { PreparedRun } from "../prepare.js";

/**
 * Predictions of the task's baselines on some rows, row-major [rows, columns] as the user reads them, by name: of regression
 * `mean`, `ridge` on all features, and `ridge.NAME` on those of one modality; `nearest-in-time` where rows have an order.
 */
export type BaselinePredictions = Readonly<Record<string, Float64Array>>;

/** Metrics by name of the baseline: those of the task, and the comparison networks of a run that trains them. */
export type BaselineParts = Readonly<Record<string, Readonly<Record<"validation" | "test", Part>>>>;

/**
 * The task's baselines, fitted on the training part: what ignores the features, and a linear model on raw features (gaps
 * filled with training means, limited as the network's predictions are) of all modalities side by side and of each alone,
 * on the same rows as the network.
 */
export async function fitBaselines({
  dataset,
  split,
  training,
  task,
  coding,
  preprocessor,
}: PreparedRun): Promise<(rows: Int32Array) => Promise<BaselinePredictions>> {
  const { constant, linear } = task.baselines;
  const valuesOf = (rows: Int32Array) => coding.asPredictions(takeTrueValues(training, rows));
  const values = valuesOf(split.train);
  const held = valuesOf(split.validation);
  const fitted = constant.fit(values, values.length / split.train.length);
  const onFeatures = async (stores: readonly RowStore[]) => {
    const features = await rawFeatures(stores, split.train);
    const predict = linear.fit(
      { features: await features(split.train), values, rows: split.train.length },
      { features: await features(split.validation), values: held, rows: split.validation.length },
    );
    return async (rows: Int32Array) => coding.limit(predict(await features(rows)));
  };
  const all = storesOf(dataset);
  const stores = preprocessor.modalities.map((fitted) => kindOfFitted(fitted).linearRows(fitted, storeOf(all, fitted)));
  const joint = await onFeatures(stores);
  const inTime = nearestOf(dataset, split.train, values);
  const single: [name: string, predict: typeof joint][] = [];
  for (const store of stores) single.push([`${linear.name}.${store.name}`, await onFeatures([store])]);
  return async (rows) => {
    const alone: [string, Float64Array][] = [];
    for (const [name, predict] of single) alone.push([name, await predict(rows)]);
    return {
      [constant.name]: fitted(rows.length),
      [linear.name]: await joint(rows),
      ...(inTime === undefined ? {} : { [nearestInTime.name]: coding.limit(inTime(rows)) }),
      ...Object.fromEntries(alone),
    };
  };
}

/** What the nearest training rows in time say of rows; undefined where rows have no order. */
function nearestOf(
  { ordering }: Pick<Dataset, "ordering">,
  trainRows: Int32Array,
  values: Float64Array,
): ((rows: Int32Array) => Float64Array) | undefined {
  if (ordering === undefined) return undefined;
  const placesOf = (rows: Int32Array) => Float64Array.from(rows, (row) => ordering.values[row]);
  const predict = fitNearestInTime(placesOf(trainRows), values);
  return (rows) => predict(placesOf(rows));
}

/**
 * Metrics of models on validation and test part.
 * @param predicted by name, for validation rows, then test rows
 */
export function evaluateBaselines(
  { task, split, training }: Pick<PreparedRun, "task" | "split" | "training">,
  predicted: Iterable<readonly [name: string, prediction: Float64Array]>,
): BaselineParts {
  const { targetNames } = training;
  const rows = split.validation.length + split.test.length;
  const [validation, test] = [split.validation, split.test].map((rows) => takeTrueValues(training, rows));
  return Object.fromEntries(
    Array.from(predicted, ([name, prediction]) => {
      const cut = split.validation.length * (prediction.length / rows);
      return [
        name,
        {
          validation: task.metrics.evaluate(targetNames, validation, prediction.subarray(0, cut)),
          test: task.metrics.evaluate(targetNames, test, prediction.subarray(cut)),
        },
      ];
    }),
  );
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
