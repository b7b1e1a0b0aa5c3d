import type { Dialect } from "../../config/dialect.js";
import { isMissingText, type MissingMarks, meansMissing } from "../../data/missing/missing-marks.js";
import { NumberFormat } from "../../data/table/number-format.js";
import type { TableSource } from "../../data/table/table-source.js";

/** Columns as their first rows show them. */
export interface ColumnKinds {
  readonly numbers: readonly string[];
  /** Columns whose first rows hold a word. */
  readonly words: readonly string[];
}

/** Rows that are looked at. */
const mostRows = 2000;

/** Nothing failed: more rows are not needed. */
class EnoughRows extends Error {}

/** Which columns hold numbers and which words, by their first rows. @throws InputError as reading does */
export async function columnKinds(
  table: TableSource,
  columns: readonly string[],
  marks: MissingMarks,
  dialect: Dialect,
): Promise<ColumnKinds> {
  const format = new NumberFormat(dialect);
  const words = new Set<string>();
  const isWord = (text: string | null) => {
    const trimmed = text?.trim() ?? "";
    if (trimmed === "" || isMissingText(trimmed) || meansMissing(trimmed, marks)) return false;
    return format.number(trimmed) === undefined;
  };
  try {
    await table.stream({ numbers: [], texts: columns }, (chunk) => {
      chunk.texts.forEach((texts, c) => {
        if (!words.has(columns[c]) && texts.some(isWord)) words.add(columns[c]);
      });
      if (chunk.firstRow + chunk.rows >= mostRows) throw new EnoughRows();
    });
  } catch (error) {
    if (!(error instanceof EnoughRows)) throw error;
  }
  return { numbers: columns.filter((name) => !words.has(name)), words: columns.filter((name) => words.has(name)) };
}
