import { Matrix } from "ml-matrix";
import { solveSpd } from "../../math/linalg.js";
import { applyLinearMap, fitLinearMap, type LinearMap } from "../../models/baselines/linear-map.js";
import type { FusionTerm } from "../../models/fusion.js";

/** Latents of some rows and what the network makes of them. */
export interface LatentValues {
  /** Row-major [rows, M * d]. */
  readonly latents: Float32Array;
  /**
   * The network's prediction, each row-major [rows, dm]: on the scale that it was trained on, and mapped to that of the
   * the Gaussian view of the target, in which a target with heavy tails is no linear function of it.
   */
  readonly predictions: readonly Float32Array[];
  /**
   * The same per modality when the network sees that modality alone, the others' latents at their mean; empty for rows
   * that readouts are only fitted on.
   */
  readonly predictionsAlone: readonly (readonly Float32Array[])[];
  readonly rows: number;
}

/** The same with the Gaussian view of the target that belongs to them. */
export interface LatentTable extends LatentValues {
  /** Row-major [rows, dm]. */
  readonly target: Float32Array;
}

/** Where a modality's latent stands in a row of latents, and which products the joint readout adds. */
export interface LatentShape {
  readonly modalities: number;
  readonly latentDim: number;
  readonly terms: readonly FusionTerm[];
}

/** Linear readouts of the target: one from each modality's latent, one from all latents and their products. */
export interface Readouts {
  readonly byModality: readonly LinearMap[];
  readonly joint: LinearMap;
}

/** One row-major [rows, dm] table per modality, and one for all together. */
export interface JointValues {
  readonly byModality: readonly Float64Array[];
  readonly joint: Float64Array;
}

/**
 * What readouts and network predict. The network reads all latents through the fusion, and nonlinearly: what it sees
 * beyond sums and products of latents (an edge, say) belongs to what the modalities know together. What it sees so in one
 * modality alone belongs to that one; without it, a target that is a curve of one modality would pass for synergy.
 */
export interface ReadoutValues extends JointValues {
  /** Each row-major [rows, dm]. */
  readonly network: readonly Float64Array[];
  /** Per modality, each row-major [rows, dm]. */
  readonly networkAlone: readonly (readonly Float64Array[])[];
}

/** Ridge readouts Y ~ Z_k for every k and Y ~ [Z_1, .., Z_M, products], penalties by generalised cross-validation. */
export function fitReadouts(train: LatentTable, shape: LatentShape): Readouts {
  const readout = (features: Float32Array) => fitLinearMap(features, train.target, train.rows);
  return {
    byModality: Array.from({ length: shape.modalities }, (_, m) => readout(latentBlock(train, shape, m))),
    joint: readout(jointFeatures(train, shape)),
  };
}

/** What the readouts predict for the given latents. */
export function applyReadouts(readouts: Readouts, table: LatentValues, shape: LatentShape): ReadoutValues {
  return {
    network: table.predictions.map((values) => Float64Array.from(values)),
    networkAlone: table.predictionsAlone.map((alone) => alone.map((values) => Float64Array.from(values))),
    byModality: readouts.byModality.map((map, m) => applyLinearMap(map, latentBlock(table, shape, m), table.rows)),
    joint: applyLinearMap(readouts.joint, jointFeatures(table, shape), table.rows),
  };
}

/** Target minus prediction. */
export function residualsOf(values: JointValues, target: ArrayLike<number>): JointValues {
  const residual = (prediction: Float64Array) => prediction.map((value, i) => target[i] - value);
  return { byModality: values.byModality.map(residual), joint: residual(values.joint) };
}

/**
 * Recalibration of readouts on held-out rows: an encoder that overfits makes its readout too steep for new rows, which
 * would understate the information. Each modality's prediction is regressed with what the network reads in that modality
 * alone; the joint one together with all of these and the network's, so that it explains no less than any of them.
 */
export interface ReadoutCalibration {
  readonly byModality: readonly LinearMap[];
  readonly joint: LinearMap;
}

/**
 * Fits the recalibration, and returns the leave-one-out residuals of the recalibrated readouts: every residual is that
 * of a row which took no part in fitting encoder, readout or recalibration.
 */
export function calibrate(
  values: ReadoutValues,
  target: ArrayLike<number>,
  rows: number,
): { calibration: ReadoutCalibration; residuals: JointValues } {
  const single = values.byModality.map((_, m) => leaveOneOut(singlePredictions(values, m), target, rows));
  const joint = leaveOneOut(jointPredictions(values), target, rows);
  return {
    calibration: { byModality: single.map(({ map }) => map), joint: joint.map },
    residuals: { byModality: single.map(({ residuals }) => residuals), joint: joint.residuals },
  };
}

