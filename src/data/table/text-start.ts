import type { Dialect } from "../../config/dialect.js";
import { InputError } from "../../errors.js";
import type { TextSource } from "./text-source.js";

/** Where the header of a text table begins. */
export interface TextStart {
  /** Bytes in front of it, decompressed and without a byte order mark. */
  readonly bytes: number;
  /** Lines in front of it. */
  readonly lines: number;
  /** What a line `sep=;` says separates the columns. */
  readonly delimiter?: string;
}

/** Bytes of the longest lines in front of a header, together. */
const longestStart = 32_000_000;

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Finds the header of a text table: behind the lines that the dialect skips, comments, blank lines where either is given,
 * and a line `sep=;` of a spreadsheet.
 * @throws InputError when the file ends before
 */
export async function findStart(file: TextSource, dialect: Dialect): Promise<TextStart> {
  let known: Buffer = Buffer.alloc(0);
  const scan = new StartScan(dialect);
  for await (const chunk of file.bytes(1 << 16)) {
    known = known.length === 0 ? chunk : Buffer.concat([known, chunk]);
    if (scan.read(known, false)) return scan.start;
    if (known.length > longestStart) break;
  }
  if (scan.read(known, true)) return scan.start;
  const { skipRows = 0 } = dialect;
  const what = skipRows > 0 ? ` behind the ${skipRows} lines of skipRows` : "";
  throw new InputError(`${file.label}: there is no header line${what}; the file has ${scan.start.lines} lines.`);
}

/** The bytes of a table from its header on. */
export async function* bytesFrom(file: TextSource, start: number, chunkSize?: number): AsyncGenerator<Buffer> {
  let skip = start;
  for await (const chunk of file.bytes(chunkSize)) {
    if (skip < chunk.length) yield skip === 0 ? chunk : chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
  }
}

class StartScan {
  private at = 0;
  private lines = 0;
  private delimiter: string | undefined;

  constructor(private readonly dialect: Dialect) {}

  get start(): TextStart {
    const { at: bytes, lines, delimiter } = this;
    return delimiter === undefined ? { bytes, lines } : { bytes, lines, delimiter };
  }

  /** Goes on through what is known of the file. @returns whether the header was found */
  read(known: Buffer, whole: boolean): boolean {
    for (;;) {
      const end = lineEnd(known, this.at);
      // Behind a carriage return a newline may come.
      if (!whole && (end < 0 || end + 1 >= known.length)) return false;
      if (end < 0 && this.at >= known.length) return false;
      const text = known.toString("utf8", this.at, end < 0 ? known.length : end);
      if (!this.isFront(text)) return true;
      this.lines++;
      if (end < 0) this.at = known.length;
      else this.at = end + (known[end] === carriageReturn && known[end + 1] === newline ? 2 : 1);
    }
  }

  private isFront(text: string): boolean {
    const { skipRows = 0, comment } = this.dialect;
    if (this.lines < skipRows) return true;
    if (comment !== undefined && text.startsWith(comment)) return true;
    if ((comment !== undefined || skipRows > 0) && text.trim() === "") return true;
    const separator = /^"?sep=(.)"?\s*$/i.exec(text)?.[1];
    if (separator === undefined || this.delimiter !== undefined) return false;
    this.delimiter = separator;
    return true;
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  const one = bytes.indexOf(newline, from);
  const other = bytes.subarray(0, one < 0 ? bytes.length : one).indexOf(carriageReturn, from);
  return other < 0 ? one : other;
}
