import { categoryCodes, MarkCounts } from "../../data/categories/codes.js";
import { applyCoding, codedColumns, fitCoding } from "../../data/categories/coding.js";
import type { MissingMarks } from "../../data/missing/missing-marks.js";
import type { GapWords } from "../../pid/estimate/complete-rows.js";
import type { TableLayout } from "./layout.js";

/** What of a table in memory its categories concern. */
interface Categorised {
  readonly layout: TableLayout;
  /** Targets, then the columns of modalities that are numbers. */
  readonly columns: readonly Float64Array[];
  /** Texts of `layout.categories`, [rows] each. */
  readonly categories: readonly (readonly (string | null)[])[];
  /** By coded column: the category behind it, and what of it was read as missing. */
  readonly gaps?: ReadonlyMap<string, GapWords>;
}

/**
 * A table with columns of 0 and 1 in the place of its categories: one for each value but the first, which the others tell.
 * @throws InputError for a column of too many values
 */
export function codeCategories<T extends Categorised>(table: T, marks: MissingMarks): T {
  const { layout } = table;
  const { categories = [] } = layout;
  if (categories.length === 0) return table;
  const gaps = new Map<string, GapWords>();
  const coded = new Map(
    categories.map((column, k) => {
      const { levels, codes } = categoryCodes(table.categories[k], marks);
      const coding = fitCoding({ column, levels }, codes, "--category");
      const names = codedColumns(coding, true);
      const gap = { column, marked: markedWords(table.categories[k]) };
      for (const name of names) gaps.set(name, gap);
      return [column, { names, columns: applyCoding(coding, levels, codes).columns.slice(-names.length) }] as const;
    }),
  );
  const plain = [...layout.targets, ...layout.modalities.flatMap(({ columns }) => columns)].filter(
    (name) => !coded.has(name),
  );
  const columnOf = new Map(plain.map((name, j) => [name, table.columns[j]]));
  const parts = layout.modalities.map(({ name, columns }) => ({
    name,
    parts: columns.map(
      (column) => coded.get(column) ?? { names: [column], columns: [columnOf.get(column) as Float64Array] },
    ),
  }));
  const modalities = parts.map(({ name, parts: own }) => ({ name, columns: own.flatMap(({ names }) => names) }));
  const targets = layout.targets.map((name) => columnOf.get(name) as Float64Array);
  const columns = [...targets, ...parts.flatMap(({ parts: own }) => own.flatMap((each) => each.columns))];
  return { ...table, layout: { ...layout, modalities }, columns, categories: [], gaps };
}

function markedWords(texts: readonly (string | null)[]): string {
  const marks = new MarkCounts();
  for (const text of texts) marks.add(text);
  return marks.summary === ""
    ? ""
    : `: ${marks.summary} was read as missing; if that is a category, write it another way`;
}
