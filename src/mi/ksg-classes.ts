import { InputError } from "../errors.js";
import { digamma } from "../math/special.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import { bitsPerNat, type Estimate, errorOfMean } from "./estimate.js";
import { mostKsgDimensions, scores } from "./ksg.js";
import { countsWithin, neighbourDistances } from "./neighbours.js";

/** Choices of `ksgClasses`. */
export interface KsgClassesOptions {
  /** Neighbours. Default 3; fewer in a class of fewer rows. */
  readonly k?: number;
  /** Of rows that depend on one another, for the standard error; null or left out: rows are independent. */
  readonly groups?: RowGroups | null;
}

/**
 * Mutual information of continuous columns and a class from distances to nearest neighbours of the same class, bits; no model,
 * no training, not a bound.
 *   I = psi(n) + mean_i [ psi(k_i) - psi(n_class(i)) - psi(m_i) ]
 * m_i counts rows of any class, itself among them, that are nearer to row i than its k-th neighbour of the same class is
 * (Ross 2014). Where that neighbour is at distance 0, k_i and m_i count the rows there (Gao et al. 2017): of columns of few
 * values it is the information of the table of counts. Columns count by their ranks alone; the standard error is only a guide.
 * @param x      columns, each [n]
 * @param labels [n] class of each row
 * @throws InputError for more than 3 columns, and where no class has two rows
 */
export function ksgClasses(
  x: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  options: KsgClassesOptions = {},
): Estimate {
  const { k = 3, groups = null } = options;
  if (x.length + 1 > mostKsgDimensions) {
    throw new InputError(
      `ksg: ${x.length} columns and a class; with more than ${mostKsgDimensions - 1} columns neighbours are too far away and the ` +
        "estimate is far too low. Give fewer columns",
    );
  }
  const n = labels.length;
  const columns = x.map(scores);
  const usable = rowsOfClasses(labels).filter(({ length }) => length > 1);
  if (usable.length === 0) throw new InputError("ksg: no class has two rows, so no row has a neighbour of its class");
  const reach = new Float64Array(n).fill(Number.NaN);
  const own = new Float64Array(n);
  const ofClass = new Float64Array(n);
  for (const members of usable) {
    const part = columns.map((column) => Float64Array.from(members, (r) => column[r]));
    const near = Math.min(k, members.length - 1);
    const equal = equalRows(part);
    neighbourDistances(part, members.length, near).forEach((d, i) => {
      reach[members[i]] = d;
      own[members[i]] = d > 0 ? near : equal[i];
      ofClass[members[i]] = members.length;
    });
  }
  const within = countsWithin(columns, reach);
  const equal = equalRows(columns);
  const kept = Int32Array.from({ length: n }, (_, r) => r).filter((r) => !Number.isNaN(reach[r]));
  const terms = Float64Array.from(kept, (r) => {
    const m = reach[r] > 0 ? within[r] + 1 : equal[r];
    return digamma(n) + digamma(own[r]) - digamma(ofClass[r]) - digamma(m);
  });
  const alone = n - kept.length;
  return {
    bits: (terms.reduce((sum, t) => sum + t, 0) / terms.length) * bitsPerNat,
    standardError: errorOfMean(terms, alone === 0 ? groups : null) * bitsPerNat,
    n: kept.length,
    converged: true,
    warnings:
      alone === 0 ? [] : [`${alone} rows that are alone in their class have no neighbour in it and were left out`],
  };
}

function rowsOfClasses(labels: ArrayLike<number>): number[][] {
  const members = new Map<number, number[]>();
  for (let r = 0; r < labels.length; r++) {
    const own = members.get(labels[r]);
    if (own === undefined) members.set(labels[r], [r]);
    else own.push(r);
  }
  return [...members.values()];
}

/** [rows] how many rows have the values of each, itself among them. */
function equalRows(columns: readonly Float64Array[]): number[] {
  const keys = Array.from(columns[0], (_, r) => columns.map((column) => column[r]).join());
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keys.map((key) => counts.get(key) as number);
}
