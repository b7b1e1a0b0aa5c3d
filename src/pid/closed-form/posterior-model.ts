import { Matrix } from "ml-matrix";
import { InputError } from "../../errors.js";
import { type CovarianceInput, refuseMany } from "../covariance/covariance.js";
import { rankTolerance } from "../covariance/elimination.js";
import { fullSet, type ModalitySet, singleSet } from "../multi/modality-sets.js";
import type { PosteriorSystem } from "./system.js";

/**
 * The covariance of the target before and after each prediction: all that a Gaussian decomposition depends on.
 * Each matrix [dm, dm] in the units of the target.
 */
export interface PosteriorModel {
  /** Cov(Y) */
  readonly targetCovariance: CovarianceInput;
  /** Cov(Y - prediction from this modality), by modality. */
  readonly posteriors: readonly { readonly name: string; readonly cov: CovarianceInput }[];
  /** Cov(Y - prediction from all modalities together). */
  readonly joint: CovarianceInput;
  /** Cov(Y - prediction from all but modality k), for three or more modalities; needed for strict unique information. */
  readonly leaveOneOut?: readonly CovarianceInput[];
  /** Means to subtract from rows before their local values are taken; default 0. */
  readonly means?: RowMeans;
}

/** Means of the target and of each kind of residual over the rows a model was fitted on, [dm] each. */
export interface RowMeans {
  readonly target: readonly number[];
  readonly posteriors: readonly (readonly number[])[];
  readonly joint: readonly number[];
}

/** A posterior system with the way back to the columns of the target. */
export interface ScaledSystem {
  readonly system: PosteriorSystem;
  readonly targets: number;
  /** Retained target columns. */
  readonly retained: readonly number[];
  /** Standard deviation of every target column. */
  readonly scale: readonly number[];
}

/**
 * Checks a posterior model, scales the target to unit variances and drops target columns that depend on others.
 * @throws InputError naming the matrix that is wrong
 */
export function scalePosteriors(model: PosteriorModel): ScaledSystem {
  const { posteriors, leaveOneOut } = model;
  const m = posteriors.length;
  if (m < 1) throw new InputError("posteriors: at least one modality is needed, got none");
  refuseMany(m);
  if (new Set(posteriors.map((p) => p.name)).size < m) throw new InputError("posteriors: modality names must differ");
  if (leaveOneOut && leaveOneOut.length !== m) {
    throw new InputError(`leaveOneOut: one matrix per modality (${m}) is expected, got ${leaveOneOut.length}`);
  }
  const dm = orderOf(model.targetCovariance);
  const target = symmetricMatrix(model.targetCovariance, dm, "target covariance");
  const scale = Array.from({ length: dm }, (_, i) => Math.sqrt(target[i * dm + i]));
  const retained = independentColumns(target, scale, dm);
  const n = retained.length;
  if (n === 0) throw new InputError("target covariance: every target has variance 0, so there is nothing to know");
  const reduce = (a: Float64Array) => {
    const out = new Float64Array(n * n);
    for (const [i, p] of retained.entries()) {
      for (const [j, q] of retained.entries()) out[i * n + j] = a[p * dm + q] / scale[p] / scale[q];
    }
    return out;
  };
  const read = (cov: CovarianceInput, name: string) => reduce(symmetricMatrix(cov, dm, name));
  const sets = new Map<ModalitySet, Float64Array>();
  // Of a single modality the joint one, set last, is what counts.
  for (const [k, p] of posteriors.entries()) sets.set(singleSet(k), read(p.cov, `posterior covariance of "${p.name}"`));
  sets.set(fullSet(m), read(model.joint, "posterior covariance given all modalities"));
  if (m > 2) {
    for (const [k, cov] of (leaveOneOut ?? []).entries()) {
      sets.set(fullSet(m) - singleSet(k), read(cov, `posterior covariance without "${posteriors[k].name}"`));
    }
  }
  return { system: { n, modalities: m, target: reduce(target), posteriors: sets }, targets: dm, retained, scale };
}

function orderOf(cov: CovarianceInput): number {
  if (cov instanceof Float64Array) return Math.round(Math.sqrt(cov.length));
  return Matrix.isMatrix(cov) ? (cov as Matrix).rows : (cov as ArrayLike<unknown>).length;
}

/** A flat, exactly symmetric copy. */
function symmetricMatrix(cov: CovarianceInput, n: number, name: string): Float64Array {
  const rows = cov instanceof Float64Array || !Matrix.isMatrix(cov) ? cov : (cov as Matrix).to2DArray();
  const out = new Float64Array(n * n);
  const at = (i: number, j: number): unknown => {
    if (rows instanceof Float64Array) return rows[i * n + j];
    return (rows as ArrayLike<ArrayLike<number>>)[i]?.[j];
  };
  const size = rows instanceof Float64Array ? Math.sqrt(rows.length) : (rows as ArrayLike<unknown>).length;
  if (size !== n || n === 0)
    throw new InputError(`${name}: expected ${n} x ${n} (the target columns), got order ${size}`);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = at(i, j);
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw new InputError(`${name}: the entry at row ${i}, column ${j} is ${value}; expected a finite number`);
      }
      out[i * n + j] = value;
    }
  }
  for (let i = 0; i < n; i++) {
    if (out[i * n + i] < 0) throw new InputError(`${name}: the variance at row ${i} is ${out[i * n + i]}, below 0`);
    for (let j = 0; j < i; j++) {
      const bound = 1e-8 * Math.sqrt(out[i * n + i] * out[j * n + j]);
      if (Math.abs(out[i * n + j] - out[j * n + i]) > bound + Number.MIN_VALUE) {
        throw new InputError(`${name} is not symmetric: rows ${i} and ${j} differ`);
      }
      const value = (out[i * n + j] + out[j * n + i]) / 2;
      out[i * n + j] = value;
      out[j * n + i] = value;
    }
  }
  return out;
}

/** Greedy pivoted Cholesky on the correlations: the columns that are not combinations of the others, ascending. */
function independentColumns(a: Float64Array, scale: readonly number[], n: number): number[] {
  const left = Float64Array.from({ length: n * n }, (_, at) => {
    const s = scale[Math.floor(at / n)] * scale[at % n];
    return s > 0 ? a[at] / s : 0;
  });
  const kept: number[] = [];
  for (;;) {
    let best = 0;
    for (let i = 1; i < n; i++) if (left[i * n + i] > left[best * n + best]) best = i;
    const pivot = left[best * n + best];
    if (pivot <= rankTolerance(n)) return kept.sort((x, y) => x - y);
    kept.push(best);
    const row = left.slice(best * n, best * n + n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) left[i * n + j] -= (row[i] * row[j]) / pivot;
    left[best * n + best] = 0;
  }
}
