import { type MissingMarks, meansMissing } from "../missing/missing-marks.js";
import type { CsvHeader } from "./csv-header.js";
import { NoRows } from "./no-rows.js";
import { NumberFormat } from "./number-format.js";
import { isPlain, type PlainCells, type PlainDialect, readPlainRow, WholeLines } from "./plain-rows.js";
import type { ColumnRequest, TableChunk, TableSource } from "./table-source.js";
import type { TextSource } from "./text-source.js";
import { WordCounts } from "./word-counts.js";

const newline = 0x0a;
const carriageReturn = 0x0d;
/** Columns from which on a table is wide: the database spends more on each of them than reading its cells takes. */
const wideColumns = 500;
/** Bytes that are read at a time. */
const pieceBytes = 2 ** 22;
/** Numbers that are handed on at a time, and rows at most. */
const chunkNumbers = 2 ** 20;
const chunkRows = 2048;

/** A text table with its header. */
interface OpenText {
  readonly file: TextSource;
  readonly header: CsvHeader;
  readonly marks: MissingMarks;
}

/**
 * A text table of many columns, read straight from its bytes as long as its rows are plain; from the first row that is not the
 * table's own reader goes on, with its findings. Other tables are as they were.
 */
export function readingWide(table: TableSource, open: OpenText): TableSource {
  const { columns, lineEnd, broken, start } = open.header;
  if (columns.length < wideColumns || lineEnd === "\r" || broken || start.bytes > 0) return table;
  const known = new Set(columns);
  return {
    ...table,
    stream: async (request, onChunk) => {
      if (!isOnce(request.numbers, known) || !isOnce(request.texts, known)) return table.stream(request, onChunk);
      const reader = new WideReader(open, request);
      if (await readPlainly(open.file, reader, onChunk)) return reader.rows;
      return table.stream(request, (chunk) => {
        const left = behind(chunk, reader.handed);
        return left === undefined ? undefined : onChunk(left);
      });
    },
  };
}

/** Whether every name is a column's and comes once. */
function isOnce(names: readonly string[], known: ReadonlySet<string>): boolean {
  return names.every((name) => known.has(name)) && new Set(names).size === names.length;
}

/** @returns whether the whole file was plain */
async function readPlainly(
  file: TextSource,
  reader: WideReader,
  onChunk: (chunk: TableChunk) => void | Promise<void>,
): Promise<boolean> {
  const lines = new WholeLines();
  for await (const piece of file.bytes(pieceBytes)) {
    if (!(await reader.read(lines.push(piece), onChunk))) return false;
  }
  if (!(await reader.read(lines.last(reader.dialect.lineEnd), onChunk))) return false;
  await file.refuseChanged();
  await reader.end(onChunk);
  return true;
}

/** The rows of a chunk that come after those handed on. */
function behind(chunk: TableChunk, handed: number): TableChunk | undefined {
  const skip = Math.max(0, handed - chunk.firstRow);
  if (skip === 0) return chunk;
  if (skip >= chunk.rows) return undefined;
  return {
    rows: chunk.rows - skip,
    firstRow: chunk.firstRow + skip,
    numbers: chunk.numbers.map((values) => values.subarray(skip)),
    texts: chunk.texts.map((values) => values.slice(skip)),
  };
}

/** Whether a line holds nothing but its own line end, whose newline is at `end`: it is no row. */
function isBlank(lines: Buffer, at: number, end: number, { lineEnd }: PlainDialect): boolean {
  return lineEnd === "\n" ? end === at : end === at + 1 && lines[at] === carriageReturn;
}

class WideReader implements PlainCells {
  rows = 0;
  /** Rows that were handed on. */
  handed = 0;
  readonly numbers: Int32Array;
  readonly texts: Int32Array | null;
  readonly dialect: PlainDialect;
  private readonly wanted: { readonly numbers: number; readonly texts: number };
  private readonly format = new NumberFormat();
  private readonly words: WordCounts;
  private readonly capacity: number;
  private isHeader = true;
  private values: Float64Array;
  private names: (string | null)[][];

