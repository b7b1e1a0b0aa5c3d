import { InputError } from "../../errors.js";
import { applyCoding, type CategoryCoding, codedColumns, fitCoding } from "../categories/coding.js";
import type { Dataset } from "../dataset.js";
import type { ConfoundColumn, ConfoundTerm } from "./confounds.js";

/** What terms are made of. */
export interface ConfoundCodings {
  readonly numbers: readonly string[];
  readonly categories: readonly CategoryCoding[];
}

/** Fits the coding of the confounds that are categories. @throws InputError for a column of too many values */
export function fitConfoundCodings(
  confounds: readonly ConfoundColumn[],
  trainRows: ArrayLike<number>,
): ConfoundCodings {
  const categories = confounds.flatMap(({ column, levels, values }) => {
    if (levels === undefined) return [];
    const codes = Float64Array.from({ length: trainRows.length }, (_, i) => values[trainRows[i]]);
    return [fitCoding({ column, levels }, codes, "data.confounds")];
  });
  return { numbers: confounds.flatMap(({ column, levels }) => (levels === undefined ? [column] : [])), categories };
}

/** Terms of a table by name, [rows] each, NaN = missing; and values of categories that no training row has. */
export function confoundTerms(
  { confounds = [] }: Pick<Dataset, "confounds">,
  { numbers, categories }: ConfoundCodings,
): {
  readonly terms: ReadonlyMap<string, Float64Array>;
  readonly unseen: ReadonlyMap<string, ReadonlyMap<string, number>>;
} {
  const terms = new Map<string, Float64Array>();
  const unseen = new Map<string, ReadonlyMap<string, number>>();
  const valuesOf = (column: string) => {
    const found = confounds.find((confound) => confound.column === column);
    if (found === undefined) throw new RangeError(`the table was loaded without the confound "${column}"`);
    return found;
  };
  for (const column of numbers) terms.set(column, valuesOf(column).values);
  for (const coding of categories) {
    const { values, levels = [] } = valuesOf(coding.column);
    const coded = applyCoding(coding, levels, values);
    unseen.set(coding.column, coded.unseen);
    const names = codedColumns(coding, true);
    const columns = coded.columns.slice(coded.columns.length - names.length);
    names.forEach((name, k) => void terms.set(name, columns[k]));
  }
  return { terms, unseen };
}

/**
 * Terms less their training means, 0 where the confound is missing: such a row reads as one of the mean.
 * @param fill whether missing ones are allowed
 * @throws InputError naming a row without a value where they are not
 */
export function centredTerms(
  terms: readonly ConfoundTerm[],
  values: ReadonlyMap<string, Float64Array>,
  { fill, rowIds }: { readonly fill: boolean; readonly rowIds: readonly string[] },
): Float64Array[] {
  return terms.map(({ name, mean }) => {
    const column = values.get(name) as Float64Array;
    const gap = fill ? -1 : column.findIndex(Number.isNaN);
    if (gap >= 0) {
      throw new InputError(
        `data.confounds: "${name}" has no value in row "${rowIds[gap]}", and what it tells cannot be taken out of that row. ` +
          "Fill it in, leave such rows out (data.missing: drop), or read them as the mean (data.missing: mean).",
      );
    }
    return column.map((value) => (Number.isNaN(value) ? 0 : value - mean));
  });
}
