import type { Dialect } from "../../config/dialect.js";
import { isMissingText } from "../missing/missing-marks.js";
import { readCsvHeader } from "../table/csv-header.js";
import { fieldsOf } from "../table/csv-records.js";
import { NumberFormat } from "../table/number-format.js";
import { type TableFile, tableBytes, textOf } from "../table/table-file.js";
import { guessNumbers } from "./guess-numbers.js";

/** How a table seems to be written, and what was seen that is not certain. */
export interface GuessedDialect {
  readonly dialect: Dialect;
  /** A sentence for each word of the dialect that was found. */
  readonly found: readonly string[];
  /** Sentences about what the user has to say. */
  readonly open: readonly string[];
}

/** Bytes of a table that are looked at. */
const mostBytes = 262_144;
/** Lines in front of a header that are looked for. */
const mostFront = 20;
/** Lines behind it that have to be alike. */
const fewestLines = 4;
const delimiters = [",", ";", "\t", "|"];

/**
 * Finds how a text table is written as far as its first lines leave no doubt: comments, lines in front of the header, a row
 * of units, names in front of rows, decimal and thousands marks. What the user says is taken as it is.
 */
export async function guessDialect(file: TableFile, given: Dialect): Promise<GuessedDialect> {
  if (!["csv", "tsv", "text"].includes(file.kind)) return { dialect: {}, found: [], open: [] };
  const lines = await firstLines(file);
  // A record may go over several lines: nothing is certain then.
  if (lines === undefined) return { dialect: given, found: [], open: [] };
  const found: string[] = [];
  const front = guessFront(lines, given, found);
  const header = await readCsvHeader(textOf(file), front);
  const cut = { delimiter: header.delimiter.charCodeAt(0), blanks: header.delimiter === " ", lineEnd: header.lineEnd };
  const isRow = (line: string) =>
    line.trim() !== "" && !(front.comment !== undefined && line.startsWith(front.comment));
  const cells = (line: string) => fieldsOf(Buffer.from(line), cut).map(({ text }) => text.trim());
  const rows = lines
    .slice(header.start.lines + 1)
    .filter(isRow)
    .map(cells);
  const named = guessRowNames(header.columns.length, rows, front, found);
  const { dialect, open } = guessNumbers(rows, named, found);
  return { dialect: guessUnits(rows, dialect, found), found, open };
}

