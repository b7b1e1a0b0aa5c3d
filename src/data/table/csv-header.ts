import { InputError } from "../../errors.js";
import { columnNames } from "./column-names.js";
import { FieldState, type LineEnd, nextState, splitFields } from "./csv-records.js";
import { type TableFile, tableBytes } from "./table-file.js";

/** Dialect and column names of a delimited text table. */
export interface CsvHeader {
  readonly delimiter: string;
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

/**
 * Reads the first record of a CSV or TSV file. The delimiter of a .csv is the one of `,` `;` tab `|` that occurs most
 * often in it outside quotes.
 * @throws InputError for binary data, other encodings than UTF-8, a first line of numbers, repeated names
 */
export async function readCsvHeader(file: TableFile): Promise<CsvHeader> {
  const { record, bytes, lineEnd } = await firstRecord(file);
  const delimiter = file.kind === "tsv" ? "\t" : likelyDelimiter(record);
  const names = splitFields(Buffer.from(record), delimiter.charCodeAt(0)).map(({ text }) => text);
  if (names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)))) {
    throw new InputError(
      `${file.label}: the first line holds numbers (${names.slice(0, 3).join(", ")}, ..), not column names; ` +
        "add a header line.",
    );
  }
  return {
    delimiter,
    columns: columnNames(file.label, names),
    lineEnd,
    broken: /[\r\n]/.test(record),
    longestLine: Math.max(longestLine, longestCell * names.length, bytes + 2),
  };
}

/** Text of the first record, its length in bytes, and the line end that closes it. */
async function firstRecord(file: TableFile): Promise<{ record: string; bytes: number; lineEnd: LineEnd }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let end = -1;
  const scan: { state: FieldState } = { state: FieldState.beginning };
  for await (const chunk of tableBytes(file, 1 << 16)) {
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

function likelyDelimiter(record: string): string {
  const bare = record.replace(/"[^"]*"/g, "");
  const count = (mark: string) => bare.split(mark).length;
  return marks.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
