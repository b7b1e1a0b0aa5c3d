import { InputError } from "../../errors.js";

/** The values of a column of categories in one table; its codes stand where numbers of the column would. */
export interface CategoryLevels {
  readonly column: string;
  /** Different values, ordered; a code is a place among them. */
  readonly levels: readonly string[];
}

/** How a column of categories becomes columns of 0 and 1; fitted on training rows, plain JSON, stored with the model. */
export interface CategoryCoding {
  readonly column: string;
  /** Values of the training rows, ordered. */
  readonly levels: readonly string[];
  /** Share of the training rows of each of `codedColumns`: what a value reads as that no training row has. */
  readonly shares: readonly number[];
}

/** More values than this name rows, or their places; nothing is learned of a value that few rows have. */
export const mostLevels = 1000;

/**
 * Columns that a coding makes: of two values one, 1 for the second (`sex=M`); of more one for each value.
 * @param contrasts without the first of several values, which the others tell: for linear models without a penalty
 */
export function codedColumns({ column, levels }: CategoryLevels, contrasts = false): readonly string[] {
  const named = levels.map((level) => `${column}=${level}`);
  return named.length === 2 || (contrasts && named.length > 1) ? named.slice(1) : named;
}

/** Fits the coding of a column. @param codes [rows], places among the table's levels, NaN = missing */
export function fitCoding({ column, levels }: CategoryLevels, codes: ArrayLike<number>, where: string): CategoryCoding {
  const counts = new Array<number>(levels.length).fill(0);
  let known = 0;
  for (let i = 0; i < codes.length; i++) {
    if (Number.isNaN(codes[i])) continue;
    counts[codes[i]]++;
    known++;
  }
  const seen = levels.filter((_, level) => counts[level] > 0);
  if (seen.length > mostLevels || (known >= 20 && 2 * seen.length > known)) {
    throw new InputError(
      `${where}: column "${column}" has ${seen.length} different values in ${known} rows, too many for categories ` +
        `(at most ${mostLevels}, and two rows for each on average); leave it out, or write coarser ones.`,
    );
  }
  const all = counts.filter((count) => count > 0).map((count) => (known === 0 ? 0 : count / known));
  return { column, levels: seen, shares: seen.length === 2 ? all.slice(1) : all };
}

/** What a coding makes of the codes of a table. */
export interface CodedValues {
  /** One array [rows] for each of `codedColumns`; NaN = missing. */
  readonly columns: readonly Float64Array[];
  /** Values that no training row has, with their rows; they read as the shares of the training rows. */
  readonly unseen: ReadonlyMap<string, number>;
}

/** Codes of a table as columns of 0 and 1. @param levels those of the table, which may be others than the coding's */
export function applyCoding(coding: CategoryCoding, levels: readonly string[], codes: ArrayLike<number>): CodedValues {
  const places = levels.map((level) => coding.levels.indexOf(level));
  const first = coding.levels.length === 2 ? 1 : 0;
  const unseen = new Map<string, number>();
  const columns = coding.shares.map(() => new Float64Array(codes.length));
  for (let i = 0; i < codes.length; i++) {
    const missing = Number.isNaN(codes[i]);
    const place = missing ? -1 : places[codes[i]];
    if (!missing && place < 0) unseen.set(levels[codes[i]], (unseen.get(levels[codes[i]]) ?? 0) + 1);
    columns.forEach((column, k) => {
      column[i] = missing ? Number.NaN : place < 0 ? coding.shares[k] : Number(place === k + first);
    });
  }
  return { columns, unseen };
}
