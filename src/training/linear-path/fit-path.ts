import { applyLinearMap, type LinearMap } from "../../models/baselines/linear-map.js";
import { outputWidth, readRows, type TrainingData, type TrainingModality, takeRows, takeTrueValues } from "../data.js";

/** A linear map of prepared features, taken apart by modality, with what it says of the validation rows. */
export interface FittedPath {
  /** In the order of the modalities. */
  readonly parts: readonly LinearPart[];
  /** Mean of its outputs over the training rows, [outputs]. */
  readonly intercept: Float64Array;
  /** Row-major [validation rows, outputs]. */
  readonly validation: Float64Array;
}

/** What the map says of one modality: x W + c, with mean 0 over the training rows that have it. */
export interface LinearPart {
  readonly name: string;
  /** Row-major [width, outputs]. */
  readonly weights: Float64Array;
  /** [outputs] */
  readonly centre: Float64Array;
}

/**
 * Fits the task's linear map on the training rows, on the features of all modalities side by side; in a row that lacks a modality
 * its features count as their means, and tell nothing.
 */
export async function fitPath(data: TrainingData): Promise<FittedPath> {
  const { modalities, trainRows, validationRows, task } = data;
  const outputs = outputWidth(data);
  const means: Float64Array[] = [];
  for (const modality of modalities) means.push(await meanFeatures(modality, trainRows));
  const given = async (rows: Int32Array) => ({
    rows: rows.length,
    features: await sideBySide(modalities, rows, means),
    encoded: takeRows(data.target, outputs, rows),
    truth: takeTrueValues(data, rows),
  });
  const held = await given(validationRows);
  const map = task.linear(await given(trainRows), held);
  const parts = partsOf(map, modalities, means);
  return {
    parts,
    intercept: map.intercept.map((value, t) => parts.reduce((sum, { centre }) => sum - centre[t], value)),
    validation: applyLinearMap(map, held.features, held.rows),
  };
}

function partsOf(
  { weights: all, intercept }: LinearMap,
  modalities: readonly TrainingModality[],
  means: readonly Float64Array[],
): LinearPart[] {
  const outputs = intercept.length;
  let from = 0;
  return modalities.map(({ name, width }, m) => {
    const weights = all.slice(from * outputs, (from + width) * outputs);
    from += width;
    const centre = new Float64Array(outputs);
    weights.forEach((weight, i) => {
      centre[i % outputs] -= weight * means[m][Math.floor(i / outputs)];
    });
    return { name, weights, centre };
  });
}

/** Mean of each feature over the rows that have the modality; 0 where none has. */
async function meanFeatures(modality: TrainingModality, rows: Int32Array): Promise<Float64Array> {
  const { width, present } = modality;
  const own = present === undefined ? rows : rows.filter((row) => present[row] === 1);
  const values = await featuresOf(modality, own);
  const sums = new Float64Array(width);
  values.forEach((value, i) => {
    sums[i % width] += value;
  });
  return sums.map((sum) => (own.length === 0 ? 0 : sum / own.length));
}

async function featuresOf(modality: TrainingModality, rows: Int32Array): Promise<Float32Array> {
  const values = new Float32Array(rows.length * modality.width);
  await readRows(modality, rows, values);
  return values;
}

/** Row-major [rows, all widths], means in place of a modality that a row lacks. */
async function sideBySide(
  modalities: readonly TrainingModality[],
  rows: Int32Array,
  means: readonly Float64Array[],
): Promise<Float32Array> {
  const width = modalities.reduce((sum, own) => sum + own.width, 0);
  const out = new Float32Array(rows.length * width);
  let from = 0;
  for (const [m, modality] of modalities.entries()) {
    const { width: own, present } = modality;
    const values = await featuresOf(modality, rows);
    rows.forEach((row, i) => {
      const has = present === undefined || present[row] === 1;
      out.set(has ? values.subarray(i * own, (i + 1) * own) : means[m], i * width + from);
    });
    from += own;
  }
  return out;
}
