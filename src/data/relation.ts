import type { CsvHeader } from "./csv-header.js";
import type { LineEnd } from "./csv-records.js";
import { withoutForeignMarks } from "./number-text.js";
import type { TableFile } from "./table-file.js";
import type { TableKind } from "./table-formats.js";

/** Texts that stand for a missing value in every text format; NaN is missing too. */
export const missingTexts = ["", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "Null"] as const;

const lineEndNames: Readonly<Record<LineEnd, string>> = { "\n": "\\n", "\r\n": "\\r\\n", "\r": "\\r" };

/** SQL of a table as `t(c0, c1, ..)`: real column names never enter a statement. */
export interface Relation {
  /**
   * `numbers` (indices) are read as numbers where the format allows it. `sequential` text is read from its beginning by
   * one thread, which never has to guess where a row begins.
   */
  readonly from: (numbers: ReadonlySet<number>, sequential?: boolean) => string;
  readonly path: string;
  /** SQL expression of column i as a number; fails on text that is no number. */
  readonly asNumber: (i: number) => string;
  /** SQL expression of column i as text, NULL where missing. */
  readonly asText: (i: number) => string;
  /** SQL condition that column i holds a text which is no number. */
  readonly isWord: (i: number) => string;
  /** Texts that stand for a missing value in a column of numbers. */
  readonly missing: ReadonlySet<string>;
}

/** Bytes of the longest JSON object; DuckDB's own default, said here because messages name it. */
export const longestJson = 16 * 2 ** 20;

/** Options of every reader: no name of a folder is taken for a column, compression is not guessed from the file's name. */
const common = "hive_partitioning = false";
const compression = (gzip: boolean) => `compression = '${gzip ? "gzip" : "uncompressed"}'`;

/** The DuckDB source of a Parquet file, or of a JSON file, where every value arrives as JSON text. */
export function typedSource({ kind, gzip }: Pick<TableFile, "kind" | "gzip">): string {
  if (kind === "parquet") return `read_parquet($1, ${common})`;
  return `read_json($1, ${jsonOptions({ kind, gzip })}, maximum_depth = 1, sample_size = -1)`;
}

/** Options that say how the objects of a JSON file stand in it. */
export function jsonOptions({ kind, gzip }: Pick<TableFile, "kind" | "gzip">): string {
  const format = kind === "json" ? "auto" : "newline_delimited";
  return `format = '${format}', ${common}, ${compression(gzip)}, maximum_object_size = ${longestJson}`;
}

/**
 * Relation of a delimited text file. Nothing is sniffed: dialect and columns come from the header that was read before.
 */
export function csvRelation({ path, gzip }: Pick<TableFile, "path" | "gzip">, header: CsvHeader): Relation {
  const { columns: names, delimiter, lineEnd, broken, longestLine } = header;
  const nulls = missingTexts.map(quoteText).join(", ");
  const width = names.length;
  // The reader takes the first line break for the file's line end, also one inside a quoted name. Told the line end, it
  // finds no rows unless strict_mode, which is its default, is left unsaid (DuckDB 1.5).
  const lines = broken ? `new_line = '${lineEndNames[lineEnd]}'` : "strict_mode = true";
  const options =
    `auto_detect = false, header = true, delim = ${quoteText(delimiter)}, quote = '"', escape = '"', ` +
    `${lines}, nullstr = [${nulls}], max_line_size = ${longestLine}, ${common}, ${compression(gzip)}`;
  const columns = (numbers: ReadonlySet<number>) =>
    Array.from({ length: width }, (_, i) => `c${i}: '${numbers.has(i) ? "DOUBLE" : "VARCHAR"}'`).join(", ");
  return {
    path: globEscaped(path),
    from: (numbers, sequential = false) =>
      `read_csv($1, ${options}, parallel = ${!sequential}, columns = {${columns(numbers)}})`,
    asNumber: (i) => `c${i}`,
    asText: (i) => `c${i}`,
    isWord: (i) => `(c${i} IS NOT NULL AND TRY_CAST(${withoutForeignMarks(`c${i}`)} AS DOUBLE) IS NULL)`,
    missing: new Set(missingTexts),
  };
}

/**
 * Relation of a file that knows its types. Numbers and booleans are cast, text is parsed after missing marks are removed.
 * @param types DuckDB type of each column
 */
export function typedRelation(path: string, source: string, types: readonly string[], kind: TableKind): Relation {
  const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BOOLEAN|DECIMAL\(.*\))$/;
  const nulls = missingTexts.map(quoteText).join(", ");
  const names = types.map((_, i) => `c${i}`).join(", ");
  const text = (i: number) => (kind === "parquet" ? `CAST(c${i} AS VARCHAR)` : `(c${i} ->> '$')`);
  const asText = (i: number) => `(CASE WHEN ${text(i)} IN (${nulls}) THEN NULL ELSE ${text(i)} END)`;
  const number = (i: number) => (numeric.test(types[i]) ? `c${i}` : withoutForeignMarks(asText(i)));
  return {
    path,
    from: () => `${source} t(${names})`,
    asNumber: (i) => `CAST(${number(i)} AS DOUBLE)`,
    asText,
    isWord: (i) => `(${number(i)} IS NOT NULL AND TRY_CAST(${number(i)} AS DOUBLE) IS NULL)`,
    missing: new Set(missingTexts),
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
