import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { InputError } from "../errors.js";
import type { TableFile } from "./table-file.js";

/** Dialect and column names of a delimited text table. */
export interface CsvHeader {
  readonly delimiter: string;
  /** Names in file order; unnamed columns are called `column<index>`, 0-based. */
  readonly columns: readonly string[];
  /** Set when names hold line breaks, which the reader of the rows would take for the file's own line ends. */
  readonly lineEnd?: LineEnd;
}

export type LineEnd = "\n" | "\r\n" | "\r";

const longestHeader = 32 * 2 ** 20;

/**
 * Reads the first record of a CSV or TSV file. The delimiter of a .csv is the one of `,` `;` tab `|` that occurs most
 * often in it outside quotes.
 * @throws InputError for binary data, other encodings than UTF-8, a first line of numbers, repeated names
 */
export async function readCsvHeader(file: TableFile): Promise<CsvHeader> {
  const { record, lineEnd } = await firstRecord(file);
  const delimiter = file.kind === "tsv" ? "\t" : likelyDelimiter(record);
  const names = splitRecord(record, delimiter).map((name) => name.trim());
  if (names.every((name) => name !== "" && Number.isFinite(Number(name)))) {
    throw new InputError(
      `${file.label}: the first line holds numbers (${names.slice(0, 3).join(", ")}, ..), not column names; ` +
        "add a header line.",
    );
  }
  const columns = names.map((name, i) => (name === "" ? `column${i}` : name));
  refuseRepeatedNames(file.label, columns);
  return { delimiter, columns, ...(/[\r\n]/.test(record) ? { lineEnd } : {}) };
}

/** @throws InputError when two columns bear the same name */
export function refuseRepeatedNames(label: string, columns: readonly string[]): void {
  const seen = new Map<string, number>();
  columns.forEach((name, i) => {
    const before = seen.get(name);
    if (before !== undefined) {
      throw new InputError(
        `${label}: columns ${before} and ${i} (counted from 0) are both named "${name}"; column names must differ.`,
      );
    }
    seen.set(name, i);
  });
}

/** Text of the first record, and the line end that closes it. */
async function firstRecord(file: TableFile): Promise<{ record: string; lineEnd: LineEnd }> {
  const raw = createReadStream(file.path, { highWaterMark: 1 << 16 });
  const stream = file.gzip ? raw.pipe(createGunzip()) : raw;
  const chunks: Buffer[] = [];
  let length = 0;
  let end = -1;
  const scan = { quoted: false };
  raw.on("error", (error) => stream.destroy(error));
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const here = end < 0 ? recordEnd(chunk, scan) : -1;
      if (here >= 0) end = length + here;
      chunks.push(chunk);
      length += chunk.length;
      // One byte more: a line end may have two.
      if ((end >= 0 && length > end + 1) || length > longestHeader) break;
    }
  } catch (error) {
    throw new InputError(
      `${file.label}: cannot be read (${(error as Error).message}); is the file damaged or cut off?`,
    );
  } finally {
    raw.destroy();
  }
  if (length === 0) throw new InputError(`${file.label}: the file is empty.`);
  const bytes = Buffer.concat(chunks);
  const record = end < 0 ? bytes : bytes.subarray(0, end);
  const lineEnd = bytes[end] !== 0x0d ? "\n" : bytes[end + 1] === 0x0a ? "\r\n" : "\r";
  return { record: decodeHeader(file.label, record, end < 0 && length > longestHeader), lineEnd };
}

/** Index of the line end that closes the record, or -1; quoted line ends do not count. */
function recordEnd(chunk: Buffer, scan: { quoted: boolean }): number {
  for (let i = 0; i < chunk.length; i++) {
    if (chunk[i] === 0x22) scan.quoted = !scan.quoted;
    else if (!scan.quoted && (chunk[i] === 0x0a || chunk[i] === 0x0d)) return i;
  }
  return -1;
}

function decodeHeader(label: string, bytes: Buffer, tooLong: boolean): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw new InputError(`${label}: is encoded as UTF-16; save it as UTF-8.`);
  if (tooLong || bytes.includes(0)) {
    throw new InputError(`${label}: is not a text table (binary data where the header line should be).`);
  }
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
  return [",", ";", "\t", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** Fields of one record; a doubled quote inside quotes stands for one quote. */
function splitRecord(record: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < record.length; i++) {
    const mark = record[i];
    if (mark === '"' && quoted && record[i + 1] === '"') field += record[++i];
    else if (mark === '"') quoted = !quoted;
    else if (mark === delimiter && !quoted) {
      fields.push(field);
      field = "";
    } else field += mark;
  }
  fields.push(field);
  return fields;
}
