import { columnName } from "../../config/column-name.js";
import type { ConfoundConfig } from "../../config/confounds.js";
import type { Dialect } from "../../config/dialect.js";
import { InputError } from "../../errors.js";
import { categoryCodes } from "../categories/codes.js";
import { type MissingMarks, meansMissing, spellsNumber } from "../missing/missing-marks.js";
import { NumberFormat } from "../table/number-format.js";
import type { ReadColumns } from "../table/read-columns.js";
import type { AskedConfound, ConfoundValues } from "./confounds.js";

/** The confounds of a section. */
export function askedConfounds(confounds: ConfoundConfig | undefined): readonly AskedConfound[] {
  if (confounds === undefined) return [];
  const { columns, categories = [] } = confounds;
  return [
    ...columns.map((column) => ({ column: columnName(column), kind: "auto" as const })),
    ...categories.map((column) => ({ column: columnName(column), kind: "category" as const })),
  ];
}

/**
 * A table with the values of its confounds.
 * @param table whose texts hold those that are categories or not known yet, and whose numbers hold the others
 * @throws InputError for a column of numbers and words
 */
export function withConfounds(
  table: ReadColumns,
  confounds: readonly AskedConfound[],
  given: { readonly label: string; readonly marks: MissingMarks; readonly dialect: Dialect },
): ReadColumns {
  if (confounds.length === 0) return table;
  const values = confounds.map(({ column, kind }): [string, ConfoundValues] => {
    if (kind === "number") return [column, { values: table.numbers.get(column) as Float64Array }];
    const texts = table.texts.get(column) as readonly (string | null)[];
    const numbers = kind === "auto" ? asNumbers(column, texts, given) : undefined;
    if (numbers !== undefined) return [column, { values: numbers }];
    const { levels, codes } = categoryCodes(texts, given.marks);
    return [column, { values: codes, levels }];
  });
  return { ...table, confounds: new Map(values) };
}

/** [rows] the numbers that the cells are; undefined where none is one. @throws InputError where only some are */
function asNumbers(
  column: string,
  texts: readonly (string | null)[],
  { label, marks, dialect }: { readonly label: string; readonly marks: MissingMarks; readonly dialect: Dialect },
): Float64Array | undefined {
  const format = new NumberFormat(dialect);
  const values = new Float64Array(texts.length).fill(Number.NaN);
  const words: { readonly row: number; readonly text: string }[] = [];
  let found = 0;
  texts.forEach((given, row) => {
    const text = given?.trim() ?? "";
    if (text === "" || meansMissing(text, marks)) return;
    // What a typed file holds has a point, whatever text files have.
    const value = format.number(text) ?? (spellsNumber(text) ? Number(text) : undefined);
    if (value === undefined || !Number.isFinite(value)) words.push({ row, text });
    else if (!marks.numbers.includes(value)) values[row] = value;
    if (value !== undefined) found++;
  });
  const [first] = words;
  if (first === undefined) return values;
  if (found === 0) return undefined;
  throw new InputError(
    `data.confounds: ${label}: column "${column}" holds ${found} numbers and ${words.length} other ` +
      `${words.length === 1 ? "text" : "texts"}, the first is "${first.text.slice(0, 40)}" in row ${first.row + 1} (header not counted). ` +
      `What means a missing value is named in data.missingValues; if all are categories, name the column in data.confounds.categories.`,
  );
}
