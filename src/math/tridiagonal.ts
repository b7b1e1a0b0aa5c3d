/** Symmetric tridiagonal form T of a symmetric matrix A = Q T Q', Q orthogonal. */
export interface Tridiagonal {
  /** [n] */
  readonly diagonal: Float64Array;
  /** [n - 1] */
  readonly offDiagonal: Float64Array;
  /** Overwrites `x` [n] by Q' x. */
  rotate(x: Float64Array): void;
  /** Overwrites `x` [n] by Q x. */
  rotateBack(x: Float64Array): void;
}

/**
 * Householder reduction to tridiagonal form (Golub & Van Loan 2013, section 8.3.1), 4/3 n^3 operations: a third of what
 * a full eigendecomposition needs before its iterations even start, and enough to solve (A + alpha I) x = b for any
 * number of alphas at O(n) each.
 *
 * One pass over what is left of A both applies a reflector and multiplies with the next (Dongarra, Hammarling & Sorensen
 * 1989): only the row that the next one is made of is brought up to date beforehand.
 * @param a [n, n] row-major, symmetric; only the lower triangle is read, and it is overwritten
 */
export function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  const factors = new Float64Array(Math.max(0, n - 2));
  const reflectors: Float64Array[] = [];
  let last: Update = { v: new Float64Array(n), w: new Float64Array(n) };
  // From the last row up: the reflector of a row is contiguous, and what is left stays in the upper left corner.
  for (let size = n - 1; size >= 2; size--) {
    const v = a.slice(size * n, size * n + size);
    const { factor, value } = reflector(v);
    diagonal[size] = a[size * n + size];
    offDiagonal[size - 1] = value;
    factors[size - 2] = factor;
    reflectors[size - 2] = v;
    const product = updateAndMultiply(a, n, size, last, v);
    last = { v, w: rankTwo(v, factor, product) };
    updateRow(a, n, size - 1, last);
  }
  if (n > 1) {
    diagonal[1] = a[n + 1];
    offDiagonal[0] = a[n];
  }
  if (n > 2) updateRow(a, n, 0, last);
  if (n > 0) diagonal[0] = a[0];
  const reflect = (k: number, x: Float64Array) => {
    const v = reflectors[k];
    let along = 0;
    for (let i = 0; i < v.length; i++) along += v[i] * x[i];
    along *= factors[k];
    for (let i = 0; i < v.length; i++) x[i] -= along * v[i];
  };
  return {
    diagonal,
    offDiagonal,
    rotate: (x) => {
      for (let k = reflectors.length - 1; k >= 0; k--) reflect(k, x);
    },
    rotateBack: (x) => {
      for (let k = 0; k < reflectors.length; k++) reflect(k, x);
    },
  };
}

/** A - v w' - w v' is what a reflector makes of the corner that it acts on. */
interface Update {
  readonly v: Float64Array;
  readonly w: Float64Array;
}

/**
 * Reflector I - factor v v' that maps `v` to (0, .., 0, value); `v` is overwritten by the reflector's vector, scaled to
 * a last entry of 1.
 */
function reflector(v: Float64Array): { factor: number; value: number } {
  const last = v.length - 1;
  const largest = v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  let tail = 0;
  for (let i = 0; i < last; i++) tail += largest === 0 ? 0 : (v[i] / largest) ** 2;
  if (tail === 0) return { factor: 0, value: v[last] };
  const alpha = v[last] / largest;
  const norm = Math.sqrt(alpha * alpha + tail);
  const pivot = alpha > 0 ? alpha + norm : alpha - norm;
  for (let i = 0; i < last; i++) v[i] /= largest * pivot;
  v[last] = 1;
  return { factor: 2 / (1 + tail / (pivot * pivot)), value: (alpha > 0 ? -norm : norm) * largest };
}

/** w of the update that I - factor v v' makes from both sides. @param product A v; overwritten by w */
function rankTwo(v: Float64Array, factor: number, product: Float64Array): Float64Array {
  let along = 0;
  for (let i = 0; i < v.length; i++) along += v[i] * product[i];
  const half = (factor * factor * along) / 2;
  for (let i = 0; i < v.length; i++) product[i] = factor * product[i] - half * v[i];
  return product;
}

/** Brings the lower triangle's part of one row up to date. */
function updateRow(a: Float64Array, n: number, i: number, { v, w }: Update): void {
  const row = i * n;
  const [vi, wi] = [v[i], w[i]];
  for (let j = 0; j <= i; j++) a[row + j] -= vi * w[j] + wi * v[j];
}

