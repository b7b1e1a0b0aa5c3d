import { RunError } from "../../errors.js";
import {
  addDiagonal,
  backwardSolve,
  choleskyFactor,
  combine,
  forwardSolve,
  identity,
  inverseOfFactor,
  invertSpd,
  logDetOfFactor,
  multiply,
  symmetric,
  transpose,
  tryCholesky,
  unwhiten,
  whiten,
} from "../../math/dense.js";

/** The largest ellipsoid inside others, with the proof of how large it can be at most. */
export interface MaxDetSolution {
  /** The best feasible matrix E*. */
  readonly matrix: Float64Array;
  /** Middle of the primal and dual bounds on log det E*, nats; off by at most gap / 2. */
  readonly logDet: number;
  /** Dual bound minus primal value, nats, >= 0 up to rounding. */
  readonly gap: number;
  /** Multipliers L_k >= 0 with sum_k tr(L_k E_k) = n; (sum_k L_k)^-1 = E* at the optimum. */
  readonly multipliers: readonly Float64Array[];
}

const GAP_GOAL = 1e-10;
const GROWTH = 8;
const MAX_T = 1e13;
const MAX_STEPS = 100;

/**
 * Maximises log det E subject to E <= E_k (Loewner order) for all k, given the precisions P_k = E_k^-1: a barrier method
 * with damped Newton steps, t log det E + sum_k log det(E_k - E) for growing t. Its multipliers give the dual bound
 * -log det sum_k L_k. In the coordinates in which sum_k P_k = I every G_k (P_k there) is at most I, and with E = L L'
 *   log det(E_k - E) = log det E_k + log det T_k,  (E_k - E)^-1 = G_k + G_k L T_k^-1 L' G_k,  T_k = I - L' G_k L,
 * so nothing large is ever formed, however small a posterior covariance is in some direction.
 * The gap reaches about 1e-9; n (n + 1) / 2 unknowns, so the cost grows with the sixth power of n.
 * @param precisions positive definite, flat [n * n] each
 * @throws RunError when their sum is not positive definite or the gap stays above 1e-6 nats
 */
export function maximiseLogDet(precisions: readonly Float64Array[], n: number): MaxDetSolution {
  const ones = precisions.map(() => 1);
  const frame = choleskyFactor(combine(precisions, ones), n, "sum of precisions");
  const frameLogDet = logDetOfFactor(frame, n);
  const scaled = precisions.map((p) => whiten(frame, p, n));
  let point = addDiagonal(new Float64Array(n * n), n, 0.5); // every G_k <= I, so I / 2 is strictly feasible
  let best = { primal: Number.NEGATIVE_INFINITY, matrix: point };
  let bound = { dual: Number.POSITIVE_INFINITY, multipliers: ones.map(() => point) };
  for (let t = 1; t <= MAX_T && bound.dual - best.primal > GAP_GOAL; t *= GROWTH) {
    point = centre(point, scaled, t, n);
    const primal = logDetOfFactor(choleskyFactor(point, n, "ellipsoid"), n);
    if (primal > best.primal) best = { primal, matrix: point };
    const candidate = dualBound(point, scaled, n);
    if (candidate.dual < bound.dual) bound = candidate;
  }
  const gap = bound.dual - best.primal;
  if (!(gap < 1e-6))
    throw new RunError(`union information: the duality gap stayed at ${gap} nats, expected below 1e-6`);
  const half = transpose(backwardSolve(frame, n, best.matrix), n);
  return {
    matrix: symmetric(backwardSolve(frame, n, half), n),
    logDet: (bound.dual + best.primal) / 2 - frameLogDet,
    gap: Math.max(0, gap),
    multipliers: bound.multipliers.map((lambda) => unwhiten(frame, lambda, n)),
  };
}

/** T_k = I - L' G_k L. */
function slackOf(l: Float64Array, precision: Float64Array, n: number): Float64Array {
  const out = multiply(transpose(l, n), multiply(precision, l, n), n);
  for (let i = 0; i < n * n; i++) out[i] = (i % (n + 1) === 0 ? 1 : 0) - out[i];
  return out;
}

/** (E_k - E)^-1 from L and T_k^-1. */
function inverseSlack(l: Float64Array, slackInverse: Float64Array, precision: Float64Array, n: number): Float64Array {
  const gl = multiply(precision, l, n);
  return combine([precision, unwhiten(gl, slackInverse, n)], [1, 1]);
}