/** Recalibrated readouts of any rows. */
export function applyCalibration(
  { byModality, joint }: ReadoutCalibration,
  values: ReadoutValues,
  rows: number,
): JointValues {
  return {
    byModality: byModality.map((map, m) => applyLinearMap(map, sideBySide(singlePredictions(values, m), rows), rows)),
    joint: applyLinearMap(joint, sideBySide(jointPredictions(values), rows), rows),
  };
}

function singlePredictions({ byModality, networkAlone }: ReadoutValues, m: number): Float64Array[] {
  return [byModality[m], ...networkAlone[m]];
}

function jointPredictions(values: ReadoutValues): Float64Array[] {
  const single = values.byModality.flatMap((_, m) => singlePredictions(values, m));
  return [...single, values.joint, ...values.network];
}

/** Added to the diagonal of the normal equations, relative to it: predictions of two readouts can coincide. */
const jitter = 1e-8;

/**
 * Least-squares fit of the target on the given predictions and a constant, with its leave-one-out residuals
 *   e_i = r_i / (1 - h_ii),  h the diagonal of the hat matrix.
 * @param predictions each [rows, dm] row-major
 */
export function leaveOneOut(
  predictions: readonly Float64Array[],
  target: ArrayLike<number>,
  rows: number,
): { map: LinearMap; residuals: Float64Array } {
  const dm = target.length / rows;
  const features = sideBySide(predictions, rows);
  const width = features.length / rows;
  const design = new Matrix(rows, width + 1);
  for (let i = 0; i < rows; i++) {
    design.set(i, width, 1);
    for (let j = 0; j < width; j++) design.set(i, j, features[i * width + j]);
  }
  const transposed = design.transpose();
  const normal = transposed.mmul(design);
  for (let j = 0; j <= width; j++) normal.set(j, j, normal.get(j, j) * (1 + jitter) + jitter);
  const solved = solveSpd(normal, transposed, "recalibration of the readouts");
  const coefficients = solved.mmul(Matrix.from1DArray(rows, dm, target as ArrayLike<number> & number[]));
  const fitted = design.mmul(coefficients);
  const residuals = new Float64Array(target.length);
  for (let i = 0; i < rows; i++) {
    let leverage = 0;
    for (let j = 0; j <= width; j++) leverage += design.get(i, j) * solved.get(j, i);
    for (let t = 0; t < dm; t++) residuals[i * dm + t] = (target[i * dm + t] - fitted.get(i, t)) / (1 - leverage);
  }
  const flat = Float64Array.from(coefficients.to1DArray());
  return { map: { weights: flat.slice(0, width * dm), intercept: flat.slice(width * dm) }, residuals };
}

function sideBySide(tables: readonly Float64Array[], rows: number): Float64Array {
  const each = tables[0].length / rows;
  const width = each * tables.length;
  const out = new Float64Array(rows * width);
  tables.forEach((table, k) => {
    for (let i = 0; i < rows; i++) for (let t = 0; t < each; t++) out[i * width + k * each + t] = table[i * each + t];
  });
  return out;
}

/** Latents of one modality, [rows, d]. */
export function latentBlock(
  { latents, rows }: Pick<LatentTable, "latents" | "rows">,
  { modalities, latentDim }: LatentShape,
  m: number,
): Float32Array {
  const block = new Float32Array(rows * latentDim);
  for (let i = 0; i < rows; i++) {
    const from = (i * modalities + m) * latentDim;
    block.set(latents.subarray(from, from + latentDim), i * latentDim);
  }
  return block;
}

/** All latents, and products of two that the fusion has, side by side. */
export function jointFeatures(
  { latents, rows }: Pick<LatentTable, "latents" | "rows">,
  { modalities, latentDim: d, terms }: LatentShape,
): Float32Array {
  const products = terms.filter((term) => term.modalities.length === 2);
  if (products.length === 0) return latents;
  const own = modalities * d;
  const width = own + products.length * d;
  const features = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const row = latents.subarray(i * own, (i + 1) * own);
    features.set(row, i * width);
    products.forEach(({ modalities: [first, second] }, p) => {
      const to = i * width + own + p * d;
      for (let j = 0; j < d; j++) features[to + j] = row[first * d + j] * row[second * d + j];
    });
  }
  return features;
}
