import { dot } from "./dot.js";

/** An input that keeps less than this share of its variance given those before it follows from them. */
const leastOwn = 1e-10;

/**
 * Slopes of the least squares fit of y on inputs, all with mean 0; an input that follows from those before it gets slope 0,
 * which changes no fitted value. By elimination on correlations, in the order of the inputs.
 * @param inputs one array [n] each
 * @param y      [n]
 */
export class LeastSquares {
  private readonly used: readonly number[];
  private readonly norms: readonly number[];
  /** Rows of the inverse of the correlations of the inputs that are used. */
  private readonly inverse: readonly Float64Array[];

  constructor(private readonly inputs: readonly Float64Array[]) {
    this.norms = inputs.map((x) => Math.sqrt(dot(x, x, x.length)));
    const correlations = inputs.map((a, i) =>
      Float64Array.from(inputs, (b, j) => {
        if (i === j) return this.norms[i] > 0 ? 1 : 0;
        const scale = this.norms[i] * this.norms[j];
        return scale > 0 ? dot(a, b, a.length) / scale : 0;
      }),
    );
    this.used = independent(correlations);
    this.inverse = invert(this.used.map((i) => Float64Array.from(this.used, (j) => correlations[i][j])));
  }

  slopes(y: Float64Array): number[] {
    const moments = this.used.map((i) => dot(this.inputs[i], y, y.length) / this.norms[i]);
    const slopes = new Array<number>(this.inputs.length).fill(0);
    this.used.forEach((i, k) => {
      slopes[i] = this.inverse[k].reduce((sum, value, l) => sum + value * moments[l], 0) / this.norms[i];
    });
    return slopes;
  }
}

/** Places of the rows that do not follow from those before them. */
function independent(correlations: readonly Float64Array[]): number[] {
  const used: number[] = [];
  const factors: Float64Array[] = [];
  correlations.forEach((row, i) => {
    const factor = new Float64Array(used.length + 1);
    used.forEach((j, k) => {
      factor[k] = (row[j] - dot(factors[k], factor, k)) / factors[k][k];
    });
    const own = row[i] - dot(factor, factor, used.length);
    if (!(own > leastOwn)) return;
    factor[used.length] = Math.sqrt(own);
    used.push(i);
    factors.push(factor);
  });
  return used;
}

/** Inverse of a positive definite matrix, by Gauss and Jordan. */
function invert(matrix: readonly Float64Array[]): Float64Array[] {
  const n = matrix.length;
  const rows = matrix.map((row, i) =>
    Float64Array.from({ length: 2 * n }, (_, j) => (j < n ? row[j] : Number(j - n === i))),
  );
  for (let k = 0; k < n; k++) {
    const pivot = rows[k][k];
    for (let j = 0; j < 2 * n; j++) rows[k][j] /= pivot;
    for (let i = 0; i < n; i++) {
      const factor = rows[i][k];
      if (i === k || factor === 0) continue;
      for (let j = 0; j < 2 * n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return rows.map((row) => row.slice(n));
}
