import type { CsvHeader, LineEnd } from "./csv-header.js";
import { type MissingMarks, nameSql, numberTextSql, unmarkedSql, usualSpellings } from "./missing-marks.js";
import { quoteText } from "./sql-text.js";
import type { TableFile } from "./table-file.js";

export { quoteText };

const lineEndNames: Readonly<Record<LineEnd, string>> = { "\n": "\\n", "\r\n": "\\r\\n", "\r": "\\r" };

/** SQL of a table as `t(c0, c1, ..)`: real column names never enter a statement. */
export interface Relation {
  /** `numbers` (indices) are read as numbers where the format allows it, but not those of `texts`. */
  readonly from: (numbers: ReadonlySet<number>, texts?: ReadonlySet<number>) => string;
  readonly path: string;
  /** SQL expression of column i as a number; fails on text that is no number. */
  readonly asNumber: (i: number) => string;
  /** SQL expression of column i as a name, NULL where the cell is empty. */
  readonly asText: (i: number) => string;
  /** SQL expression of the text of column i where a number is expected, NULL where it means "missing". */
  readonly asNumberText: (i: number) => string;
  /** The same table read slower: marks of missing values are known in any case and with blanks around them. */
  readonly careful?: Relation;
}

/** The DuckDB source of a JSON file; every value arrives as JSON text. */
export function jsonSource(kind: "json" | "json-lines"): string {
  const format = kind === "json" ? "auto" : "newline_delimited";
  return `read_json($1, format = '${format}', maximum_depth = 1, sample_size = -1)`;
}

/**
 * Relation of a delimited text file. Nothing is sniffed: dialect and columns come from the header that was read before.
 * It is fast: the reader itself makes numbers, and knows marks of missing values as they are usually spelled.
 */
export function csvRelation(
  file: string,
  { columns: names, delimiter, lineEnd }: CsvHeader,
  marks: MissingMarks,
): Relation {
  const width = names.length;
  const all = Array.from({ length: width }, (_, i) => i);
  // The reader takes the first line break for the file's line end, also one inside a quoted name. Told the line end, it
  // finds no rows unless strict_mode, which is its default, is left unsaid (DuckDB 1.5).
  const lines = lineEnd === undefined ? "strict_mode = true" : `new_line = '${lineEndNames[lineEnd]}'`;
  const options =
    `auto_detect = false, header = true, delim = ${quoteText(delimiter)}, quote = '"', escape = '"', ` +
    `${lines}, max_line_size = ${Math.max(2_000_000, 64 * width)}`;
  const known = [
    ...usualSpellings,
    ...marks.texts.filter((text) => !/["\r\n]/.test(text) && !text.includes(delimiter)),
  ];
  const read = (numbers: ReadonlySet<number>, nulls: readonly string[]) => {
    const columns = all.map((i) => `c${i}: '${numbers.has(i) ? "DOUBLE" : "VARCHAR"}'`).join(", ");
    // A mark of a missing number is a name in any other column.
    const kept = all.filter((i) => !numbers.has(i)).map((i) => `'c${i}'`);
    const names = kept.length === 0 || nulls.length === 1 ? "" : `, force_not_null = [${kept.join(", ")}]`;
    return `read_csv($1, ${options}, nullstr = [${nulls.map(quoteText).join(", ")}]${names}, columns = {${columns}})`;
  };
  const shared = {
    path: file,
    asText: (i: number) => nameSql(`c${i}`),
    asNumberText: (i: number) => numberTextSql(`c${i}`, marks),
  };
  const careful = {
    ...shared,
    from: () => read(new Set(), [""]),
    asNumber: (i: number) => unmarkedSql(readNumber(`c${i}`, marks), marks),
  };
  return {
    ...shared,
    from: (numbers, texts = new Set()) => read(new Set([...numbers].filter((i) => !texts.has(i))), known),
    asNumber: (i) => unmarkedSql(`CAST(c${i} AS DOUBLE)`, marks),
    careful,
  };
}

/** SQL of a text as a number. The usual marks are looked for only where it is none: most cells are. */
function readNumber(text: string, marks: MissingMarks): string {
  // A mark of the user may be one that reads as a number: "Inf".
  if (marks.texts.length > 0) return `CAST(${numberTextSql(text, marks)} AS DOUBLE)`;
  return `coalesce(TRY_CAST(${text} AS DOUBLE), CAST(${numberTextSql(text, marks)} AS DOUBLE))`;
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
  return {
    path: file,
    from: () => `${source} t(${names})`,
    asNumber: (i) => (numeric.test(types[i]) ? number(i) : unmarkedSql(readNumber(text(i), marks), marks)),
    asText: (i) => (fractional(i) ? `(CASE WHEN isnan(c${i}) THEN NULL ELSE ${text(i)} END)` : nameSql(text(i))),
    asNumberText: (i) => numberTextSql(text(i), marks),
  };
}

/** A path as a pattern that matches only itself: DuckDB reads `*`, `?` and `[` in file names as globs. */
export function globEscaped(file: string): string {
  return file.replace(/[[*?]/g, (mark) => `[${mark}]`);
}
