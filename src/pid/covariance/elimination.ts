import { NEGATIVE_VARIANCE, notPositiveSemidefinite, type StandardCovariance } from "./covariance.js";

const EPSILON = 2.2e-16;

/** What is left of the target once some sources are known. */
export interface Posterior {
  /** Cov(Y | sources), flat [dm * dm], of the retained standardised target columns. */
  readonly covariance: Float64Array;
  /** Number of independent columns among those known. */
  readonly rank: number;
}

/** Residual variances up to this (of unit-variance variables) count as 0. */
export function rankTolerance(n: number): number {
  return Math.max(1e-13, 8 * n * EPSILON);
}

/**
 * Columns of the target that are not combinations of the others: greedy pivoted Cholesky on the target block.
 * @returns their indices, ascending; empty when no target column varies
 */
export function independentTargets(system: StandardCovariance): number[] {
  const none = new PivotedCholesky(system, [], [[0, system.targets]]);
  none.eliminate(0);
  return none.pivots.slice(0, none.rank).sort((a, b) => a - b);
}

/**
 * Left-looking pivoted Cholesky over groups of columns, one after the other; pivoting only inside a group.
 * After each group the Schur complement on the target is the posterior covariance given all groups so far.
 * Rows of the factor are contiguous, so the inner loop is a dot product of two contiguous runs.
 */
export class PivotedCholesky {
  /** Pivot columns in the order of elimination; the first `rank` are valid. */
  readonly pivots: number[] = [];
  private readonly stride: number;
  private readonly factor: Float64Array;
  private readonly residual: Float64Array;
  private readonly tolerance: number;
  /** Columns of all groups in their order, then the targets. */
  private readonly rows: readonly number[];
  /** Where in `rows` each group ends. */
  private readonly ends: readonly number[];

  /**
   * @param system  checked, unit diagonal
   * @param targets retained target columns, never eliminated
   * @param groups  [start, end) column ranges in the order of elimination
   */
  constructor(
    private readonly system: StandardCovariance,
    private readonly targets: readonly number[],
    private readonly groups: readonly (readonly [number, number])[],
  ) {
    const { n, r } = system;
    const rows: number[] = [];
    this.ends = groups.map(([a, b]) => {
      for (let i = a; i < b; i++) rows.push(i);
      return rows.length;
    });
    this.stride = rows.length;
    this.rows = [...rows, ...targets];
    this.factor = new Float64Array(n * this.stride);
    this.residual = Float64Array.from({ length: n }, (_, i) => r[i * n + i]);
    this.tolerance = rankTolerance(n);
  }

  /** Number of columns eliminated so far. */
  get rank(): number {
    return this.pivots.length;
  }

  /** Eliminates the columns of group `g`; the groups before it must have been eliminated. */
  eliminate(g: number): Posterior {
    const [start, end] = this.groups[g];
    const open: number[] = [];
    for (let i = start; i < end; i++) open.push(i);
    const rest = this.rows.slice(this.ends[g]);
    while (open.length > 0) {
      const best = this.largest(open);
      const pivot = open[best];
      if (this.residual[pivot] <= this.tolerance) break;
      open[best] = open[open.length - 1];
      open.pop();
      this.addColumn(pivot, open, rest);
    }
    for (const i of open) this.checkDependent(i);
    return { covariance: this.posterior(), rank: this.rank };
  }

  /**
   * Regression coefficients of the retained target columns on the eliminated columns (all standardised).
   * @returns flat [rank, targets.length], rows in the order of `pivots`
   */
  coefficients(): Float64Array {
    const { factor, stride, pivots, targets } = this;
    const k = this.rank;
    const out = new Float64Array(k * targets.length);
    for (const [j, y] of targets.entries()) {
      const b = factor.slice(y * stride, y * stride + k);
      for (let i = k - 1; i >= 0; i--) {
        const row = pivots[i] * stride;
        const value = b[i] / factor[row + i];
        for (let c = 0; c < i; c++) b[c] -= value * factor[row + c];
        out[i * targets.length + j] = value;
      }
    }
    return out;
  }