  constructor(
    private readonly open: OpenText,
    request: ColumnRequest,
  ) {
    const { columns, delimiter, lineEnd, longestLine } = open.header;
    const places = new Map(columns.map((name, i) => [name, i]));
    const slots = (wanted: readonly string[]) => {
      const found = new Int32Array(columns.length).fill(-1);
      for (const [slot, name] of wanted.entries()) found[places.get(name) as number] = slot;
      return found;
    };
    this.wanted = { numbers: request.numbers.length, texts: request.texts.length };
    this.numbers = slots(request.numbers);
    this.texts = request.texts.length === 0 ? null : slots(request.texts);
    this.dialect = { delimiter: delimiter.charCodeAt(0), lineEnd: lineEnd === "\r\n" ? "\r\n" : "\n", longestLine };
    const indices = request.numbers.map((name) => places.get(name) as number);
    this.words = new WordCounts(open.file.label, columns, indices, {});
    this.capacity = Math.max(16, Math.min(chunkRows, Math.floor(chunkNumbers / Math.max(1, indices.length))));
    this.values = this.emptyValues();
    this.names = request.texts.map(() => []);
  }

  /** Reads whole lines. @returns whether all are plain; the rows in front of one that is not have been handed on, or wait */
  async read(lines: Buffer, onChunk: (chunk: TableChunk) => void | Promise<void>): Promise<boolean> {
    let at = 0;
    if (this.isHeader && lines.length > 0) {
      at = lines.indexOf(newline) + 1;
      this.isHeader = false;
    }
    if (!isPlain(at === 0 ? lines : lines.subarray(at), this.dialect)) return false;
    while (at < lines.length) {
      const end = lines.indexOf(newline, at);
      const isRow = !isBlank(lines, at, end, this.dialect);
      if (isRow && !readPlainRow(lines, at, end, this.dialect, this)) return false;
      at = end + 1;
      if (!isRow) continue;
      this.rows++;
      if (this.rows - this.handed === this.capacity) await onChunk(this.taken());
    }
    return true;
  }

  /** Hands the last rows on. @throws InputError for words among numbers, and for a table without rows */
  async end(onChunk: (chunk: TableChunk) => void | Promise<void>): Promise<void> {
    this.words.refuse();
    if (this.rows > this.handed) await onChunk(this.taken());
    if (this.rows === 0) throw new NoRows(this.open.file.label);
  }

  number(slot: number, value: number): void {
    const { numbers } = this.open.marks;
    const isMark = numbers.length > 0 && numbers.includes(value);
    this.values[slot * this.capacity + this.rows - this.handed] = isMark ? Number.NaN : value;
  }

  text(slot: number, value: string): void {
    this.names[slot][this.rows - this.handed] = value.trim() === "" ? null : value;
  }

  /** A missing value, a longer number, or a word, which is counted; a number that is not finite is the other reader's to explain. */
  other(column: number, slot: number, written: string): boolean {
    const text = written.trim();
    const value = meansMissing(text, this.open.marks) ? Number.NaN : this.format.number(text);
    if (value === undefined) this.words.add(this.rows + 1, column, text);
    else if (!Number.isNaN(value) && !Number.isFinite(value)) return false;
    this.number(slot, value ?? Number.NaN);
    return true;
  }

  private taken(): TableChunk {
    const { capacity, handed, values, names } = this;
    const rows = this.rows - handed;
    const numbers = Array.from({ length: this.wanted.numbers }, (_, k) =>
      values.subarray(k * capacity, k * capacity + rows),
    );
    this.values = this.emptyValues();
    this.names = names.map(() => []);
    this.handed = this.rows;
    return { rows, firstRow: handed, numbers, texts: names };
  }

  private emptyValues(): Float64Array {
    return new Float64Array(this.wanted.numbers * this.capacity);
  }
}
