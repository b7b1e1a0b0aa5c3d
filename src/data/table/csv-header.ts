import type { Dialect } from "../../config/dialect.js";
import { InputError } from "../../errors.js";
import { columnNames } from "./column-names.js";
import { FieldState, fieldsOf, type LineEnd, nextState } from "./csv-records.js";
import { flag } from "./said-options.js";
import type { TextSource } from "./text-source.js";
import { bytesFrom, findStart, type TextStart } from "./text-start.js";

/** Dialect and column names of a delimited text table. */
export interface CsvHeader {
  /** What separates columns; a blank for any number of blanks and tabs. */
  readonly delimiter: string;
  /** Where the header begins. */
  readonly start: TextStart;
  /** Names in file order; unnamed columns are called `column<index>`, 0-based. */
  readonly columns: readonly string[];
  /** What ends the header line, and with it every line. */
  readonly lineEnd: LineEnd;
  /** Whether names hold line breaks. */
  readonly broken: boolean;
  /** Longest line in bytes, more than any table of numbers needs. */
  readonly longestLine: number;
}

const marks = [",", ";", "\t", "|"];
const delimiters = marks.map((mark) => mark.charCodeAt(0));

/** Bytes of the longest header line, and of a data line of a table with few columns. */
const longestHeader = 32_000_000;
const longestLine = 2_000_000;
/** Bytes per column that a longer line may have. */
const longestCell = 64;

/** What the column of names in front of rows is called, for which the header has no name. */
const rowNames = "row.names";

/**
 * Reads the header of a text table. The delimiter of a .csv is, unless the dialect or a line `sep=;` says it, the one of
 * `,` `;` tab `|` that occurs most often in it outside quotes; that of a .txt or .dat without any of them is blanks.
 * @throws InputError for binary data, other encodings than UTF-8, a first line of numbers, repeated names
 */
export async function readCsvHeader(file: TextSource, dialect: Dialect = {}): Promise<CsvHeader> {
  const start = await findStart(file, dialect);
  const { record, bytes, lineEnd } = await firstRecord(file, start.bytes);
  const delimiter = dialect.delimiter ?? start.delimiter ?? usualDelimiter(file.kind, record);
  const cut = { delimiter: delimiter.charCodeAt(0), blanks: delimiter === " ", lineEnd };
  const written = fieldsOf(Buffer.from(record), cut).map(({ text }) => text);
  refuseNoNames(file.label, written, start.lines);
  const names = dialect.rowNames === true ? [rowNames, ...written] : written;
  return {
    delimiter,
    start,
    columns: columnNames(file.label, names),
    lineEnd,
    broken: /[\r\n]/.test(record),
    longestLine: Math.max(longestLine, longestCell * names.length, bytes + 2),
  };
}

function refuseNoNames(label: string, names: readonly string[], before: number): void {
  if (names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)))) {
    const line = before === 0 ? "the first line" : `line ${before + 1}`;
    throw new InputError(
      `${label}: ${line} holds numbers (${names.slice(0, 3).join(", ")}, ..), not column names; add a header line.`,
    );
  }
  const comment = names.length === 1 ? /^[#%!]/.exec(names[0])?.[0] : undefined;
  if (comment === undefined) return;
  throw new InputError(
    `${label}: line ${before + 1}, where the column names should be, is "${names[0].slice(0, 60)}". If lines that begin with ` +
      `"${comment}" are comments, set data.comment: "${comment}"${flag("comment", comment)}; if only the first lines are no part of ` +
      `the table, say how many with data.skipRows${flag("skip-rows", "N")}.`,
  );
}

/** Text of the first record, its length in bytes, and the line end that closes it. */
async function firstRecord(
  file: TextSource,
  start: number,
): Promise<{ record: string; bytes: number; lineEnd: LineEnd }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let end = -1;
  const scan: { state: FieldState } = { state: FieldState.beginning };
  for await (const chunk of bytesFrom(file, start, 1 << 16)) {
    const here = end < 0 ? recordEnd(chunk, scan) : -1;
    if (here >= 0) end = length + here;
    chunks.push(chunk);
    length += chunk.length;
    // One byte more: a line end may have two.
    if ((end >= 0 && length > end + 1) || length > longestHeader) break;
  }
  if (length === 0) throw new InputError(`${file.label}: the file is empty.`);
  const all = Buffer.concat(chunks);
  const record = end < 0 ? all : all.subarray(0, end);
  const lineEnd = all[end] !== 0x0d ? "\n" : all[end + 1] === 0x0a ? "\r\n" : "\r";
  return { record: decodeHeader(file.label, record, scan.state === FieldState.quoted), bytes: record.length, lineEnd };
}

/** Index of the line end that closes the record, or -1; quoted line ends do not count. */
function recordEnd(chunk: Buffer, scan: { state: FieldState }): number {
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i];
    if (scan.state !== FieldState.quoted && (byte === 0x0a || byte === 0x0d)) return i;
    // What separates fields is not known yet: a quote behind any of the marks opens.
    scan.state = nextState(scan.state, byte, delimiters.includes(byte) ? byte : -1);
  }
  return -1;
}

function decodeHeader(label: string, bytes: Buffer, open: boolean): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw new InputError(`${label}: is encoded as UTF-16; save it as UTF-8.`);
  if (bytes.includes(0)) {
    throw new InputError(`${label}: is not a text table (binary data where the header line should be).`);
  }
  if (bytes.length > longestHeader) {
    throw new InputError(`${label}: the header line is longer than ${longestHeader / 1e6} MB; is this a text table?`);
  }
  if (open) throw new InputError(`${label}: a quote (") is opened in the header line and never closed; close it.`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.trim() === "") throw new InputError(`${label}: the first line is empty; it must hold the column names.`);
    return text;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${label}: the header line is not UTF-8 text; save the table as UTF-8.`);
  }
}

function usualDelimiter(kind: TextSource["kind"], record: string): string {
  if (kind === "tsv") return "\t";
  const bare = record.replace(/"[^"]*"/g, '""');
  if (kind === "text" && !marks.some((mark) => bare.includes(mark)) && /\S[ ]+\S/.test(bare)) return " ";
  const count = (mark: string) => bare.split(mark).length;
  return marks.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
