import type { Dialect } from "../../config/dialect.js";
import { InputError } from "../../errors.js";
import { isUtf8 } from "../../files/utf8.js";
import { isMissingText, type MissingMarks } from "../missing/missing-marks.js";
import { type CsvShape, recordFault } from "./csv-faults.js";
import type { CsvHeader } from "./csv-header.js";
import { type CsvDialect, type CsvField, CsvRecords, fieldsOf } from "./csv-records.js";
import { NoRows } from "./no-rows.js";
import { NumberFormat } from "./number-format.js";
import { RowEnds } from "./row-ends.js";
import { flag } from "./said-options.js";
import type { ColumnRequest, TableChunk, TableSource } from "./table-source.js";
import type { TextSource } from "./text-source.js";
import { bytesFrom } from "./text-start.js";
import { WordCounts } from "./word-counts.js";

const newline = 0x0a;
const carriageReturn = 0x0d;
/** Rows that are handed on at a time. */
const chunkRows = 2048;

/** Whether the reader of plain tables does not know a dialect, so that `openText` reads it. */
export function isOwnDialect(dialect: Dialect, { start, delimiter }: Pick<CsvHeader, "start" | "delimiter">): boolean {
  const { decimal = ".", thousands, comment, unitsRow = false, rowNames = false } = dialect;
  const plain = decimal === "." && thousands === undefined && comment === undefined && !unitsRow && !rowNames;
  return !plain || start.bytes > 0 || ![",", ";", "\t", "|"].includes(delimiter);
}

/** A text table in a dialect of its own, read record by record: every one is looked at whole. */
export function openText(file: TextSource, header: CsvHeader, dialect: Dialect, marks: MissingMarks): TableSource {
  let comments = 0;
  return {
    label: file.label,
    columns: header.columns,
    close: () => undefined,
    stream: async (request, onChunk) => {
      const reader = await streamText({ file, header, dialect, marks }, request, onChunk);
      comments = reader.comments;
      return reader.rows;
    },
    notes: () => (comments === 0 ? [] : [commentNote(file.label, comments, dialect.comment)]),
  };
}

function commentNote(label: string, comments: number, mark = ""): string {
  const lines = comments === 1 ? "1 line below the header begins" : `${comments} lines below the header begin`;
  return `${label}: ${lines} with "${mark}" and ${comments === 1 ? "was" : "were"} not read, as data.comment says`;
}

interface OpenText {
  readonly file: TextSource;
  readonly header: CsvHeader;
  readonly dialect: Dialect;
  readonly marks: MissingMarks;
}

async function streamText(
  open: OpenText,
  request: ColumnRequest,
  onChunk: (chunk: TableChunk) => void | Promise<void>,
): Promise<{ readonly rows: number; readonly comments: number }> {
  const { file, header } = open;
  const reader = new TextReader(open, request);
  try {
    for await (const bytes of bytesFrom(file, header.start.bytes)) {
      reader.push(bytes);
      for (const chunk of reader.taken()) await onChunk(chunk);
    }
    reader.end();
    for (const chunk of reader.taken()) await onChunk(chunk);
  } catch (error) {
    // What else is wrong with the halves of two files is no news.
    await file.refuseChanged();
    throw error;
  }
  await file.refuseChanged();
  if (reader.rows === 0) throw new NoRows(file.label);
  return reader;
}

class TextReader {
  rows = 0;
  /** Comment lines below the header. */
  comments = 0;
  private readonly records: CsvRecords;
  private readonly ends: RowEnds;
  private readonly shape: CsvShape;
  private readonly numbers: readonly number[];
  private readonly texts: readonly number[];
  private readonly format: NumberFormat;
  private readonly words: WordCounts;
  private stage: "header" | "units" | "rows" = "header";
  private full: TableChunk[] = [];
  private chunk: { numbers: Float64Array[]; texts: (string | null)[][]; rows: number };
  /** Line ends of the file, counted without regard to records. */
  private lineEnds = 0;
  private readonly lineEnd: number;

  constructor(
    private readonly open: OpenText,
    request: ColumnRequest,
  ) {
    const { header, dialect, file, marks } = open;
    const { columns, lineEnd, delimiter, longestLine } = header;
    const index = (name: string) => {
      const i = columns.indexOf(name);
      if (i < 0) throw new InputError(`${file.label}: there is no column "${name}".`);
      return i;
    };
    this.numbers = request.numbers.map(index);
    this.texts = request.texts.map(index);
    this.format = new NumberFormat(dialect);
    this.words = new WordCounts(file.label, columns, this.numbers, dialect);
    const comment = dialect.comment?.charCodeAt(0);
    const cut: CsvDialect = {
      ...{ delimiter: delimiter.charCodeAt(0), lineEnd, blanks: delimiter === " " },
      ...(comment === undefined ? {} : { comment }),
    };
    const isMissing = (text: string) => isMissingText(text) || marks.texts.includes(text.trim());
    const isNumber = (text: string) => this.format.number(text.trim()) !== undefined;
    this.shape = { dialect: cut, columns, numbers: this.numbers, isMissing, isNumber, longestLine };
    this.records = new CsvRecords(cut, longestLine, (bytes, start, end) => this.record(bytes, start, end));
    this.ends = new RowEnds(columns.length);
    this.lineEnd = lineEnd === "\r" ? carriageReturn : newline;
    this.chunk = this.emptyChunk();
  }

