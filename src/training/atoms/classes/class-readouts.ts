import { mean, standardDeviation } from "../../../math/descriptive.js";
import { type LogisticFit, logisticPath } from "../../../math/multinomial-logistic.js";
import { applyLinearMap, type LinearMap } from "../../../models/baselines/linear-map.js";
import { jointFeatures, type LatentShape, type LatentValues, latentBlock } from "../readouts.js";

/** Latents of rows with the class of each. */
export interface ClassLatents extends Omit<LatentValues, "predictions" | "predictionsAlone"> {
  /** What the network gives for them, [rows, classes - 1] contrasts of logits; and of each modality alone. */
  readonly outputs: Float32Array;
  readonly outputsAlone: readonly Float32Array[];
  /** [rows] class numbers; NaN where it is not known. */
  readonly labels: ArrayLike<number>;
}

/** Linear readouts of logits: one from each modality's latent, one from all latents and their products. */
export interface ClassReadouts {
  readonly byModality: readonly LinearMap[];
  readonly joint: LinearMap;
  /** Of the classes among the rows that they were fitted on. */
  readonly shares: readonly number[];
}

/** Penalties on the slopes of standardised latents, over the rows, strongest first. */
const penalties = [0.1, 0.01, 0.001];

/** Multinomial logistic regressions on training latents, one set for each penalty: which of them is used, rows decide that they have not seen. */
export function fitClassReadouts(train: ClassLatents, shape: LatentShape, classes: number): ClassReadouts[] {
  const labels = Int32Array.from(train.labels);
  const regressions = (features: Float32Array) => logisticMaps(features, labels, classes);
  const counts = new Array<number>(classes).fill(0);
  for (const y of labels) counts[y]++;
  const shares = counts.map((count) => count / labels.length);
  const single = Array.from({ length: shape.modalities }, (_, m) => regressions(latentBlock(train, shape, m)));
  const joint = regressions(jointFeatures(train, shape));
  return penalties.map((_, k) => ({ byModality: single.map((maps) => maps[k]), joint: joint[k], shares }));
}

/** One map for each penalty. */
function logisticMaps(features: Float32Array, labels: Int32Array, classes: number): LinearMap[] {
  const rows = labels.length;
  const width = features.length / rows;
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from(labels, (_y, i) => features[i * width + j]),
  );
  const centres = columns.map(mean);
  const scales = columns.map((column) => standardDeviation(column, 0) || 1);
  const standard = columns.map((column, j) => column.map((value) => (value - centres[j]) / scales[j]));
  const fits = logisticPath({ columns: standard, labels, classes }, penalties);
  return fits.map((fit) => rawMap(fit, { width, classes, centres, scales }));
}

/** A regression on standardised columns as a map of the columns themselves. */
function rawMap(
  { intercepts, slopes }: LogisticFit,
  about: {
    readonly width: number;
    readonly classes: number;
    readonly centres: readonly number[];
    readonly scales: readonly number[];
  },
): LinearMap {
  const { width, classes, centres, scales } = about;
  const weights = new Float64Array(width * classes);
  const intercept = intercepts.slice();
  slopes.forEach((own, y) => {
    own.forEach((slope, j) => {
      weights[j * classes + y] = slope / scales[j];
      intercept[y] -= (slope * centres[j]) / scales[j];
    });
  });
  return { weights, intercept };
}

/** What of each row every predictor says: per modality two, of all together those and two more; as `PooledEvidence`. */
export interface ClassEvidence {
  readonly byModality: readonly (readonly Float64Array[])[];
  readonly joint: readonly Float64Array[];
}

/**
 * Evidence of readouts and network for the classes of rows.
 * @param logitsOf contrasts of logits [rows, classes - 1] -> logits [rows, classes]
 */
export function classEvidence(
  readouts: ClassReadouts,
  table: ClassLatents,
  shape: LatentShape,
  logitsOf: (outputs: Float32Array) => Float64Array,
): ClassEvidence {
  const { rows } = table;
  const { shares } = readouts;
  const less = (logits: Float64Array) => evidenceOf(logits, shares);
  const byModality = readouts.byModality.map((map, m) => [
    less(applyLinearMap(map, latentBlock(table, shape, m), rows)),
    less(logitsOf(table.outputsAlone[m])),
  ]);
  const joint = less(applyLinearMap(readouts.joint, jointFeatures(table, shape), rows));
  return { byModality, joint: [...byModality.flat(), joint, less(logitsOf(table.outputs))] };
}

/** log softmax(logits) less the log of the shares, [rows, classes]. */
function evidenceOf(logits: Float64Array, shares: readonly number[]): Float64Array {
  const classes = shares.length;
  const out = new Float64Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    const own = logits.subarray(from, from + classes);
    const most = Math.max(...own);
    const sum = own.reduce((all, v) => all + Math.exp(v - most), 0);
    for (let y = 0; y < classes; y++) out[from + y] = own[y] - most - Math.log(sum) - Math.log(shares[y]);
  }
  return out;
}
