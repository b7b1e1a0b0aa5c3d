import { choleskyFactor, forwardSolve } from "../../math/dense.js";
import { membersOf, type RowGroups } from "./row-groups.js";

/**
 * How many independent rows the rows of groups are worth to a regression: rows / deff, where deff is the share
 * of the noise that the regression fits, over the share that it would fit if the rows were independent. With Q the
 * orthonormal columns, e the residuals, and for every group g  A = Q_g' Q_g,  s = Q_g' e_g,
 *   gain = Σ_g s' (I - A)^-1 s = Σ_g e_g · (e_g left out with its group - e_g),   share = gain / (Σ e² + gain)
 * and the same with each row as a group of its own; rows that are equal within groups are worth one per group. At least 1 and at most the number of rows: groups that vary less than
 * independent rows are not counted as more.
 * @param scores    orthonormal centred columns of a set of modalities, each [rows]
 * @param residuals of the target columns, scaled to equal variance, each [rows]
 */
export function effectiveRows(
  scores: readonly Float64Array[],
  residuals: readonly Float64Array[],
  groups: RowGroups,
): number {
  const rows = groups.of.length;
  if (scores.length === 0) return rows;
  let grouped = 0;
  for (const members of membersOf(groups)) {
    grouped += gainsOfRows(members, scores, residuals).reduce((sum, gain) => sum + gain, 0);
  }
  let single = 0;
  for (let r = 0; r < rows; r++) {
    const leverage = scores.reduce((sum, q) => sum + q[r] * q[r], 0);
    const square = residuals.reduce((sum, e) => sum + e[r] * e[r], 0);
    single += gainOfRow(square, leverage);
  }
  const left = residuals.reduce((sum, e) => sum + dotProduct(e, e), 0);
  return rowsWorth({ grouped, single, left, rows });
}

/** What leaving out a row gains of its squared residual. @param leverage of the row */
export function gainOfRow(square: number, leverage: number): number {
  return (square * leverage) / Math.max(1e-9, 1 - leverage);
}

/** The formula of `effectiveRows`. @param gains of groups and of rows, and the squares of the residuals, summed over all */
export function rowsWorth(sums: {
  readonly grouped: number;
  readonly single: number;
  readonly left: number;
  readonly rows: number;
}): number {
  const { grouped, single, left, rows } = sums;
  if (!(single > 0 && grouped > 0)) return rows;
  const deff = grouped / (left + grouped) / (single / (left + single));
  return Math.max(1, Math.min(rows, rows / deff));
}

/**
 * The gain of one group, of each residual; in terms of the columns or of the group's rows, whichever are fewer: the two are
 * equal.
 */
export function gainsOfRows(
  members: Int32Array,
  scores: readonly Float64Array[],
  residuals: readonly Float64Array[],
): number[] {
  const own = residuals.map((e) => Float64Array.from(members, (r) => e[r]));
  const columns = scores.map((q) => Float64Array.from(members, (r) => q[r]));
  if (members.length >= scores.length) {
    const overlaps = own.map((e) => Float64Array.from(columns, (q) => dotProduct(q, e)));
    return gainsOfProducts(innerProducts(columns), overlaps);
  }
  const factor = factorOfRest(innerProducts(Array.from(members, (r) => Float64Array.from(scores, (q) => q[r]))));
  // e' (I - H)^-1 e - e' e = e' H (I - H)^-1 e
  return own.map((e) => quadratic(factor, e, e.length) - dotProduct(e, e));
}

/**
 * The same from sums over the rows of the group.
 * @param own      Q_g' Q_g, flat [columns, columns]
 * @param overlaps Q_g' e_g of each residual
 */
export function gainsOfProducts(own: Float64Array, overlaps: readonly Float64Array[]): number[] {
  const factor = factorOfRest(own);
  return overlaps.map((s) => quadratic(factor, s, s.length));
}

function innerProducts(vectors: readonly Float64Array[]): Float64Array {
  const size = vectors.length;
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      out[i * size + j] = dotProduct(vectors[i], vectors[j]);
      out[j * size + i] = out[i * size + j];
    }
  }
  return out;
}

/** Cholesky factor of I less the matrix. */
function factorOfRest(own: Float64Array): Float64Array {
  const size = Math.sqrt(own.length);
  const rest = own.map((value) => -value);
  // a group that alone carries a column leaves nothing of it
  for (let i = 0; i < size; i++) rest[i * size + i] = 1 - own[i * size + i] + 1e-9;
  return choleskyFactor(rest, size, "what the other groups leave");
}

/** x' (L L')^-1 x */
function quadratic(factor: Float64Array, x: Float64Array, size: number): number {
  const half = forwardSolve(factor, size, x, 1);
  return dotProduct(half, half);
}

function dotProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
