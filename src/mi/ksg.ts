import { InputError } from "../errors.js";
import { averageRanks } from "../math/descriptive.js";
import { digamma } from "../math/special.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import { countedRow } from "../row-number.js";
import { bitsPerNat, type Estimate, errorOfMean } from "./estimate.js";
import { countsWithin, neighbourDistances } from "./neighbours.js";
import { blomScores } from "./normal-scores.js";

/** Choices of `ksg`. */
export interface KsgOptions {
  /** Neighbours. Default 3. */
  readonly k?: number;
  /** Replace every column by the normal scores of its ranks first. Default true. */
  readonly transform?: boolean;
  /** Estimate in more than 4 dimensions too, where the value is far too low. Default false. */
  readonly force?: boolean;
  /** Of rows that depend on one another, for the standard error; null or left out: rows are independent. */
  readonly groups?: RowGroups | null;
}

/** Dimensions of x and y together beyond which neighbours are too far away to say anything. */
export const mostKsgDimensions = 4;
/** Share of rows whose value another row has too, in some column, from which distances of 0 spoil the estimate. */
const manyTies = 0.05;

/**
 * Mutual information of continuous variables from distances to nearest neighbours, bits; no model, no training, not a bound.
 *   I = psi(k) + psi(n) - mean_i [ psi(n_x(i) + 1) + psi(n_y(i) + 1) ]
 * n_x(i) counts rows nearer to row i in x than its k-th neighbour is in (x, y); distances are maxima over columns
 * (Kraskov, Stoegbauer & Grassberger 2004, first estimator). The standard error is that of the mean, and only a guide.
 * @param x columns, each [n]
 * @param y columns, each [n]
 * @throws InputError for more than 4 columns in all without `force`, rows that hardly exceed k, values that are not finite
 */
export function ksg(
  x: readonly ArrayLike<number>[],
  y: readonly ArrayLike<number>[],
  options: KsgOptions = {},
): Estimate {
  const { k = 3, transform = true, force = false, groups = null } = options;
  const n = checkColumns([...x, ...y], k);
  if (x.length + y.length > mostKsgDimensions && !force) {
    throw new InputError(
      `ksg: ${x.length} + ${y.length} columns; in more than ${mostKsgDimensions} dimensions neighbours are too far away and ` +
        "the estimate is far too low. Give fewer columns, or force: true to see it all the same",
    );
  }
  const prepared = (columns: readonly ArrayLike<number>[]) => columns.map((c) => (transform ? scores(c) : floats(c)));
  const [sx, sy] = [prepared(x), prepared(y)];
  const reach = neighbourDistances([...sx, ...sy], n, k);
  const [nx, ny] = [countsWithin(sx, reach), countsWithin(sy, reach)];
  const terms = Float64Array.from(
    { length: n },
    (_, i) => digamma(k) + digamma(n) - digamma(nx[i] + 1) - digamma(ny[i] + 1),
  );
  const ties = Math.max(...[...x, ...y].map(sharedValues));
  return {
    bits: (terms.reduce((sum, t) => sum + t, 0) / n) * bitsPerNat,
    standardError: errorOfMean(terms, groups) * bitsPerNat,
    n,
    converged: ties <= manyTies,
    warnings: tieWarnings(ties),
  };
}

/** Share of rows whose value another row has too. */
export function sharedValues(column: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < column.length; i++) counts.set(column[i], (counts.get(column[i]) ?? 0) + 1);
  let shared = 0;
  for (const count of counts.values()) if (count > 1) shared += count;
  return shared / column.length;
}

export function tieWarnings(ties: number): string[] {
  if (ties <= manyTies) return [];
  return [`${Math.round(100 * ties)} % of the values of a column repeat others; distances of 0 spoil the estimate`];
}

function checkColumns(columns: readonly ArrayLike<number>[], k: number): number {
  const n = columns[0]?.length ?? 0;
  if (!Number.isInteger(k) || k < 1) throw new InputError(`ksg: k must be a whole number, at least 1, got ${k}`);
  if (n < k + 2) throw new InputError(`ksg: at least ${k + 2} rows are needed for k = ${k}, got ${n}`);
  for (const [j, column] of columns.entries()) {
    if (column.length !== n) throw new InputError(`ksg: column ${j} has ${column.length} rows, the first has ${n}`);
    for (let r = 0; r < n; r++) {
      if (!Number.isFinite(column[r]))
        throw new InputError(`ksg: column ${j}, ${countedRow(r)} is ${column[r]}; expected a number`);
    }
  }
  return n;
}

function floats(column: ArrayLike<number>): Float64Array {
  return Float64Array.from(column as ArrayLike<number>);
}

/** Normal scores of a column's ranks, as neighbours are looked for on them. */
export function scores(column: ArrayLike<number>): Float64Array {
  return blomScores(averageRanks(column));
}
