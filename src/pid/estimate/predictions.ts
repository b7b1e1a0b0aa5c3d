import type { StandardCovariance } from "../covariance/covariance.js";
import { PivotedCholesky } from "../covariance/elimination.js";
import { emptySet, type ModalitySet, members } from "../multi/modality-sets.js";

/** Least-squares prediction of the standardised target from the columns of a set of modalities. */
export interface SetPrediction {
  /** Columns used: as many as are independent. */
  readonly pivots: readonly number[];
  /** Weights of the standardised columns, flat [pivots, target columns]. */
  readonly coefficients: Float64Array;
}

/** Predictions by modality set; the empty one predicts the mean. */
export type Predictions = ReadonlyMap<ModalitySet, SetPrediction>;

/**
 * Least-squares predictions of the retained target columns from each set.
 * @param retained target columns kept, as `eliminateSources` reports
 */
export function setPredictions(
  standard: StandardCovariance,
  retained: readonly number[],
  sets: Iterable<ModalitySet>,
): Predictions {
  const out = new Map<ModalitySet, SetPrediction>([[emptySet, { pivots: [], coefficients: new Float64Array(0) }]]);
  for (const set of sets) {
    if (out.has(set)) continue;
    const groups = members(set, standard.sources.length).map(
      (k) => [standard.starts[k], standard.starts[k] + standard.sources[k].size] as const,
    );
    const pass = new PivotedCholesky(standard, retained, groups);
    groups.forEach((_, g) => void pass.eliminate(g));
    out.set(set, { pivots: [...pass.pivots], coefficients: pass.coefficients() });
  }
  return out;
}

/**
 * Residuals of standardised target columns, flat [rows, target columns].
 * @param columns all columns in the order of the covariance, each [rows]
 * @param means   [columns]
 */
export function residualRows(
  standard: StandardCovariance,
  retained: readonly number[],
  { pivots, coefficients }: SetPrediction,
  columns: readonly Float64Array[],
  means: Float64Array,
): Float64Array {
  const n = retained.length;
  const rows = columns[0].length;
  const out = new Float64Array(rows * n);
  retained.forEach((y, j) => {
    const scale = 1 / standard.scale[y];
    for (let r = 0; r < rows; r++) out[r * n + j] = (columns[y][r] - means[y]) * scale;
  });
  pivots.forEach((x, p) => {
    const column = columns[x];
    for (let j = 0; j < n; j++) {
      const weight = coefficients[p * n + j] / standard.scale[x];
      for (let r = 0; r < rows; r++) out[r * n + j] -= weight * (column[r] - means[x]);
    }
  });
  return out;
}

/**
 * Covariance of the residuals of two sets, flat [n, n]: Cov(y - B_a x_a, y - B_b x_b) by the correlations.
 *   S - B_a R_aY - R_Yb B_b' + B_a R_ab B_b'
 */
export function residualCovariance(
  standard: StandardCovariance,
  retained: readonly number[],
  a: SetPrediction,
  b: SetPrediction,
): Float64Array {
  const n = retained.length;
  const { r, n: width } = standard;
  const out = new Float64Array(n * n);
  // columns of the residual as a combination of all variables: +1 on the target column, minus the coefficients
  const weights = (prediction: SetPrediction, j: number): [number, number][] => [
    [retained[j], 1],
    ...prediction.pivots.map((x, p): [number, number] => [x, -prediction.coefficients[p * n + j]]),
  ];
  const right = retained.map((_, j) => weights(b, j));
  for (let i = 0; i < n; i++) {
    const left = weights(a, i);
    const product = new Float64Array(width); // row of left' R
    for (const [x, w] of left) for (let c = 0; c < width; c++) product[c] += w * r[x * width + c];
    for (let j = 0; j < n; j++) out[i * n + j] = right[j].reduce((sum, [x, w]) => sum + w * product[x], 0);
  }
  return out;
}
