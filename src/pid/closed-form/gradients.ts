import { choleskyFactor, combine, identity, invertSpd, logDetOfFactor, multiply, transpose } from "../../math/dense.js";
import { solvePencil } from "../covariance/pencil.js";
import { type Envelope, innerEnvelopes, outerEnvelope } from "../multi/envelope.js";
import { emptySet, fullSet, type ModalitySet, singleSet } from "../multi/modality-sets.js";
import type { PidMeasure } from "../types.js";
import { flatLayout } from "./flat-values.js";
import { conditionallyIndependent } from "./idep.js";
import { type PosteriorSystem, posteriorOf } from "./system.js";

/**
 * Derivative of a number of the decomposition by the posterior covariances, bits: dθ = Σ_set tr(G_set dE_set), where
 * the empty set, knowing nothing, stands for the target's own covariance. Flat symmetric [n * n] each.
 *
 * It is also the influence function: with e_set the residual of a row, ψ = Σ_set (e' G_set e - tr(G_set E_set)) has mean
 * zero, the pointwise value of the row is θ + ψ, and the standard error of θ is sd(ψ) / sqrt(rows).
 */
export type Gradient = ReadonlyMap<ModalitySet, Float64Array>;

/** d(1/2 log2 det S) = C tr(S^-1 dS) */
const C = 1 / (2 * Math.LN2);

/**
 * Derivatives of every number, in the order of `flatLayout`. Where modalities tie the derivative is that of one side.
 * @param system with the singles, the full set and, for three or more modalities, the leave-one-out sets
 */
export function valueGradients(system: PosteriorSystem, measure: PidMeasure): Gradient[] {
  const { modalities: m, n } = system;
  const at = flatLayout(m);
  const singles = Array.from({ length: m }, (_, k) => singleSet(k));
  const posteriors = singles.map((set) => posteriorOf(system, set));
  const out: Gradient[] = new Array(at.length);
  const total = informationGradient(system, fullSet(m));
  out[at.total] = total;
  const single = singles.map((set) => informationGradient(system, set));
  const { all, without } = innerEnvelopes(posteriors, n);
  const union = measure === "idep" ? dependencyUnion(system, total) : envelopeGradient(system, singles, all);
  singles.forEach((set, k) => {
    out[at.single + k] = single[k];
    out[at.unique + k] = addGradients([union, envelopeGradient(system, singles, without[k])], [1, -1]);
    out[at.gain + k] = addGradients([total, informationGradient(system, fullSet(m) - set)], [1, -1]);
  });
  const uniques = singles.map((_, k) => out[at.unique + k]);
  // of two sources the rest of the union is the redundancy, under either measure
  const rest = addGradients([union, ...uniques], [1, ...uniques.map(() => -1)]);
  const redundancy = m === 2 ? rest : envelopeGradient(system, singles, outerEnvelope(posteriors, n));
  out[at.redundancy] = redundancy;
  out[at.partialRedundancy] = addGradients([rest, redundancy], [1, -1]);
  out[at.synergy] = addGradients([total, union], [1, -1]);
  out[at.union] = union;
  return out;
}

/** Derivative of I(Y; set). */
export function informationGradient(system: PosteriorSystem, set: ModalitySet): Gradient {
  const { n, target } = system;
  return new Map([
    [emptySet, scaled(invertSpd(target, n, "target covariance"), C)],
    [set, scaled(invertSpd(posteriorOf(system, set), n, "posterior covariance"), -C)],
  ]);
}

/**
 * Derivatives of l_i = 1/2 log2 d_i, the advantage of modality a over b in each direction of the target, with the l_i.
 *   dl_i = C (p_i' dE_b p_i / d_i - p_i' dE_a p_i)
 */
export function directionGradients(system: PosteriorSystem, a: number, b: number) {
  const { n } = system;
  const la = choleskyFactor(posteriorOf(system, singleSet(a)), n, "posterior covariance");
  const lb = choleskyFactor(posteriorOf(system, singleSet(b)), n, "posterior covariance");
  const pencil = solvePencil(la, lb, n);
  return pencil.directions().map((p, i) => {
    const square = Float64Array.from({ length: n * n }, (_, at) => p[Math.floor(at / n)] * p[at % n]);
    const gradient: Gradient = new Map([
      [singleSet(a), scaled(square, -C)],
      [singleSet(b), scaled(square, C / pencil.sigma[i] ** 2)],
    ]);
    return { bits: Math.log2(pencil.sigma[i]), gradient };
  });
}

/** Weighted sum of derivatives. */
export function addGradients(gradients: readonly Gradient[], weights: readonly number[]): Gradient {
  const sum = new Map<ModalitySet, Float64Array>();
  gradients.forEach((gradient, g) => {
    for (const [set, matrix] of gradient) {
      const before = sum.get(set);
      sum.set(set, before ? combine([before, matrix], [1, weights[g]]) : scaled(matrix, weights[g]));
    }
  });
  return sum;
}

/** Of C (log det S_Y - log det(ellipsoid)). */
function envelopeGradient(system: PosteriorSystem, sets: readonly ModalitySet[], envelope: Envelope): Gradient {
  const gradient = new Map<ModalitySet, Float64Array>();
  gradient.set(emptySet, scaled(invertSpd(system.target, system.n, "target covariance"), C));
  sets.forEach((set, k) => {
    const multiplier = envelope.multipliers[k];
    if (multiplier.some((v) => v !== 0)) gradient.set(set, scaled(multiplier, -C));
  });
  return gradient;
}

/**
 * Of min(I7, I12), I7 = C (log det S_Y - log det E7), E7^-1 = E1^-1 + E2^-1 - S_Y^-1:
 *   dI7 = C (tr(S^-1 dS) + tr(S^-1 E7 S^-1 dS) - Σ_k tr(E_k^-1 E7 E_k^-1 dE_k))
 * In directions in which a source was taken to know nothing its posterior is the target's covariance, and moves with it.
 */
function dependencyUnion(system: PosteriorSystem, total: Gradient): Gradient {
  const { n, target } = system;
  const sets = [singleSet(0), singleSet(1)];
  const { posterior: e7, sources } = conditionallyIndependent(
    n,
    target,
    posteriorOf(system, sets[0]),
    posteriorOf(system, sets[1]),
  );
  const precision = invertSpd(target, n, "target covariance");
  const logDet = (e: Float64Array) => logDetOfFactor(choleskyFactor(e, n, "posterior covariance"), n);
  if (logDet(e7) <= logDet(posteriorOf(system, fullSet(2)))) return total;
  const around = (p: Float64Array) => multiply(multiply(p, e7, n), p, n);
  let own = combine([precision, around(precision)], [C, C]);
  const gradient = new Map<ModalitySet, Float64Array>();
  sources.forEach(({ matrix, kept }, k) => {
    const full = scaled(around(invertSpd(matrix, n, "posterior covariance")), -C);
    const seen = (p: Float64Array) => multiply(multiply(transpose(p, n), full, n), p, n);
    gradient.set(sets[k], kept === null ? full : seen(kept));
    if (kept !== null) own = combine([own, seen(combine([identity(n), kept], [1, -1]))], [1, 1]);
  });
  gradient.set(emptySet, own);
  return gradient;
}

function scaled(matrix: Float64Array, factor: number): Float64Array {
  return matrix.map((v) => v * factor);
}