/**
 * Brings the leading [size, size] corner up to date and multiplies it with x, two rows at a time: every number of the
 * vectors that is fetched serves both.
 * @param x [size]
 * @returns the corner times x, [size]
 */
function updateAndMultiply(a: Float64Array, n: number, size: number, update: Update, x: Float64Array): Float64Array {
  const { v, w } = update;
  const product = new Float64Array(size);
  // An odd row stands alone, before all pairs.
  const odd = size % 2;
  if (odd === 1) {
    updateRow(a, n, 0, update);
    product[0] = a[0] * x[0];
  }
  for (let i = odd; i < size; i += 2) {
    const top = i * n;
    const bottom = top + n;
    const v0 = v[i];
    const v1 = v[i + 1];
    const w0 = w[i];
    const w1 = w[i + 1];
    const x0 = x[i];
    const x1 = x[i + 1];
    let s0 = 0;
    let s1 = 0;
    for (let j = 0; j < i; j++) {
      const vj = v[j];
      const wj = w[j];
      const xj = x[j];
      const e0 = a[top + j] - (v0 * wj + w0 * vj);
      const e1 = a[bottom + j] - (v1 * wj + w1 * vj);
      a[top + j] = e0;
      a[bottom + j] = e1;
      s0 += e0 * xj;
      s1 += e1 * xj;
      product[j] += e0 * x0 + e1 * x1;
    }
    const corner = a[top + i] - 2 * v0 * w0;
    const side = a[bottom + i] - (v1 * w0 + w1 * v0);
    const end = a[bottom + i + 1] - 2 * v1 * w1;
    a[top + i] = corner;
    a[bottom + i] = side;
    a[bottom + i + 1] = end;
    product[i] = s0 + corner * x0 + side * x1;
    product[i + 1] = s1 + side * x0 + end * x1;
  }
  return product;
}

/** What (T + shift I)^-1 says for a right-hand side b, T symmetric tridiagonal and positive semidefinite, shift > 0. */
export interface ShiftedSolution {
  /** (T + shift I)^-1 b, [n] */
  readonly solution: Float64Array;
  /** trace of (T + shift I)^-1 */
  readonly traceOfInverse: number;
}

/**
 * Solves (T + shift I) x = b and sums the diagonal of the inverse, both in O(n): with the pivots d of the elimination
 * from above and e of that from below, (T + shift I)^-1_ii = 1 / (d_i + e_i - (T_ii + shift)) (Meurant 1992).
 */
export function solveShifted(
  { diagonal, offDiagonal }: Pick<Tridiagonal, "diagonal" | "offDiagonal">,
  shift: number,
  b: Float64Array,
): ShiftedSolution {
  const n = diagonal.length;
  const down = new Float64Array(n);
  const solution = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    down[i] = diagonal[i] + shift;
    if (i === 0) continue;
    const ratio = offDiagonal[i - 1] / down[i - 1];
    down[i] -= ratio * offDiagonal[i - 1];
    solution[i] -= ratio * solution[i - 1];
  }
  let up = 0;
  let traceOfInverse = 0;
  for (let i = n - 1; i >= 0; i--) {
    const next = i === n - 1 ? 0 : offDiagonal[i];
    if (i < n - 1) solution[i] -= next * solution[i + 1];
    solution[i] /= down[i];
    const above = i < n - 1 ? (next * next) / up : 0;
    up = diagonal[i] + shift - above;
    traceOfInverse += 1 / (down[i] - above);
  }
  return { solution, traceOfInverse };
}

/** Number of eigenvalues of T above `bound`, by the signs of the pivots of T - bound I (Sylvester's law of inertia). */
export function countAbove(
  { diagonal, offDiagonal }: Pick<Tridiagonal, "diagonal" | "offDiagonal">,
  bound: number,
): number {
  let count = 0;
  let pivot = 1;
  for (let i = 0; i < diagonal.length; i++) {
    pivot = diagonal[i] - bound - (i === 0 ? 0 : offDiagonal[i - 1] ** 2 / pivot);
    // A pivot of exactly 0 is moved by a rounding error, as LAPACK's stebz does.
    if (pivot === 0) pivot = -1e-300;
    if (pivot > 0) count++;
  }
  return count;
}
