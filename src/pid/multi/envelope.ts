import { choleskyFactor, combine, inverseOfFactor, logDetOfFactor, multiply } from "../../math/dense.js";
import { solvePencil } from "../covariance/pencil.js";
import { maximiseLogDet } from "./max-det.js";

/**
 * The ellipsoid of largest volume inside all posterior covariances (inner) or of smallest volume around them (outer).
 * Union information is 1/2 log2 det S_Y - 1/2 log2 det(inner), intersection information the same with the outer one.
 */
export interface Envelope {
  /** log det of the ellipsoid, nats. */
  readonly logDet: number;
  /** Multipliers per posterior: d logDet = sum_k tr(L_k dE_k); sum_k tr(L_k E_k) = n. Zero where not active. */
  readonly multipliers: readonly Float64Array[];
  /** Bound on the error of logDet, nats; 0 where the closed form applies. */
  readonly gap: number;
}

/** Largest E with E <= E_k for all k. Closed form for one direction or two undominated posteriors, else a solver. */
export function innerEnvelope(posteriors: readonly Float64Array[], n: number): Envelope {
  return envelope(posteriors, n, false);
}

/** The inner envelope of all posteriors, and those of all but each. */
export interface InnerEnvelopes {
  readonly all: Envelope;
  /** By the posterior left out, whose multiplier is 0. */
  readonly without: readonly Envelope[];
}

/** Inner envelopes of at least two posteriors and of all but each: leaving out one that another implies changes nothing. */
export function innerEnvelopes(posteriors: readonly Float64Array[], n: number): InnerEnvelopes {
  const factors = posteriors.map((e) => choleskyFactor(e, n, "posterior covariance"));
  const active = undominated(factors, n, false);
  const all = ofActive(posteriors, factors, active, n, false);
  const impliedBy = factors.map((own) => active.filter((j) => implies(factors[j], own, n, false)));
  const without = posteriors.map((_, k) => {
    if (!active.includes(k)) return all;
    const freed = [...factors.keys()].filter((i) => !active.includes(i) && impliedBy[i].every((j) => j === k));
    const open = undominated(
      freed.map((i) => factors[i]),
      n,
      false,
    ).map((f) => freed[f]);
    const rest = [...active.filter((j) => j !== k), ...open].sort((i, j) => i - j);
    return ofActive(posteriors, factors, rest, n, false);
  });
  return { all, without };
}

/** Smallest E with E >= E_k for all k. */
export function outerEnvelope(posteriors: readonly Float64Array[], n: number): Envelope {
  return envelope(posteriors, n, true);
}

/** Relative slack within which one posterior counts as dominating another. */
const DOMINANCE = 1e-12;

function envelope(posteriors: readonly Float64Array[], n: number, outer: boolean): Envelope {
  const factors = posteriors.map((e) => choleskyFactor(e, n, "posterior covariance"));
  return ofActive(posteriors, factors, undominated(factors, n, outer), n, outer);
}

/** The envelope of the posteriors in `active`; the others have the multiplier 0. */
function ofActive(
  posteriors: readonly Float64Array[],
  factors: readonly Float64Array[],
  active: readonly number[],
  n: number,
  outer: boolean,
): Envelope {
  const found = solveActive(
    active.map((k) => posteriors[k]),
    active.map((k) => factors[k]),
    n,
    outer,
  );
  const multipliers = posteriors.map(() => new Float64Array(n * n));
  for (const [a, k] of active.entries()) multipliers[k] = found.multipliers[a] as Float64Array<ArrayBuffer>;
  return { ...found, multipliers };
}

/** Indices whose constraint is not implied by another one's; of equal ones the first stays. */
function undominated(factors: readonly Float64Array[], n: number, outer: boolean): number[] {
  let kept: number[] = [];
  for (let k = 0; k < factors.length; k++) {
    if (kept.some((j) => implies(factors[j], factors[k], n, outer))) continue;
    kept = kept.filter((j) => !implies(factors[k], factors[j], n, outer));
    kept.push(k);
  }
  return kept;
}

/** Whether constraint `a` implies constraint `b`: E_a <= E_b (inner) or E_a >= E_b (outer). */
function implies(la: Float64Array, lb: Float64Array, n: number, outer: boolean): boolean {
  const { sigma } = solvePencil(la, lb, n);
  return sigma.every((s) => (outer ? s <= 1 + DOMINANCE : s >= 1 - DOMINANCE));
}

function solveActive(es: readonly Float64Array[], ls: readonly Float64Array[], n: number, outer: boolean): Envelope {
  if (es.length === 1) return { logDet: logDetOfFactor(ls[0], n), multipliers: [inverseOfFactor(ls[0], n)], gap: 0 };
  if (es.length === 2) return twoConstraints(ls[0], ls[1], n, outer);
  const inverses = ls.map((l) => inverseOfFactor(l, n));
  if (!outer) return maximiseLogDet(inverses, n);
  // E >= E_k is E^-1 <= E_k^-1, whose precisions are the E_k themselves
  const { logDet, multipliers, gap } = maximiseLogDet(es, n);
  const back = multipliers.map((lambda, k) => multiply(multiply(inverses[k], lambda, n), inverses[k], n));
  return { logDet: -logDet, multipliers: back, gap };
}

/** E = P^-T diag(min(1, d)) P^-1 (inner; max for outer): in each direction the binding posterior takes the multiplier. */
function twoConstraints(l1: Float64Array, l2: Float64Array, n: number, outer: boolean): Envelope {
  const pencil = solvePencil(l1, l2, n);
  let logDet = logDetOfFactor(l1, n);
  const multipliers = [new Float64Array(n * n), new Float64Array(n * n)];
  for (const [i, p] of pencil.directions().entries()) {
    const log = 2 * Math.log(pencil.sigma[i]);
    const second = outer ? log > 0 : log <= 0;
    if (second) logDet += log;
    const scale = second ? pencil.sigma[i] ** -2 : 1;
    const lambda = multipliers[second ? 1 : 0];
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) lambda[a * n + b] += scale * p[a] * p[b];
  }
  return { logDet, multipliers, gap: 0 };
}

/** sum_k L_k: the precision of the ellipsoid at the optimum. */
export function envelopePrecision(envelope: Envelope): Float64Array {
  return combine(
    envelope.multipliers,
    envelope.multipliers.map(() => 1),
  );
}
