import { InputError } from "../../errors.js";
import { inverseOfFactor, tryCholesky } from "../../math/dense.js";
import type { StandardCovariance } from "../covariance/covariance.js";
import { independentTargets, PivotedCholesky } from "../covariance/elimination.js";
import { emptySet, fullSet, type ModalitySet, members, singleSet, singleSets } from "../multi/modality-sets.js";

/**
 * All that a Gaussian decomposition depends on: the covariance of the target before and after knowing each set of
 * modalities (a modality reduces to its prediction of the target).
 */
export interface PosteriorSystem {
  /** Number of target columns. */
  readonly n: number;
  readonly modalities: number;
  /** Cov(Y), flat [n * n]. */
  readonly target: Float64Array;
  /** Cov(Y | set) by modality set; singles and the full set always, others as needed. */
  readonly posteriors: ReadonlyMap<ModalitySet, Float64Array>;
}

/** The posterior given a set. @throws Error when it was not computed: a mistake of the caller */
export function posteriorOf(system: PosteriorSystem, set: ModalitySet): Float64Array {
  const found = system.posteriors.get(set);
  if (found === undefined) throw new Error(`posterior of modality set ${set} was not computed`);
  return found;
}

/** A posterior system with its origin in a covariance matrix. */
export interface CovarianceSystem extends PosteriorSystem {
  /** Retained target columns. */
  readonly retained: readonly number[];
  /** Rank of each modality alone and of all together. */
  readonly ranks: readonly number[];
  readonly totalRank: number;
  /** See `conditionBits`. */
  readonly condBits: number;
}

/**
 * Eliminates the sources from a covariance in as few passes as cover the wanted sets: each pass yields the posteriors
 * of all its prefixes.
 * @param wanted sets beyond the singles and the full one
 * @throws InputError when the target does not vary or the matrix is not positive semidefinite
 */
export function eliminateSources(system: StandardCovariance, wanted: readonly ModalitySet[] = []): CovarianceSystem {
  const retained = independentTargets(system);
  if (retained.length === 0) {
    throw new InputError("target: every target column has variance 0, so there is nothing to know about it");
  }
  const m = system.sources.length;
  const full = fullSet(m);
  const posteriors = new Map<ModalitySet, Float64Array>();
  const ranks: number[] = new Array(m).fill(0);
  let totalRank = 0;
  let condBits = 0;
  const sets = new Set([full, ...wanted, ...singleSets(m)]);
  for (const set of sets) {
    if (posteriors.has(set)) continue;
    const chain = members(set, m).sort((a, b) => seen(posteriors, a) - seen(posteriors, b) || a - b);
    const pass = new PivotedCholesky(
      system,
      retained,
      chain.map((k) => [system.starts[k], system.starts[k] + system.sources[k].size]),
    );
    let prefix = emptySet;
    for (const [g, k] of chain.entries()) {
      prefix += singleSet(k);
      const { covariance, rank } = pass.eliminate(g);
      if (posteriors.has(prefix) || !sets.has(prefix)) continue;
      posteriors.set(prefix, covariance);
      if (g === 0) ranks[k] = rank;
      if (prefix === full) totalRank = rank;
      if (g > 0 && prefix !== full) continue;
      condBits = Math.max(condBits, conditionBits(covariance, retained.length, pass.coefficients()));
    }
  }
  return {
    n: retained.length,
    modalities: m,
    target: subMatrix(system, retained),
    posteriors,
    retained,
    ranks,
    totalRank,
    condBits,
  };
}

function seen(posteriors: ReadonlyMap<ModalitySet, Float64Array>, k: number): number {
  return posteriors.has(singleSet(k)) ? 1 : 0;
}

function subMatrix({ r, n }: StandardCovariance, columns: readonly number[]): Float64Array {
  const m = columns.length;
  const out = new Float64Array(m * m);
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) out[a * m + b] = r[columns[a] * n + columns[b]];
  return out;
}

const EPSILON = 1.1e-16;

/**
 * First-order bound on the change of 1/2 log2 det E by rounding the covariance it comes from, bits:
 *   eps / (2 ln 2) sum_jl |(E^-1)_jl| w_j w_l,  w_j = 1 + ||B_j||_1.
 * Infinity for a singular E.
 * @param posterior    E, flat [n * n]
 * @param coefficients B, regression coefficients of the target, [columns, n]; left out when E itself was given
 */
export function conditionBits(posterior: Float64Array, n: number, coefficients: ArrayLike<number> = []): number {
  const factor = tryCholesky(posterior, n);
  if (typeof factor === "number") return Number.POSITIVE_INFINITY;
  const precision = inverseOfFactor(factor, n);
  const w = new Float64Array(n).fill(1);
  for (let i = 0; i < coefficients.length; i++) w[i % n] += Math.abs(coefficients[i]);
  let sum = 0;
  for (let j = 0; j < n; j++) for (let l = 0; l < n; l++) sum += Math.abs(precision[j * n + l]) * w[j] * w[l];
  return (EPSILON / (2 * Math.LN2)) * sum;
}
