import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Nodes and weights of a quadrature rule: integral of f = sum of weights[i] f(nodes[i]). */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const rules = new Map<number, QuadratureRule>();

/**
 * Gauss-Hermite rule of `count` nodes for the standard normal: E f(T), T ~ N(0, 1) = sum w_g f(t_g); exact for polynomials
 * up to degree 2 count - 1. Weights sum to 1, nodes ascend. Start: eigenvalues of the Jacobi matrix (Golub & Welsch 1969);
 * then Newton steps on the orthonormal polynomial, weights as 1 / sum_k p_k(t)^2, which keeps the tail weights accurate.
 * @throws RangeError for count outside 1..200 (tail weights underflow beyond)
 */
export function gaussHermite(count: number): QuadratureRule {
  const known = rules.get(count);
  if (known) return known;
  if (!(Number.isInteger(count) && count >= 1 && count <= 200)) {
    throw new RangeError(`gaussHermite: count must be an integer in 1..200, got ${count}`);
  }
  const jacobi = Matrix.zeros(count, count);
  for (let k = 1; k < count; k++) {
    jacobi.set(k, k - 1, Math.sqrt(k));
    jacobi.set(k - 1, k, Math.sqrt(k));
  }
  const start = new EigenvalueDecomposition(jacobi, { assumeSymmetric: true }).realEigenvalues;
  const nodes = Float64Array.from(start).sort();
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let step = 0; step < 3; step++) nodes[i] -= hermite(nodes[i], count).newton;
    weights[i] = 1 / hermite(nodes[i], count).norm;
  }
  if (count % 2 === 1) nodes[(count - 1) / 2] = 0;
  const rule = { nodes, weights };
  rules.set(count, rule);
  return rule;
}

/** Expectation of f under N(mean, sd^2) with `count` Gauss-Hermite nodes. */
export function normalExpectation(f: (x: number) => number, mean: number, sd: number, count = 20): number {
  const { nodes, weights } = gaussHermite(count);
  let sum = 0;
  for (let g = 0; g < count; g++) sum += weights[g] * f(mean + sd * nodes[g]);
  return sum;
}

/** At x: p_n / p_n' (the Newton step) and sum of p_k^2 for k < n, with p_k the orthonormal Hermite polynomials. */
function hermite(x: number, n: number): { newton: number; norm: number } {
  let previous = 0;
  let current = 1;
  let norm = 0;
  for (let k = 0; k < n; k++) {
    norm += current * current;
    const next = (x * current - Math.sqrt(k) * previous) / Math.sqrt(k + 1);
    previous = current;
    current = next;
  }
  return { newton: current / (Math.sqrt(n) * previous), norm };
}
