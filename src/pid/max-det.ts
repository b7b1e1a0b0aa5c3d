import { RunError } from "../errors.js";
import {
  addDiagonal,
  backwardSolve,
  choleskyFactor,
  combine,
  forwardSolve,
  identity,
  invertSpd,
  logDetOfFactor,
  traceProduct,
  transpose,
  tryCholesky,
  unwhiten,
  whiten,
} from "../math/dense.js";

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
 * Maximises log det E subject to E <= E_k (Loewner order) for all k: a barrier method with damped Newton steps,
 * t log det E + sum_k log det(E_k - E) for growing t. Its multipliers give the dual bound -log det sum_k L_k.
 * The gap reaches about 1e-9; n (n + 1) / 2 unknowns, so the cost grows with the sixth power of n.
 * @param constraints positive definite, flat [n * n] each
 * @throws RunError when a constraint is not positive definite or the gap stays above 1e-6 nats
 */
export function maximiseLogDet(constraints: readonly Float64Array[], n: number): MaxDetSolution {
  const inverses = constraints.map((e) => invertSpd(e, n, "posterior covariance"));
  const ones = constraints.map(() => 1);
  // in the coordinates of (sum_k E_k^-1)^-1 every constraint is above the identity, so I / 2 is strictly feasible
  const frame = choleskyFactor(invertSpd(combine(inverses, ones), n, "sum of precisions"), n, "frame");
  const frameLogDet = logDetOfFactor(frame, n);
  const scaled = constraints.map((e) => whiten(frame, e, n));
  let point = addDiagonal(new Float64Array(n * n), n, 0.5);
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
  const back = (lambda: Float64Array) => {
    const half = transpose(backwardSolve(frame, n, lambda), n);
    return backwardSolve(frame, n, half);
  };
  return {
    matrix: unwhiten(frame, best.matrix, n),
    logDet: frameLogDet + (bound.dual + best.primal) / 2,
    gap: Math.max(0, gap),
    multipliers: bound.multipliers.map(back),
  };
}

/** -log det sum_k L_k with L_k proportional to (E_k - E)^-1, scaled so that sum_k tr(L_k E_k) = n. */
function dualBound(point: Float64Array, constraints: readonly Float64Array[], n: number) {
  const slacks = constraints.map((e) => invertSpd(combine([e, point], [1, -1]), n, "slack"));
  const c = n / slacks.reduce((sum, w, k) => sum + traceProduct(w, constraints[k]), 0);
  const multipliers = slacks.map((w) => w.map((v) => v * c));
  const total = combine(
    multipliers,
    multipliers.map(() => 1),
  );
  return { dual: -logDetOfFactor(choleskyFactor(total, n, "sum of multipliers"), n), multipliers };
}

/** Newton's method for the barrier function at t; the result is strictly feasible. */
function centre(start: Float64Array, constraints: readonly Float64Array[], t: number, n: number): Float64Array {
  let point = start;
  let value = barrier(point, constraints, t, n);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { direction, decrement } = newton(point, constraints, t, n);
    if (!(decrement > 1e-4)) return point;
    let length = decrement < 0.25 ? 1 : 1 / (1 + decrement);
    let next = combine([point, direction], [1, length]);
    let nextValue = barrier(next, constraints, t, n);
    for (let longer = length * 2; decrement >= 0.25 && longer <= 1; longer *= 2) {
      const trial = combine([point, direction], [1, longer]);
      const trialValue = barrier(trial, constraints, t, n);
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

function barrier(point: Float64Array, constraints: readonly Float64Array[], t: number, n: number): number {
  const l = tryCholesky(point, n);
  if (typeof l === "number") return Number.NEGATIVE_INFINITY;
  let value = t * logDetOfFactor(l, n);
  for (const e of constraints) {
    const slack = tryCholesky(combine([e, point], [1, -1]), n);
    if (typeof slack === "number") return Number.NEGATIVE_INFINITY;
    value += logDetOfFactor(slack, n);
  }
  return value;
}

/** Newton direction: solves t E^-1 D E^-1 + sum_k W_k D W_k = t E^-1 - sum_k W_k in the basis of symmetric matrices. */
function newton(point: Float64Array, constraints: readonly Float64Array[], t: number, n: number) {
  const inverse = invertSpd(point, n, "ellipsoid");
  const slacks = constraints.map((e) => invertSpd(combine([e, point], [1, -1]), n, "slack"));
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
