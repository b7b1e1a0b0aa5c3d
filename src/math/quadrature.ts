import { RunError } from "../errors.js";
import type { QuadratureRule } from "./gauss-hermite.js";

const rules = new Map<number, QuadratureRule>();

/**
 * Gauss-Legendre rule on [-1, 1], exact for polynomials up to degree 2 count - 1; nodes ascend, weights sum to 2.
 * Newton iteration on the Legendre polynomial from Tricomi's starting values.
 * @throws RangeError for a count that is not a positive integer
 */
export function gaussLegendre(count: number): QuadratureRule {
  const known = rules.get(count);
  if (known) return known;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`gaussLegendre: count must be a positive integer, got ${count}`);
  }
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    for (let step = 0; step < 6; step++) {
      const { value, slope } = legendre(x, count);
      x -= value / slope;
    }
    const { slope } = legendre(x, count);
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  const rule = { nodes, weights };
  rules.set(count, rule);
  return rule;
}

/** Integral of f over [from, to] by `panels` equal panels of a `count`-node Gauss-Legendre rule. */
export function integratePanels(f: (x: number) => number, from: number, to: number, panels = 16, count = 16): number {
  const { nodes, weights } = gaussLegendre(count);
  const half = (to - from) / (2 * panels);
  let sum = 0;
  for (let p = 0; p < panels; p++) {
    const centre = from + (2 * p + 1) * half;
    for (let i = 0; i < count; i++) sum += weights[i] * f(centre + half * nodes[i]);
  }
  return sum * half;
}

/** Options of `integrate`. */
export interface IntegrateOptions {
  /** Bound on the estimated absolute error of the whole integral. Default 1e-10. */
  readonly tolerance?: number;
  /** Largest number of halvings of the interval. Default 40. */
  readonly maxDepth?: number;
}

/**
 * Integral of f over the finite interval [from, to], adaptive: a 15-node Gauss-Legendre panel is accepted when it agrees
 * with its two halves, else both halves are integrated with half the tolerance.
 * @throws RunError when f is not finite somewhere or the tolerance is not reached at `maxDepth`
 */
export function integrate(f: (x: number) => number, from: number, to: number, options: IntegrateOptions = {}): number {
  const { tolerance = 1e-10, maxDepth = 40 } = options;
  return refine(f, from, to, integratePanels(f, from, to, 1, 15), tolerance, maxDepth);
}

function refine(
  f: (x: number) => number,
  a: number,
  b: number,
  whole: number,
  tolerance: number,
  depth: number,
): number {
  const middle = (a + b) / 2;
  const left = integratePanels(f, a, middle, 1, 15);
  const right = integratePanels(f, middle, b, 1, 15);
  const error = Math.abs(left + right - whole);
  if (!Number.isFinite(error)) throw new RunError(`integrate: the integrand is not finite within [${a}, ${b}]`);
  // below this the difference is rounding, and halving further cannot reduce it
  if (error <= Math.max(tolerance, 4e-16 * (Math.abs(left) + Math.abs(right)))) return left + right;
  if (depth === 0)
    throw new RunError(`integrate: error ${error} within [${a}, ${b}] is above the tolerance ${tolerance}`);
  return refine(f, a, middle, left, tolerance / 2, depth - 1) + refine(f, middle, b, right, tolerance / 2, depth - 1);
}

/** Value and derivative of the Legendre polynomial of degree n at x. */
function legendre(x: number, n: number): { value: number; slope: number } {
  let previous = 1;
  let current = x;
  for (let k = 1; k < n; k++) {
    const next = ((2 * k + 1) * x * current - k * previous) / (k + 1);
    previous = current;
    current = next;
  }
  return { value: current, slope: (n * (x * current - previous)) / (x * x - 1) };
}
