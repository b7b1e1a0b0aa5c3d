import {
  isOneOf,
  type MissingMarks,
  meansMissing,
  nameSql,
  numberTextSql,
  unmarkedSql,
  usualSpellings,
} from "../missing/missing-marks.js";
import type { CsvHeader } from "./csv-header.js";
import type { LineEnd } from "./csv-records.js";
import { withoutForeignMarks } from "./number-text.js";
import { quoteText } from "./sql-text.js";
import type { TableFile } from "./table-file.js";
import type { TableKind } from "./table-formats.js";

export { quoteText };

const lineEndNames: Readonly<Record<LineEnd, string>> = { "\n": "\\n", "\r\n": "\\r\\n", "\r": "\\r" };

/** SQL of a table as `t(c0, c1, ..)`: real column names never enter a statement. */
export interface Relation {
  /**
   * `numbers` (indices) are read as numbers where the format allows it. `sequential` text is read from its beginning by
   * one thread, which never has to guess where a row begins.
   */
  readonly from: (numbers: ReadonlySet<number>, sequential?: boolean) => string;
  /** What the statement's one parameter is: the file as a pattern, or those of its parts. */
  readonly path: string;
  /** SQL expression of column i as a number; fails on text that is no number. */
  readonly asNumber: (i: number) => string;
  /** SQL expression of column i as a name, NULL where the cell is empty. */
  readonly asText: (i: number) => string;
  /** SQL expression of the text of column i where a number is expected, NULL where it means "missing". */
  readonly asNumberText: (i: number) => string;
  /** SQL condition that column i holds a text which is no number. */
  readonly isWord: (i: number) => string;
  /** Whether a text stands for a missing value in a column of numbers. */
  readonly isMissing: (text: string) => boolean;
  /** The same table where texts are read too: a mark of a missing number is a name among them. */
  readonly withNames?: Relation;
  /** The same table read slower, when this fails: marks are known in any case, and with blanks around them. */
  readonly careful?: Relation;
}

/** Bytes of the longest JSON object; DuckDB's own default, said here because messages name it. */
export const longestJson = 16 * 2 ** 20;

/** Options of every reader: no name of a folder is taken for a column, compression is not guessed from the file's name. */
const common = "hive_partitioning = false";
const compression = (gzip: boolean) => `compression = '${gzip ? "gzip" : "uncompressed"}'`;

/** The DuckDB source of a Parquet file, or of a JSON file, where every value arrives as JSON text. */
export function typedSource({ kind, gzip }: Pick<TableFile, "kind" | "gzip">): string {
  if (kind === "parquet") return `read_parquet(${parquetFiles}, ${common})`;
  return `read_json($1, ${jsonOptions({ kind, gzip })}, maximum_depth = 1, sample_size = -1)`;
}

/** Options that say how the objects of a JSON file stand in it. */
export function jsonOptions({ kind, gzip }: Pick<TableFile, "kind" | "gzip">): string {
  const format = kind === "json" ? "auto" : "newline_delimited";
  return `format = '${format}', ${common}, ${compression(gzip)}, maximum_object_size = ${longestJson}`;
}

/**
 * Relation of a delimited text file. Nothing is sniffed: dialect and columns come from the header that was read before.
 * Where no texts are wanted, the reader itself makes the numbers, which is fastest.
 */
