import { Matrix } from "ml-matrix";
import { InputError } from "../../errors.js";
import {
  addDiagonal,
  backwardSolve,
  choleskyFactor,
  combine,
  forwardSolve,
  identity,
  multiply,
  transpose,
  tryCholesky,
  unwhiten,
  whiten,
} from "../../math/dense.js";
import { symmetricEigen } from "../../math/linalg.js";
import { NEGATIVE_VARIANCE } from "../covariance/covariance.js";
import { singleSet } from "../multi/modality-sets.js";
import type { PosteriorSystem } from "./system.js";

/** Below this share of the prior variance a direction of the target counts as known exactly. */
const SATURATION = 1e-11;
/** Eigenvalues of a whitened posterior up to this are rounding. */
const ROUNDING = 1e-13;
/** Variance of the independent noise added to the standardised target so that its information stays finite. */
export const NOISE = 1e-12;

/**
 * Whether some posterior leaves less than 1e-11 of the variance in some direction: its information is then unbounded.
 * @throws InputError when a posterior has a negative variance beyond rounding
 */
export function isSaturated(system: PosteriorSystem): boolean {
  const { n, target, posteriors } = system;
  const ly = choleskyFactor(target, n, "target covariance");
  let saturated = false;
  for (const posterior of posteriors.values()) {
    if (clearlyRegular(ly, posterior, n)) continue;
    const smallest = symmetricEigen(Matrix.from1DArray(n, n, whiten(ly, posterior, n))).values[0];
    if (smallest < -NEGATIVE_VARIANCE) {
      throw new InputError(
        `covariance is not positive semidefinite: given sources, some direction of the target has ` +
          `${smallest.toPrecision(4)} times its variance left (smallest eigenvalue), which must be at least 0. ` +
          "Compute it from complete rows, all entries from the same rows",
      );
    }
    if (smallest < SATURATION) saturated = true;
  }
  return saturated;
}

/** Cheap sufficient test: the smallest eigenvalue of S^-1 E is at least 1 / ||L_E^-1 L_S||_F^2. */
function clearlyRegular(ly: Float64Array, posterior: Float64Array, n: number): boolean {
  const l = tryCholesky(posterior, n);
  if (typeof l === "number") return false;
  const inverse = forwardSolve(l, n, ly);
  let norm = 0;
  for (const v of inverse) norm += v * v;
  return norm * SATURATION < 1;
}

/**
 * The system, or where it is saturated the one with a trace of target noise, in the same coordinates.
 * For pointwise values; the averages use `addTargetNoise`, which loses fewer digits.
 */
export function regularised(system: PosteriorSystem): PosteriorSystem {
  if (!isSaturated(system)) return system;
  const { system: noisy, frame } = addTargetNoise(system, NOISE);
  const back = (e: Float64Array) => unwhiten(frame, e, system.n);
  const posteriors = new Map([...noisy.posteriors].map(([set, e]) => [set, back(e)]));
  return { ...system, target: back(noisy.target), posteriors };
}

/** A system with noise on its target, in coordinates of its own. */
export interface NoisySystem {
  readonly system: PosteriorSystem;
  /** target = frame * own coordinates, flat [n * n] */
  readonly frame: Float64Array;
  /** A direction of the target (a linear form) from one in own coordinates: weights = directions * own weights. */
  readonly directions: Float64Array;
}

/**
 * The system with independent noise of variance `noise` added to the whitened target. All orderings of the posteriors
 * stay, so every atom stays finite and non-negative. The coordinates are whitened and turned so that the directions known
 * best by single modalities come first: matrices graded this way keep their small entries through Cholesky factors.
 */
export function addTargetNoise(system: PosteriorSystem, noise: number): NoisySystem {
  const { n } = system;
  const ly = choleskyFactor(system.target, n, "target covariance");
  const spectra = [...system.posteriors].map(([set, e]) => ({ set, ...spectrum(whiten(ly, e, n), n, noise) }));
  const singles = new Set(Array.from({ length: system.modalities }, (_, k) => singleSet(k)));
  const known = spectra
    .filter((s) => singles.has(s.set))
    .map((s) =>
      compose(
        s.vectors,
        s.values.map((v) => -1 / v),
        n,
      ),
    );
  const turn = spectrum(
    combine(
      known,
      known.map(() => 1),
    ),
    n,
    Number.NEGATIVE_INFINITY,
  ).vectors;
  const back = transpose(turn, n);
  const posteriors = new Map(
    spectra.map(({ set, vectors, values }) => [set, compose(multiply(back, vectors, n), values, n)]),
  );
  const target = addDiagonal(identity(n), n, noise);
  const directions = backwardSolve(ly, n, turn);
  return { system: { ...system, target, posteriors }, frame: multiply(ly, turn, n), directions };
}

/**
 * Eigenvectors (columns) and eigenvalues, ascending, those at rounding level set to 0 (their noise would differ from one
 * posterior to the next), then raised by `noise`; -Infinity leaves them alone.
 */
function spectrum(a: Float64Array, n: number, noise: number): { vectors: Float64Array; values: Float64Array } {
  const { values, vectors } = symmetricEigen(Matrix.from1DArray(n, n, a));
  const raised = noise === Number.NEGATIVE_INFINITY ? values : values.map((v) => (v > ROUNDING ? v : 0) + noise);
  return { vectors: Float64Array.from(vectors.to1DArray()), values: raised };
}

/** V diag(values) V' */
function compose(vectors: Float64Array, values: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n * n);
  for (let i = 0; i < n; i++) diagonal[i * (n + 1)] = values[i];
  return unwhiten(vectors, diagonal, n);
}

/** A system as it can be computed with: finite everywhere, and what grew without bound marked. */
export interface SaturationView {
  readonly saturated: boolean;
  /** The system, or the one with a trace of noise. */
  readonly near: PosteriorSystem;
  /** Directions of the target from directions in the coordinates of `near`; null when these are the same. */
  readonly directions: Float64Array | null;
  /** Computes something of numbers; those without bound come out as Infinity. */
  evaluate<T>(compute: (system: PosteriorSystem) => T): T;
}

/** How to compute with a system that may be saturated. @throws InputError as `isSaturated` */
export function viewSaturation(system: PosteriorSystem): SaturationView {
  if (!isSaturated(system))
    return { saturated: false, near: system, directions: null, evaluate: (compute) => compute(system) };
  const { system: near, directions } = addTargetNoise(system, NOISE);
  const far = addTargetNoise(system, 4 * NOISE).system;
  return { saturated: true, near, directions, evaluate: (compute) => markInfinite(compute(near), compute(far)) };
}

/**
 * Marks the numbers that grow without bound as the noise goes to 0: a value that rises by half a bit or more when the
 * noise falls to a quarter has at least one unbounded direction (each adds one bit).
 * @param small values at noise `NOISE`
 * @param large the same values at noise 4 `NOISE`
 */
export function markInfinite<T>(small: T, large: T): T {
  if (typeof small === "number") {
    const rise = small - (large as number);
    if (Math.abs(rise) < 0.5) return small;
    return (rise > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY) as T;
  }
  if (Array.isArray(small)) return small.map((v, i) => markInfinite(v, (large as unknown[])[i])) as T;
  if (small !== null && typeof small === "object") {
    const other = large as Record<string, unknown>;
    return Object.fromEntries(Object.entries(small).map(([key, v]) => [key, markInfinite(v, other[key])])) as T;
  }
  return small;
}
