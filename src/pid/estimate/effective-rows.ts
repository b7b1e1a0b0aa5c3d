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
  for (const members of membersOf(groups)) grouped += gainOf(members, scores, residuals);
  let single = 0;
  for (let r = 0; r < rows; r++) {
    const leverage = scores.reduce((sum, q) => sum + q[r] * q[r], 0);
    const square = residuals.reduce((sum, e) => sum + e[r] * e[r], 0);
    single += (square * leverage) / Math.max(1e-9, 1 - leverage);
  }
  if (!(single > 0 && grouped > 0)) return rows;
  const left = residuals.reduce((sum, e) => sum + dotProduct(e, e), 0);
  const deff = grouped / (left + grouped) / (single / (left + single));
  return Math.max(1, Math.min(rows, rows / deff));
}

/** In terms of the columns or of the group's rows, whichever are fewer: the two are equal. */
function gainOf(members: Int32Array, scores: readonly Float64Array[], residuals: readonly Float64Array[]): number {
  const byRow = members.length < scores.length;
  const size = byRow ? members.length : scores.length;
  const rest = new Float64Array(size * size);
  const vectors = byRow
    ? Array.from(members, (r) => Float64Array.from(scores, (q) => q[r]))
    : scores.map((q) => Float64Array.from(members, (r) => q[r]));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (i === j ? 1 : 0) - dotProduct(vectors[i], vectors[j]);
      rest[i * size + j] = value;
      rest[j * size + i] = value;
    }
    // a group that alone carries a column leaves nothing of it
    rest[i * size + i] += 1e-9;
  }
  const factor = choleskyFactor(rest, size, "what the other groups leave");
  return residuals.reduce((sum, e) => {
    const own = Float64Array.from(members, (r) => e[r]);
    if (!byRow)
      return (
        sum +
        quadratic(
          factor,
          Float64Array.from(vectors, (v) => dotProduct(v, own)),
          size,
        )
      );
    // e' (I - H)^-1 e - e' e = e' H (I - H)^-1 e
    return sum + quadratic(factor, own, size) - dotProduct(own, own);
  }, 0);
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