  /** log det of the eliminated block, nats. */
  logDet(): number {
    let sum = 0;
    for (let k = 0; k < this.rank; k++) sum += Math.log(this.factor[this.pivots[k] * this.stride + k]);
    return 2 * sum;
  }

  private largest(open: readonly number[]): number {
    let best = 0;
    for (let i = 1; i < open.length; i++) if (this.residual[open[i]] > this.residual[open[best]]) best = i;
    return best;
  }

  /** Column k of the factor: L[i][k] = (R[p][i] - L[i] . L[p]) / L[p][k] for every row still needed. */
  private addColumn(pivot: number, open: readonly number[], rest: readonly number[]): void {
    const { factor, stride, residual } = this;
    const { n, r } = this.system;
    const k = this.rank;
    const root = Math.sqrt(residual[pivot]);
    const p = pivot * stride;
    factor[p + k] = root;
    const sums = new Float64Array(4);
    for (const rows of [open, rest]) {
      for (let at = 0; at < rows.length; at += 4) {
        const count = Math.min(4, rows.length - at);
        if (count === 4) dotFour(factor, rows, at, stride, p, k, sums);
        else for (let c = 0; c < count; c++) sums[c] = dotRows(factor, rows[at + c] * stride, p, k);
        for (let c = 0; c < count; c++) {
          const i = rows[at + c];
          const value = (r[pivot * n + i] - sums[c]) / root;
          factor[i * stride + k] = value;
          residual[i] -= value * value;
        }
      }
    }
    this.pivots.push(pivot);
  }

  /** A column left over must have residual variance 0 and so no residual covariance with the target. */
  private checkDependent(i: number): void {
    const { n, r } = this.system;
    if (this.residual[i] < -NEGATIVE_VARIANCE) {
      throw notPositiveSemidefinite(
        this.system,
        `given the variables before it, variable ${i} has residual variance ${this.residual[i].toPrecision(4)}`,
      );
    }
    for (const y of this.targets) {
      const left = r[i * n + y] - dotRows(this.factor, i * this.stride, y * this.stride, this.rank);
      if (Math.abs(left) > 1e-4) {
        throw notPositiveSemidefinite(
          this.system,
          `variable ${i} is determined by those before it, yet has residual covariance ${left.toPrecision(4)} ` +
            `with target column ${y}`,
        );
      }
    }
  }

  private posterior(): Float64Array {
    const { targets, factor, stride } = this;
    const { n, r } = this.system;
    const m = targets.length;
    const out = new Float64Array(m * m);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b <= a; b++) {
        const i = targets[a];
        const j = targets[b];
        const value = r[i * n + j] - dotRows(factor, i * stride, j * stride, this.rank);
        out[a * m + b] = value;
        out[b * m + a] = value;
      }
    }
    return out;
  }
}

/** Dot products of four rows with row `p`, which is loaded once for all four. */
function dotFour(
  a: Float64Array,
  rows: readonly number[],
  at: number,
  stride: number,
  p: number,
  count: number,
  out: Float64Array,
): void {
  const r0 = rows[at] * stride;
  const r1 = rows[at + 1] * stride;
  const r2 = rows[at + 2] * stride;
  const r3 = rows[at + 3] * stride;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < count; k++) {
    const x = a[p + k];
    s0 += a[r0 + k] * x;
    s1 += a[r1 + k] * x;
    s2 += a[r2 + k] * x;
    s3 += a[r3 + k] * x;
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
}

/** Dot product of two runs of `count` entries of one array, four accumulators. */
function dotRows(a: Float64Array, i: number, j: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = count - (count & 3);
  for (let k = 0; k < end; k += 4) {
    s0 += a[i + k] * a[j + k];
    s1 += a[i + k + 1] * a[j + k + 1];
    s2 += a[i + k + 2] * a[j + k + 2];
    s3 += a[i + k + 3] * a[j + k + 3];
  }
  for (let k = end; k < count; k++) s0 += a[i + k] * a[j + k];
  return s0 + s1 + (s2 + s3);
}
