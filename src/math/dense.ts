import { RunError } from "../errors.js";
import { dot } from "./dot.js";

/*
 * Small square matrices as flat row-major Float64Array [n * n]: the inner loops of the decomposition, without the
 * per-element calls of a matrix class. Every function returns a new array unless it says otherwise.
 */

/** Identity matrix of order n. */
export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

/**
 * Lower Cholesky factor of a symmetric matrix, only its lower triangle read.
 * @returns the factor, or the index of the first pivot that is not positive
 */
export function tryCholesky(a: Float64Array, n: number): Float64Array | number {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = a[i * n + j];
      for (let k = 0; k < j; k++) value -= l[i * n + k] * l[j * n + k];
      if (i > j) l[i * n + j] = value / l[j * n + j];
      else if (value > 0 && value < Number.POSITIVE_INFINITY) l[i * n + i] = Math.sqrt(value);
      else return i;
    }
  }
  return l;
}

/** Lower Cholesky factor. @throws RunError naming the matrix and the pivot that is not positive */
export function choleskyFactor(a: Float64Array, n: number, name: string): Float64Array {
  const l = tryCholesky(a, n);
  if (typeof l !== "number") return l;
  throw new RunError(`${name} is not positive definite: pivot ${l} of its Cholesky factorisation is not above 0`);
}

/** log det of L L' from its Cholesky factor, nats. */
export function logDetOfFactor(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]);
  return 2 * sum;
}

/** L^-1 B for lower triangular L [n, n] and B [n, m]. */
export function forwardSolve(l: Float64Array, n: number, b: Float64Array, m = n): Float64Array {
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const f = l[i * n + k];
      if (f !== 0) for (let c = 0; c < m; c++) x[i * m + c] -= f * x[k * m + c];
    }
    for (let c = 0; c < m; c++) x[i * m + c] /= l[i * n + i];
  }
  return x;
}

/** L^-T B for lower triangular L [n, n] and B [n, m]. */
export function backwardSolve(l: Float64Array, n: number, b: Float64Array, m = n): Float64Array {
  const x = b.slice();
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const f = l[k * n + i];
      if (f !== 0) for (let c = 0; c < m; c++) x[i * m + c] -= f * x[k * m + c];
    }
    for (let c = 0; c < m; c++) x[i * m + c] /= l[i * n + i];
  }
  return x;
}

/** (L L')^-1 from the Cholesky factor, exactly symmetric. */
export function inverseOfFactor(l: Float64Array, n: number): Float64Array {
  const half = forwardSolve(l, n, identity(n));
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += half[k * n + i] * half[k * n + j];
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
  return out;
}

/** Inverse of a positive definite matrix. @throws RunError naming the matrix when it is not */
export function invertSpd(a: Float64Array, n: number, name: string): Float64Array {
  return inverseOfFactor(choleskyFactor(a, n, name), n);
}

/** A' [m, n] of A [n, m]. */
export function transpose(a: Float64Array, n: number, m = n): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j];
  return out;
}

/** A B for A [n, k], B [k, m]. */
export function multiply(a: Float64Array, b: Float64Array, n: number, k = n, m = n): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < k; l++) {
      const f = a[i * k + l];
      if (f !== 0) for (let j = 0; j < m; j++) out[i * m + j] += f * b[l * m + j];
    }
  }
  return out;
}

/** L^-1 A L^-T for symmetric A, exactly symmetric: A in the coordinates in which L L' is the identity. */
export function whiten(l: Float64Array, a: Float64Array, n: number): Float64Array {
  const half = transpose(forwardSolve(l, n, a), n);
  return symmetric(forwardSolve(l, n, half), n);
}

/** L A L' for symmetric A, exactly symmetric; undoes `whiten`. */
export function unwhiten(l: Float64Array, a: Float64Array, n: number): Float64Array {
  return symmetric(multiply(multiply(l, a, n), transpose(l, n), n), n);
}

/** (A + A') / 2, in place. */
export function symmetric(a: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = (a[i * n + j] + a[j * n + i]) / 2;
      a[i * n + j] = value;
      a[j * n + i] = value;
    }
  }
  return a;
}

/** sum_k weights[k] matrices[k]. */
export function combine(matrices: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const out = new Float64Array(matrices[0].length);
  for (const [k, a] of matrices.entries()) for (let i = 0; i < out.length; i++) out[i] += weights[k] * a[i];
  return out;
}

/** A + t I, a new matrix. */
export function addDiagonal(a: Float64Array, n: number, t: number): Float64Array {
  const out = a.slice();
  for (let i = 0; i < n; i++) out[i * n + i] += t;
  return out;
}

/** tr(A B) for symmetric A and B. */
export function traceProduct(a: Float64Array, b: Float64Array): number {
  return dot(a, b, a.length);
}

/** e' A e for the vector starting at `offset` in `e`. */
export function quadraticForm(a: Float64Array, n: number, e: Float64Array, offset = 0): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += a[i * n + j] * e[offset + j];
    sum += row * e[offset + i];
  }
  return sum;
}