export function csvRelation(
  { path, gzip }: Pick<TableFile, "path" | "gzip">,
  header: CsvHeader,
  marks: MissingMarks,
): Relation {
  const { columns: names, delimiter, lineEnd, broken, longestLine } = header;
  // The reader takes the first line break for the file's line end, also one inside a quoted name. Told the line end, it
  // finds no rows unless strict_mode, which is its default, is left unsaid (DuckDB 1.5).
  const lines = broken ? `new_line = '${lineEndNames[lineEnd]}'` : "strict_mode = true";
  const options =
    `auto_detect = false, header = true, delim = ${quoteText(delimiter)}, quote = '"', escape = '"', ` +
    `${lines}, max_line_size = ${longestLine}, ${common}, ${compression(gzip)}`;
  const read = (numbers: ReadonlySet<number>, nulls: readonly string[], sequential: boolean) => {
    const columns = names.map((_, i) => `c${i}: '${numbers.has(i) ? "DOUBLE" : "VARCHAR"}'`).join(", ");
    const missing = nulls.map(quoteText).join(", ");
    return `read_csv($1, ${options}, parallel = ${!sequential}, nullstr = [${missing}], columns = {${columns}})`;
  };
  const known = [
    ...usualSpellings,
    ...marks.texts.filter((text) => !/["\r\n]/.test(text) && !text.includes(delimiter)),
  ];
  const numberText = (i: number) => numberTextSql(`c${i}`, marks);
  const texts = {
    path: globEscaped(path),
    from: (_numbers: ReadonlySet<number>, sequential = false) => read(new Set(), [""], sequential),
    asText: (i: number) => nameSql(`c${i}`),
    asNumberText: numberText,
    isWord: (i: number) =>
      `(${numberText(i)} IS NOT NULL AND TRY_CAST(${withoutForeignMarks(numberText(i))} AS DOUBLE) IS NULL)`,
    isMissing: (text: string) => meansMissing(text, marks),
  };
  const careful = { ...texts, asNumber: (i: number) => unmarkedSql(readNumber(`c${i}`, marks), marks) };
  const usualNumber = (i: number) =>
    `CAST((CASE WHEN ${isOneOf(`c${i}`, known.map(quoteText))} THEN NULL ELSE c${i} END) AS DOUBLE)`;
  return {
    ...texts,
    from: (numbers, sequential = false) => read(numbers, known, sequential),
    asNumber: (i) => unmarkedSql(`c${i}`, marks),
    withNames: { ...texts, asNumber: (i) => unmarkedSql(usualNumber(i), marks), careful },
    careful,
  };
}

/** SQL of a text as a number. The usual marks are looked for only where it is none: most cells are. */
function readNumber(text: string, marks: MissingMarks): string {
  const careful = `CAST(${numberTextSql(text, marks)} AS DOUBLE)`;
  // A mark of the user may be one that reads as a number: "Inf".
  return marks.texts.length > 0 ? careful : `coalesce(TRY_CAST(${text} AS DOUBLE), ${careful})`;
}

/**
 * Relation of a file that knows its types. Numbers and booleans are cast, text is parsed after missing marks are removed.
 * @param types DuckDB type of each column
 */
export function typedRelation(
  path: string,
  source: string,
  types: readonly string[],
  kind: TableKind,
  marks: MissingMarks,
): Relation {
  const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BOOLEAN|DECIMAL\(.*\))$/;
  const names = types.map((_, i) => `c${i}`).join(", ");
  const text = (i: number) => (kind === "parquet" ? `CAST(c${i} AS VARCHAR)` : `(c${i} ->> '$')`);
  // 0.1 in single precision is another number than 0.1 in double precision.
  const number = (i: number) =>
    types[i] === "FLOAT"
      ? `CAST(${unmarkedSql(`c${i}`, marks, "FLOAT")} AS DOUBLE)`
      : unmarkedSql(`CAST(c${i} AS DOUBLE)`, marks);
  const fractional = (i: number) => types[i] === "FLOAT" || types[i] === "DOUBLE";
  const numberText = (i: number) => numberTextSql(text(i), marks);
  const parsed = (i: number) => withoutForeignMarks(numberText(i));
  return {
    path,
    from: () => `${source} t(${names})`,
    asNumber: (i) => (numeric.test(types[i]) ? number(i) : unmarkedSql(`CAST(${parsed(i)} AS DOUBLE)`, marks)),
    asText: (i) => (fractional(i) ? `(CASE WHEN isnan(c${i}) THEN NULL ELSE ${text(i)} END)` : nameSql(text(i))),
    asNumberText: numberText,
    isWord: (i) =>
      numeric.test(types[i]) ? "false" : `(${parsed(i)} IS NOT NULL AND TRY_CAST(${parsed(i)} AS DOUBLE) IS NULL)`,
    isMissing: (value) => meansMissing(value, marks),
  };
}

/** Stands between the paths of parts; the path of a file never holds it. */
const betweenParts = "//";

/** The parameter of a statement that reads a table. */
export function parameterOf({ path, parts = [path] }: Pick<TableFile, "path" | "parts">): string {
  return parts.map(globEscaped).join(betweenParts);
}

/** The files of a Parquet table, as SQL that gets `parameterOf`. */
export const parquetFiles = `string_split($1, '${betweenParts}')`;

/** A path as a pattern that matches only itself: DuckDB reads `*`, `?` and `[` in file names as globs. */
export function globEscaped(file: string): string {
  return file.replace(/[[*?]/g, (mark) => `[${mark}]`);
}