/** Whole lines at the beginning; undefined where quotes hold line ends. */
async function firstLines(file: TableFile): Promise<string[] | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of tableBytes(file, 1 << 16)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBytes) break;
  }
  const lines = Buffer.concat(chunks)
    .toString("utf8")
    .split(/\r\n|\n|\r/);
  lines.pop();
  return lines.some((line) => (line.match(/"/g)?.length ?? 0) % 2 === 1) ? undefined : lines;
}

function guessFront(lines: readonly string[], given: Dialect, found: string[]): Dialect {
  if (/^"?sep=.?"?\s*$/i.test(lines[0] ?? "")) return given;
  const marked = given.comment === undefined && given.skipRows === undefined ? guessComment(lines, found) : undefined;
  const dialect = marked === undefined ? given : { ...given, comment: marked };
  if (given.skipRows !== undefined) return dialect;
  const skipRows = linesBefore(lines, dialect);
  if (skipRows === 0) return dialect;
  found.push(`skipRows: ${skipRows}: in front of the header stand lines of fewer fields than all that follow`);
  return { ...dialect, skipRows };
}

/** A mark of comments: lines in front that begin with it have other fields than the table. */
function guessComment(lines: readonly string[], found: string[]): string | undefined {
  const first = lines.find((line) => line.trim() !== "") ?? "";
  const mark = /^[#%!]/.exec(first)?.[0];
  if (mark === undefined) return undefined;
  const last = lines.findIndex((line) => line.trim() !== "" && !line.startsWith(mark)) - 1;
  const width = tableWidth(lines.filter((line) => !line.startsWith(mark)));
  if (last < 0 || width === undefined || width.fields === fieldCount(lines[last], width.delimiter)) return undefined;
  found.push(`comment: "${mark}": lines that begin with it stand in front of the header`);
  return mark;
}

/** Physical lines in front of the first that has the fields of all others behind it. */
function linesBefore(lines: readonly string[], { comment, delimiter }: Dialect): number {
  const isComment = (line: string) => comment !== undefined && line.startsWith(comment);
  const isContent = (line: string) => line.trim() !== "" && !isComment(line);
  const content = lines.filter(isContent);
  const tried = delimiter === undefined ? delimiters : [delimiter];
  const fits = ([header, ...rows]: readonly string[], mark: string) => {
    const fields = fieldCount(header ?? "", mark);
    const width = rows.length === 0 ? fields : fieldCount(rows[0], mark);
    const alike = rows.every((row) => fieldCount(row, mark) === width);
    return alike && rows.length >= fewestLines && fields > 1 && (fields === width || fields === width - 1);
  };
  for (let start = 0; start <= mostFront && start < content.length; start++) {
    const mark = tried.find((each) => fits(content.slice(start), each));
    if (mark === undefined) continue;
    const before = content.slice(0, start);
    const width = fieldCount(content[start], mark);
    if (before.some((line) => fieldCount(line, mark) >= width)) return 0;
    const at = lines.indexOf(content[start]);
    // The reader leaves out blank lines behind comments by itself.
    return start === 0 && comment !== undefined ? 0 : lines.slice(0, at).every(isComment) ? 0 : at;
  }
  return 0;
}

/** The separator and number of fields that the second half of the lines agrees on. */
function tableWidth(lines: readonly string[], given?: string): { delimiter: string; fields: number } | undefined {
  const filled = lines.filter((line) => line.trim() !== "");
  const half = filled.slice(Math.floor(filled.length / 2));
  const widths = (given === undefined ? delimiters : [given]).map((delimiter) => {
    const counts = new Set(half.map((line) => fieldCount(line, delimiter)));
    return { delimiter, fields: counts.size === 1 ? [...counts][0] : 0 };
  });
  const best = widths.reduce((most, other) => (other.fields > most.fields ? other : most));
  return best.fields > 1 && half.length >= fewestLines / 2 ? best : undefined;
}

function fieldCount(line: string, delimiter: string): number {
  return fieldsOf(Buffer.from(line), { delimiter: delimiter.charCodeAt(0), blanks: delimiter === " ", lineEnd: "\n" })
    .length;
}

function guessRowNames(columns: number, rows: readonly string[][], dialect: Dialect, found: string[]): Dialect {
  if (dialect.rowNames !== undefined || rows.length < fewestLines) return dialect;
  const longer = rows.every((row) => row.length === columns + 1) && rows.some((row) => row[columns] !== "");
  if (!longer) return dialect;
  found.push("rowNames: true: every row has one field more than the header has names");
  return { ...dialect, rowNames: true };
}

/** The first row has words where all others have numbers, and a number in no such column. */
function guessUnits([first, ...others]: readonly string[][], dialect: Dialect, found: string[]): Dialect {
  if (dialect.unitsRow !== undefined || others.length < fewestLines) return dialect;
  const format = new NumberFormat(dialect);
  const isNumber = (text: string) => format.number(text) !== undefined;
  const isMissing = (text: string) => isMissingText(text) || /^[^\p{L}\p{N}]+$/u.test(text);
  const numbers = [...first.keys()].filter((j) => {
    const cells = others.map((row) => row[j] ?? "");
    return cells.filter(isNumber).length >= 3 && cells.every((text) => isNumber(text) || isMissing(text));
  });
  const words = numbers.filter((j) => !isNumber(first[j]) && !isMissing(first[j]));
  const certain = numbers.length > 0 && !numbers.some((j) => isNumber(first[j])) && 2 * words.length >= numbers.length;
  if (!certain || words.every((j) => /^(missing|unknown|unk|n\.?[dak]\.?)$/i.test(first[j]))) return dialect;
  const some = words.slice(0, 3).map((j) => `"${first[j]}"`);
  found.push(`unitsRow: true: the row below the header holds words (${some.join(", ")}) where all others hold numbers`);
  return { ...dialect, unitsRow: true };
}
