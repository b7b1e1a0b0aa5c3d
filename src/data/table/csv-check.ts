import { InputError } from "../../errors.js";
import { isUtf8 } from "../../files/utf8.js";
import { type CsvShape, recordFault } from "./csv-faults.js";
import { CsvRecords, FieldState, nextState } from "./csv-records.js";
import { foreignMarks } from "./number-text.js";
import { RowEnds } from "./row-ends.js";
import { WordError } from "./table-errors.js";

const newline = 0x0a;

/**
 * Counts the rows of a delimited text table from its bytes, and refuses what the reader of the values lets pass: bytes
 * that are not UTF-8 in columns that are not read, words that it takes for numbers, rows swallowed by a quote, lines that
 * are too long, a separator at the end of some rows alone. Only records with a sign of these are looked at field by field, so that the count costs a small part of
 * what reading does.
 */
export class CsvCheck {
  /** Rows so far. Empty lines are none, unless the table has one column, where they are missing values. */
  rows = 0;
  /** Whether a row so far holds line breaks in quotes. */
  broken = false;
  private readonly records: CsvRecords;
  private readonly isNumber: Uint8Array;
  private readonly ends: RowEnds;
  private header = true;
  /** Whether the bytes at hand are UTF-8, and where in them the next of each foreign mark stands, or -1. */
  private valid = true;
  private marks: number[] = [];

  /** @param thorough number of the row behind which every record is looked at; by default only those with a sign */
  constructor(
    private readonly label: string,
    private readonly shape: CsvShape,
    private readonly thorough = Number.POSITIVE_INFINITY,
  ) {
    this.isNumber = new Uint8Array(shape.columns.length);
    for (const i of shape.numbers) this.isNumber[i] = 1;
    this.ends = new RowEnds(shape.columns.length);
    this.records = new CsvRecords(
      shape.dialect,
      shape.longestLine,
      (bytes, start, end) => this.count(bytes, start, end),
      (bytes) => {
        this.valid = isUtf8(bytes);
        this.marks = foreignMarks.map((mark) => bytes.indexOf(mark));
      },
    );
  }

  /** Takes the next bytes of the file. @throws InputError naming file, row, column and line */
  push(chunk: Buffer): void {
    this.records.push(chunk);
  }

  /** The file has ended. @throws InputError as `push` */
  end(): void {
    this.records.last();
  }

  private count(bytes: Buffer, start: number, end: number): void {
    const { shape, records } = this;
    if (this.header) {
      this.header = false;
      return;
    }
    if (start === end && shape.columns.length > 1) return;
    this.rows++;
    this.broken ||= records.breaks > 0;
    const unlike = start < end && this.ends.unlikeBytes(bytes, start, end, shape.dialect.delimiter);
    const suspicious =
      unlike ||
      (this.marks.some((at) => at >= 0 && at < end) && this.marksNumber(bytes, start, end)) ||
      (records.breaks > 0 && this.mayHoldRow(bytes, start, end)) ||
      records.open ||
      end - start > shape.longestLine ||
      !this.valid ||
      this.rows > this.thorough;
    if (!suspicious) return;
    const fault = recordFault(
      {
        label: this.label,
        bytes: bytes.subarray(start, end),
        row: this.rows,
        line: records.line,
        open: records.open,
        stray: shape.dialect.lineEnd === "\r\n" && bytes[end] === newline,
        unlike,
      },
      shape,
    );
    if (fault === undefined) return;
    throw typeof fault === "string" ? new InputError(fault) : new WordError(this.label, fault);
  }

  /** Whether a record has as many separators as two rows: only then may one be in the quotes of the other. */
  private mayHoldRow(bytes: Buffer, start: number, end: number): boolean {
    const { dialect, columns } = this.shape;
    let count = 0;
    for (let i = start; i < end; i++) if (bytes[i] === dialect.delimiter) count++;
    return count >= 2 * (columns.length - 1);
  }

  /** Whether a mark that numbers do not have stands in a column of numbers. Moves on to the marks behind the record. */
  private marksNumber(bytes: Buffer, start: number, end: number): boolean {
    let found = false;
    for (const [k, mark] of foreignMarks.entries()) {
      const places: number[] = [];
      while (this.marks[k] >= 0 && this.marks[k] < end) {
        places.push(this.marks[k]);
        this.marks[k] = bytes.indexOf(mark, this.marks[k] + 1);
      }
      found ||= this.columnsOf(bytes, start, places).some((column) => this.isNumber[column] === 1);
    }
    return found;
  }

  /** The columns in which ascending places of a record stand. */
  private columnsOf(bytes: Buffer, start: number, places: readonly number[]): number[] {
    const { delimiter } = this.shape.dialect;
    let column = 0;
    let state: FieldState = FieldState.beginning;
    let at = start;
    return places.map((place) => {
      for (; at < place; at++) {
        state = nextState(state, bytes[at], delimiter);
        if (state === FieldState.beginning && bytes[at] === delimiter) column++;
      }
      return column;
    });
  }
}