  /** The chunks that are full by now, once. */
  taken(): TableChunk[] {
    const { full } = this;
    this.full = [];
    return full;
  }

  push(bytes: Buffer): void {
    for (let at = bytes.indexOf(this.lineEnd); at >= 0; at = bytes.indexOf(this.lineEnd, at + 1)) this.lineEnds++;
    this.records.push(bytes);
  }

  /** The file has ended. @throws InputError for words among numbers, or when not every line was a record's */
  end(): void {
    this.records.last();
    this.words.refuse();
    const read = this.records.line - 1 + this.records.breaks;
    if (read !== this.lineEnds) {
      throw new InputError(
        `${this.open.file.label}: ${read} lines were read, but the file holds ${this.lineEnds}: it was not read whole. ` +
          "Save the table again in one plain format (UTF-8, one kind of line end).",
      );
    }
    this.flush();
  }

  private record(bytes: Buffer, start: number, end: number): void {
    const { dialect, columns } = this.shape;
    if (this.stage === "header") {
      this.stage = this.open.dialect.unitsRow === true ? "units" : "rows";
      return;
    }
    if (bytes[start] === dialect.comment && start < end) {
      this.comments++;
      return;
    }
    if (this.isEmpty(bytes, start, end) && columns.length > 1) return;
    const record = bytes.subarray(start, end);
    const fields = fieldsOf(record, dialect);
    if (this.stage === "units") {
      this.stage = "rows";
      this.refuseUnits(fields);
      return;
    }
    this.rows++;
    this.refuseFault(record, fields, dialect.lineEnd === "\r\n" && bytes[end] === newline);
    this.take(fields);
  }

  /** Between blanks a line of blanks is empty; else it is a field. */
  private isEmpty(bytes: Buffer, start: number, end: number): boolean {
    if (this.shape.dialect.blanks !== true) return start === end;
    return bytes.toString("latin1", start, end).trim() === "";
  }

  private refuseFault(record: Buffer, fields: readonly CsvField[], stray: boolean): void {
    const { shape, records } = this;
    const other = shape.dialect.lineEnd === "\r" ? newline : carriageReturn;
    const unlike = record.length > 0 && this.ends.unlike(fields);
    const suspicious = [
      unlike,
      fields.length !== shape.columns.length,
      fields.some(({ torn }) => torn),
      records.open || records.breaks > 0 || stray,
      record.length > shape.longestLine || record.includes(other),
      !isUtf8(record),
    ].some(Boolean);
    if (!suspicious) return;
    const { label } = this.open.file;
    const line = this.open.header.start.lines + records.line;
    const fault = recordFault({ label, bytes: record, row: this.rows, line, open: records.open, stray, unlike }, shape);
    if (typeof fault === "string") throw new InputError(fault);
  }

  private take(fields: readonly CsvField[]): void {
    const { chunk, rows } = this;
    this.numbers.forEach((column, k) => {
      chunk.numbers[k][chunk.rows] = this.value(fields[column].text, column);
    });
    this.texts.forEach((column, k) => {
      const { text } = fields[column];
      chunk.texts[k].push(text.trim() === "" ? null : text);
    });
    chunk.rows++;
    if (rows % chunkRows === 0) this.flush();
  }

  /** NaN for a missing value, and for a word, which is counted. @throws InputError for an infinite number */
  private value(written: string, column: number): number {
    const { marks, file } = this.open;
    const text = written.trim();
    if (this.shape.isMissing(text)) return Number.NaN;
    const number = this.format.number(text);
    if (number === undefined) {
      this.words.add(this.rows, column, text);
      return Number.NaN;
    }
    if (Number.isFinite(number)) return marks.numbers.includes(number) ? Number.NaN : number;
    throw new InputError(
      `${file.label}: row ${this.rows} (header not counted), column "${this.shape.columns[column]}": expected a finite number, ` +
        `got ${text}; correct the value or leave it empty (missing).`,
    );
  }

  /** A row of units has no number in some column where numbers are read, or no name in front. */
  private refuseUnits(fields: readonly CsvField[]): void {
    const cells = this.numbers.map((column) => (fields[column]?.text ?? "").trim());
    const rowLike = cells.length > 0 && cells.every((text) => this.format.number(text) !== undefined);
    if (!rowLike || fields[0].text.trim() === "") return;
    throw new InputError(
      `${this.open.file.label}: the row below the header, which data.unitsRow${flag("units-row")} leaves out, holds a number in every ` +
        "column that is read as numbers: it looks like a row of the table. Without a row of units, leave unitsRow out.",
    );
  }

  private emptyChunk() {
    return {
      numbers: this.numbers.map(() => new Float64Array(chunkRows)),
      texts: this.texts.map((): (string | null)[] => []),
      rows: 0,
    };
  }

  private flush(): void {
    const { rows, numbers, texts } = this.chunk;
    if (rows === 0) return;
    const firstRow = this.rows - rows;
    this.full.push({ rows, firstRow, numbers: numbers.map((each) => each.subarray(0, rows)), texts });
    this.chunk = this.emptyChunk();
  }
}