/** -log det sum_k L_k with L_k proportional to (E_k - E)^-1, scaled so that sum_k tr(L_k E_k) = n. */
function dualBound(point: Float64Array, precisions: readonly Float64Array[], n: number) {
  const l = choleskyFactor(point, n, "ellipsoid");
  const inverses = precisions.map((g) => invertSpd(slackOf(l, g, n), n, "slack"));
  // tr((E_k - E)^-1 E_k) = tr(T_k^-1)
  let trace = 0;
  for (const inverse of inverses) for (let i = 0; i < n; i++) trace += inverse[i * (n + 1)];
  const multipliers = inverses.map((inverse, k) =>
    inverseSlack(l, inverse, precisions[k], n).map((v) => (v * n) / trace),
  );
  const total = combine(
    multipliers,
    multipliers.map(() => 1),
  );
  return { dual: -logDetOfFactor(choleskyFactor(total, n, "sum of multipliers"), n), multipliers };
}

/** Newton's method for the barrier function at t; the result is strictly feasible. */
function centre(start: Float64Array, precisions: readonly Float64Array[], t: number, n: number): Float64Array {
  let point = start;
  let value = barrier(point, precisions, t, n);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { direction, decrement } = newton(point, precisions, t, n);
    if (!(decrement > 1e-4)) return point;
    let length = decrement < 0.25 ? 1 : 1 / (1 + decrement);
    let next = combine([point, direction], [1, length]);
    let nextValue = barrier(next, precisions, t, n);
    for (let longer = length * 2; decrement >= 0.25 && longer <= 1; longer *= 2) {
      const trial = combine([point, direction], [1, longer]);
      const trialValue = barrier(trial, precisions, t, n);
      if (!(trialValue > nextValue)) break;
      next = trial;
      nextValue = trialValue;
      length = longer;
    }
    // no progress within rounding: as central as float64 allows
    if (!(nextValue > value)) return Number.isFinite(nextValue) && nextValue >= value ? next : point;
    point = next;
    value = nextValue;
  }
  return point;
}

function barrier(point: Float64Array, precisions: readonly Float64Array[], t: number, n: number): number {
  const l = tryCholesky(point, n);
  if (typeof l === "number") return Number.NEGATIVE_INFINITY;
  let value = t * logDetOfFactor(l, n);
  for (const g of precisions) {
    const slack = tryCholesky(slackOf(l, g, n), n);
    if (typeof slack === "number") return Number.NEGATIVE_INFINITY;
    value += logDetOfFactor(slack, n);
  }
  return value;
}

/** Newton direction: solves t E^-1 D E^-1 + sum_k W_k D W_k = t E^-1 - sum_k W_k in the basis of symmetric matrices. */
function newton(point: Float64Array, precisions: readonly Float64Array[], t: number, n: number) {
  const factor = choleskyFactor(point, n, "ellipsoid");
  const inverse = inverseOfFactor(factor, n);
  const slacks = precisions.map((g) => inverseSlack(factor, invertSpd(slackOf(factor, g, n), n, "slack"), g, n));
  const gradient = combine([inverse, ...slacks], [t, ...slacks.map(() => -1)]);
  const p = (n * (n + 1)) / 2;
  const hessian = new Float64Array(p * p);
  addKronecker(hessian, inverse, n, t);
  for (const w of slacks) addKronecker(hessian, w, n, 1);
  const g = toVector(gradient, n);
  const l = choleskyFactor(hessian, p, "Hessian of the barrier");
  const x = backwardSolve(l, p, forwardSolve(l, p, g, 1), 1);
  let squared = 0;
  for (let i = 0; i < p; i++) squared += x[i] * g[i];
  return { direction: toMatrix(x, n), decrement: Math.sqrt(squared) };
}

/** Adds weight * tr(B_a W B_b W) for the orthonormal basis B of symmetric matrices (lower triangle of the Hessian). */
function addKronecker(hessian: Float64Array, w: Float64Array, n: number, weight: number): void {
  const p = (n * (n + 1)) / 2;
  let a = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++, a++) {
      let b = 0;
      for (let k = 0; k <= i; k++) {
        for (let l = 0; l <= k && b <= a; l++, b++) {
          const c = (i === j ? Math.SQRT1_2 : 1) * (k === l ? Math.SQRT1_2 : 1);
          hessian[a * p + b] += weight * c * (w[i * n + k] * w[j * n + l] + w[i * n + l] * w[j * n + k]);
        }
      }
    }
  }
}

function toVector(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array((n * (n + 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[at++] = a[i * n + j] * (i === j ? 1 : Math.SQRT2);
  return out;
}

function toMatrix(x: Float64Array, n: number): Float64Array {
  const out = identity(n);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = x[at++] * (i === j ? 1 : Math.SQRT1_2);
      out[i * n + j] = value;
      out[j * n + i] = value;
    }
  }
  return out;
}
