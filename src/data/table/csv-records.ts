const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const space = 0x20;

/** Where in a field a scan stands: where it begins, in plain text, in quotes, behind a quote that may close it. */
export const FieldState = { beginning: 0, plain: 1, quoted: 2, closing: 3 } as const;
export type FieldState = (typeof FieldState)[keyof typeof FieldState];
const { beginning, plain, quoted, closing } = FieldState;

/** What ends every line of a text. */
export type LineEnd = "\n" | "\r\n" | "\r";

/** What separates fields (one byte) and records. */
export interface CsvDialect {
  readonly delimiter: number;
  readonly lineEnd: LineEnd;
  /** Any number of blanks and tabs separates fields. */
  readonly blanks?: boolean;
  /** Byte that makes a line which begins with it a comment: a record in which quotes mean nothing. */
  readonly comment?: number;
}

/** Takes one record, `bytes` from `start` to `end`, its line end excluded; the bytes are valid during the call only. */
export type OnRecord = (bytes: Buffer, start: number, end: number) => void;

/**
 * Cuts the bytes of a delimited text file into records: a line end inside quotes ends none, and a quote counts only where
 * a field begins. It shares nothing with the reader of the values, whose rows it is there to count.
 */
export class CsvRecords {
  /** Line of the file in which the record at hand begins, counted from 1. */
  line = 1;
  /** Line breaks inside the record at hand. */
  breaks = 0;
  /** Whether a quote was still open where the record at hand was cut: at the end of the file, or for its length. */
  open = false;

  private rest: Buffer = Buffer.alloc(0);
  /** Bytes of `rest` that were looked at one by one, and where they end in a field; none while no quote stands in it. */
  private seen = 0;
  private state: FieldState = beginning;
  private readonly end: number;

  /**
   * @param longest  length of the longest record in bytes; of a longer one, what has been read is handed on
   * @param onRecord called for every record in file order, the header first, empty ones too
   * @param onBytes  called with all bytes, cut at line ends, before the records that end in them
   */
  constructor(
    private readonly dialect: CsvDialect,
    private readonly longest: number,
    private readonly onRecord: OnRecord,
    private readonly onBytes: (bytes: Buffer) => void = () => undefined,
  ) {
    this.end = dialect.lineEnd === "\r" ? carriageReturn : newline;
  }

  /** Takes the next bytes of the file. */
  push(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.onBytes(bytes.subarray(0, bytes.lastIndexOf(this.end) + 1));
    const start = this.seen === 0 && bytes.indexOf(quote) < 0 ? this.cutLines(bytes) : this.cutRecords(bytes);
    this.rest = bytes.subarray(start);
    if (this.rest.length > this.longest) this.last();
  }

  /** The file has ended: what is left is its last record. */
  last(): void {
    if (this.rest.length === 0) return;
    this.onBytes(this.rest);
    this.open = this.state === quoted;
    this.onRecord(this.rest, 0, this.rest.length);
    this.rest = Buffer.alloc(0);
  }

  /** Without quotes every line is a record. Returns where the unfinished one begins. */
  private cutLines(bytes: Buffer): number {
    let start = 0;
    for (let at = bytes.indexOf(this.end); at >= 0; at = bytes.indexOf(this.end, start)) {
      this.record(bytes, start, at);
      start = at + 1;
    }
    return start;
  }

  private cutRecords(bytes: Buffer): number {
    const { delimiter, comment } = this.dialect;
    const { end } = this;
    let { state } = this;
    let start = 0;
    for (let i = this.seen; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === comment && i === start) {
        i = bytes.indexOf(end, i);
        if (i < 0) return this.keep(0, beginning, start);
        this.record(bytes, start, i);
        start = i + 1;
        continue;
      }
      if (byte === end) {
        if (state === quoted) {
          this.breaks++;
          continue;
        }
        this.record(bytes, start, i);
        start = i + 1;
        state = beginning;
      } else state = nextState(state, byte, delimiter);
    }
    const bare = bytes.indexOf(quote, start) < 0;
    return bare ? this.keep(0, beginning, start) : this.keep(bytes.length - start, state, start);
  }

  private keep(seen: number, state: FieldState, start: number): number {
    this.seen = seen;
    this.state = state;
    return start;
  }

  private record(bytes: Buffer, start: number, at: number): void {
    const shorter = this.dialect.lineEnd === "\r\n" && at > start && bytes[at - 1] === carriageReturn;
    this.onRecord(bytes, start, shorter ? at - 1 : at);
    this.line += 1 + this.breaks;
    this.breaks = 0;
  }
}

/** Where in a field the next byte leads; it is none that ends a record. */
export function nextState(state: FieldState, byte: number, delimiter: number): FieldState {
  if (state === quoted) return byte === quote ? closing : quoted;
  if (byte === delimiter) return beginning;
  if (state === plain) return plain;
  if (byte === quote) return quoted;
  return byte === space ? state : plain;
}

/** One field of a record. */
export interface CsvField {
  /** Its text without quotes around it. */
  readonly text: string;
  /** Position of its first byte in the record. */
  readonly start: number;
  readonly quoted: boolean;
  /** Whether its quotes are not closed, or followed by more text. */
  readonly torn: boolean;
}

/** The fields of a record, cut as its dialect says. */
export function fieldsOf(record: Buffer, { delimiter, blanks }: CsvDialect): CsvField[] {
  return blanks === true ? splitBlanks(record) : splitFields(record, delimiter);
}

/** The fields of a record between blanks and tabs. */
function splitBlanks(record: Buffer): CsvField[] {
  // Every byte is one character of Latin-1, so that places are bytes.
  const found = record.toString("latin1").matchAll(/"(?:[^"]|"")*"(?=[ \t]|$)|[^ \t]+/g);
  return [...found].map(({ 0: written, index }) => {
    const quoted = written.startsWith('"');
    const torn = quoted && !/^"(?:[^"]|"")*"$/.test(written);
    const raw = record.toString("utf8", index, index + written.length);
    return { text: quoted && !torn ? raw.slice(1, -1).replaceAll('""', '"') : raw, start: index, quoted, torn };
  });
}

/** The fields of a record; a doubled quote inside quotes stands for one quote. */
export function splitFields(record: Buffer, delimiter: number): CsvField[] {
  const fields: CsvField[] = [];
  let state: FieldState = beginning;
  let start = 0;
  const close = (end: number) => {
    const written = record.toString("utf8", start, end);
    const marked = /^ *"/.test(written);
    const whole = /^ *"(?:[^"]|"")*" *$/.test(written);
    const text = marked && whole ? written.trim().slice(1, -1).replaceAll('""', '"') : written;
    fields.push({ text, start, quoted: marked, torn: marked && !whole });
    start = end + 1;
  };
  for (let i = 0; i < record.length; i++) {
    state = nextState(state, record[i], delimiter);
    if (state === beginning && record[i] === delimiter) close(i);
  }
  close(record.length);
  return fields;
}

/** Number of fields of the record in `bytes` from `start` to `end`, as `splitFields` cuts it. */
export function fieldCount(bytes: Buffer, start: number, end: number, delimiter: number): number {
  let count = 1;
  let state: FieldState = beginning;
  for (let i = start; i < end; i++) {
    state = nextState(state, bytes[i], delimiter);
    if (state === beginning && bytes[i] === delimiter) count++;
  }
  return count;
}
