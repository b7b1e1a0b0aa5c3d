import { quoteText } from "../table/sql-text.js";

/** Values of a table that stand for missing numbers beside those that every table may use. */
export interface MissingMarks {
  /** Compared as numbers: -9999 is -9999.0 too. */
  readonly numbers: readonly number[];
  /** Compared as text, blanks at the ends aside. */
  readonly texts: readonly string[];
}

/** Nothing beside the usual marks. */
export const noMarks: MissingMarks = { numbers: [], texts: [] };

/**
 * Texts that stand for a missing number in every table, in upper and lower case and with blanks around them: what R,
 * pandas, SQL, spreadsheets and C write for one. Marks that might be anything else ("-", ".", "?") are not among them.
 */
export const missingTexts: readonly string[] = [
  "",
  "na",
  "n/a",
  "#na",
  "#n/a",
  "#n/a n/a",
  "<na>",
  "nan",
  "-nan",
  "nan(ind)",
  "-nan(ind)",
  "null",
  "none",
  "1.#ind",
  "-1.#ind",
  "1.#qnan",
  "-1.#qnan",
];

/** The same as they are usually spelled: few enough for a CSV reader to compare every cell with. */
export const usualSpellings: readonly string[] = [
  ...["", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "<NA>", "#N/A"],
];

/** Blanks as SQL: space, tab, line ends, no-break space, byte order mark. */
const blanks = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)";

/**
 * `data.missingValues` or `--missing-values` as marks. A text that spells a number is that number: a mark that somebody put
 * in quotes would otherwise miss the cells that are spelled another way.
 */
export function missingMarks(values: readonly (number | string)[] = []): MissingMarks {
  const trimmed = values.map((value) => (typeof value === "number" ? value : value.trim()));
  const numbers = trimmed.flatMap((value) => (spellsNumber(value) ? [Number(value)] : []));
  const texts = trimmed.flatMap((value) => (spellsNumber(value) ? [] : [String(value)]));
  return { numbers: [...new Set(numbers)], texts: [...new Set(texts)] };
}

/** Whether a text is a finite decimal number. */
export function spellsNumber(value: number | string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(String(value)) && Number.isFinite(Number(value));
}

/** Whether a cell means "missing" where a number is expected. */
export function isMissingText(text: string): boolean {
  return missingTexts.includes(text.trim().toLowerCase());
}

/** Whether a cell means "missing" where a number is expected, for the marks of the user too. */
export function meansMissing(text: string, { numbers, texts }: MissingMarks): boolean {
  const trimmed = text.trim();
  return isMissingText(text) || texts.includes(trimmed) || (spellsNumber(trimmed) && numbers.includes(Number(trimmed)));
}

/** SQL of a text without blanks at its ends. */
export function trimmedSql(text: string): string {
  return `trim(${text}, ${blanks})`;
}

/** SQL of a text that names something: NULL only where the cell is empty, so that "NA" is a name. */
export function nameSql(text: string): string {
  return `(CASE WHEN ${trimmedSql(text)} = '' THEN NULL ELSE ${text} END)`;
}

/** SQL of a text where a number is expected: NULL where it means "missing", else the text without blanks at its ends. */
export function numberTextSql(text: string, { texts }: MissingMarks): string {
  const trimmed = trimmedSql(text);
  const known = isOneOf(`lower(${trimmed})`, missingTexts.map(quoteText));
  const own = texts.length === 0 ? "" : ` OR ${isOneOf(trimmed, texts.map(quoteText))}`;
  return `(CASE WHEN ${known}${own} THEN NULL ELSE ${trimmed} END)`;
}

/** SQL of a number: NULL where it is one of the marks. @param type DuckDB type in which the column holds numbers */
export function unmarkedSql(number: string, { numbers }: MissingMarks, type = "DOUBLE"): string {
  if (numbers.length === 0) return number;
  const marks = numbers.map((mark) => `CAST('${mark}' AS ${type})`);
  return `(CASE WHEN ${isOneOf(number, marks)} THEN NULL ELSE ${number} END)`;
}

/** SQL condition that a value is one of some constants. `IN` would become a join for every column (DuckDB 1.5). */
export function isOneOf(value: string, constants: readonly string[]): string {
  return `list_contains([${constants.join(", ")}], ${value})`;
}
