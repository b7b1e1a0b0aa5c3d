import type { CsvHeader, LineEnd } from "./csv-header.js";
import type { TableFile } from "./table-file.js";

/** Texts that stand for a missing value in every text format; NaN is missing too. */
export const missingTexts = ["", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "Null"] as const;

const lineEndNames: Readonly<Record<LineEnd, string>> = { "\n": "\\n", "\r\n": "\\r\\n", "\r": "\\r" };

/** SQL of a table as `t(c0, c1, ..)`: real column names never enter a statement. */
export interface Relation {
  /** `numbers` (indices) are read as numbers where the format allows it. */
  readonly from: (numbers: ReadonlySet<number>) => string;
  readonly path: string;
  /** SQL expression of column i as a number; fails on text that is no number. */
  readonly asNumber: (i: number) => string;
  /** SQL expression of column i as text, NULL where missing. */
  readonly asText: (i: number) => string;
}

/** The DuckDB source of a JSON file; every value arrives as JSON text. */
export function jsonSource(kind: "json" | "json-lines"): string {
  const format = kind === "json" ? "auto" : "newline_delimited";
  return `read_json($1, format = '${format}', maximum_depth = 1, sample_size = -1)`;
}

/**
 * Relation of a delimited text file. Nothing is sniffed: dialect and columns come from the header that was read before.
 */
export function csvRelation(file: string, { columns: names, delimiter, lineEnd }: CsvHeader): Relation {
  const nulls = missingTexts.map(quoteText).join(", ");
  const width = names.length;
  // The reader takes the first line break for the file's line end, also one inside a quoted name. Told the line end, it
  // finds no rows unless strict_mode, which is its default, is left unsaid (DuckDB 1.5).
  const lines = lineEnd === undefined ? "strict_mode = true" : `new_line = '${lineEndNames[lineEnd]}'`;
  const options =
    `auto_detect = false, header = true, delim = ${quoteText(delimiter)}, quote = '"', escape = '"', ` +
    `${lines}, nullstr = [${nulls}], max_line_size = ${Math.max(2_000_000, 64 * width)}`;
  const columns = (numbers: ReadonlySet<number>) =>
    Array.from({ length: width }, (_, i) => `c${i}: '${numbers.has(i) ? "DOUBLE" : "VARCHAR"}'`).join(", ");
  return {
    path: file,
    from: (numbers) => `read_csv($1, ${options}, columns = {${columns(numbers)}})`,
    asNumber: (i) => `c${i}`,
    asText: (i) => `c${i}`,
  };
}

/**
 * Relation of a file that knows its types. Numbers and booleans are cast, text is parsed after missing marks are removed.
 * @param types DuckDB type of each column
 */
export function typedRelation(
  file: string,
  source: string,
  types: readonly string[],
  kind: TableFile["kind"],
): Relation {
  const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BOOLEAN|DECIMAL\(.*\))$/;
  const nulls = missingTexts.map(quoteText).join(", ");
  const names = types.map((_, i) => `c${i}`).join(", ");
  const text = (i: number) => (kind === "parquet" ? `CAST(c${i} AS VARCHAR)` : `(c${i} ->> '$')`);
  const asText = (i: number) => `(CASE WHEN ${text(i)} IN (${nulls}) THEN NULL ELSE ${text(i)} END)`;
  return {
    path: file,
    from: () => `${source} t(${names})`,
    asNumber: (i) => `CAST(${numeric.test(types[i]) ? `c${i}` : asText(i)} AS DOUBLE)`,
    asText,
  };
}

/** A path as a pattern that matches only itself: DuckDB reads `*`, `?` and `[` in file names as globs. */
export function globEscaped(file: string): string {
  return file.replace(/[[*?]/g, (mark) => `[${mark}]`);
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
