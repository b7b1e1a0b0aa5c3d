import { isUtf8 } from "../../files/utf8.js";
import type { BadValue } from "./bad-cells.js";
import { type CsvDialect, type CsvField, fieldsOf } from "./csv-records.js";
import { isNumberText } from "./number-text.js";
import { flag } from "./said-options.js";

/** What every record of a table must be like. */
export interface CsvShape {
  readonly dialect: CsvDialect;
  /** Names of all columns, in file order. */
  readonly columns: readonly string[];
  /** Indices of the columns that are read as numbers. */
  readonly numbers: readonly number[];
  /** Whether a text stands for a missing value in a column of numbers. */
  readonly isMissing: (text: string) => boolean;
  /** Whether a text is a number; digits with a decimal point if left out. */
  readonly isNumber?: (text: string) => boolean;
  /** Bytes of the longest record. */
  readonly longestLine: number;
}

/** A record without its line end, where it stands, and how it was cut. */
export interface PlacedRecord {
  readonly label: string;
  readonly bytes: Buffer;
  /** Counted from 1, the header aside. */
  readonly row: number;
  /** Line of the file in which it begins. */
  readonly line: number;
  /** Whether the file, or the longest line, ended in quotes. */
  readonly open: boolean;
  /** Whether another line end than the header's closes it. */
  readonly stray: boolean;
  /** Whether it has, or lacks, a separator behind its last field unlike the first row, as `RowEnds` tells. */
  readonly unlike: boolean;
}

/** What is wrong, and in which column if it is one column's fault; `at` is its index, beyond the last for a surplus. */
interface Fault {
  readonly at?: number;
  readonly what: string;
}

/**
 * What is wrong with a record: a sentence that names file, row, column and line, or a word in a column of numbers;
 * undefined when nothing is.
 */
export function recordFault(record: PlacedRecord, shape: CsvShape): string | BadValue | undefined {
  const { label, row, line } = record;
  const { columns } = shape;
  const fields = fieldsOf(record.bytes, shape.dialect);
  const fault = shapeFault(record, fields, shape);
  if (fault === undefined) return wordFault(record, fields, shape);
  const { at, what } = fault;
  const column =
    at === undefined ? "" : at < columns.length ? `, column "${columns[at]}"` : `, after column "${columns.at(-1)}"`;
  return `${label}: row ${row} (header not counted)${column}: line ${line}${what}`;
}

function shapeFault(record: PlacedRecord, fields: readonly CsvField[], shape: CsvShape): Fault | undefined {
  const { bytes, open } = record;
  if (bytes.length > shape.longestLine) {
    const limit = `${Math.round(shape.longestLine / 1e5) / 10} MB`;
    if (!open) return { what: ` is longer than ${limit}; is this a text table with one row per line?` };
    return { at: fields.length - 1, what: `: a quote (") is opened and not closed within ${limit}; close it.` };
  }
  if (!isUtf8(bytes)) return { at: foreignField(bytes, fields), what: " is not UTF-8 text; save the table as UTF-8." };
  const torn = fields.findIndex((field) => field.torn);
  if (torn >= 0) {
    const what = ': a quote (") is opened and not closed where the field ends; close it, or double quotes inside text.';
    return { at: torn, what };
  }
  const mixed = record.stray ? fields.length - 1 : strayLineEnd(fields, shape.dialect);
  if (mixed >= 0) {
    return { at: mixed, what: ": line ends are mixed; save the table again with one kind of line end." };
  }
  return countFault(record, fields, shape.columns) ?? swallowedRow(record, fields, shape);
}

/** The first field that holds bytes which are not UTF-8. */
function foreignField(record: Buffer, fields: readonly CsvField[]): number {
  return fields.findIndex(({ start }, i) => !isUtf8(record.subarray(start, fields[i + 1]?.start ?? record.length)));
}

/** The first field with a line end of another kind than the header's outside quotes, or -1. */
function strayLineEnd(fields: readonly CsvField[], { lineEnd }: CsvDialect): number {
  const other = lineEnd === "\r" ? "\n" : "\r";
  return fields.findIndex(({ text, quoted }) => !quoted && text.includes(other));
}

/** A separator behind the last field is allowed where all rows have one, as some programs write tables. */
function countFault(record: PlacedRecord, fields: readonly CsvField[], columns: readonly string[]): Fault | undefined {
  const { row, unlike } = record;
  const surplus = fields.length - columns.length;
  const ends = surplus === 1 && fields[columns.length].text === "";
  if (surplus === 0 || ends) return unlike ? endFault(ends, columns.length) : undefined;
  const what =
    ` has ${fields.length} fields, but the header has ${columns.length}; every row needs as many fields as there are ` +
    `column names (quote fields that contain the separator).${countHint(row, fields, surplus)}`;
  return { at: Math.min(fields.length, columns.length), what };
}

function endFault(ends: boolean, columns: number): Fault {
  const what = ends
    ? ` has ${columns + 1} fields, the last of them empty, but the header has ${columns} and the rows before it end without a ` +
      "separator: a cell may be one too many, and the others shifted; take out the separator that is too many."
    : ` has ${columns} fields, but the rows before it have one more, empty, behind a separator at their end: a cell may be ` +
      "missing, and the others shifted; end every row with a separator, or none.";
  return { at: ends ? columns : columns - 1, what };
}

/** What a table with another number of fields may be. One with names of rows has a field too many from its first row on. */
function countHint(row: number, fields: readonly CsvField[], surplus: number): string {
  const comment = /^[#%!]/.exec(fields[0].text)?.[0];
  if (comment !== undefined)
    return ` If lines that begin with "${comment}" are comments, set data.comment: "${comment}"${flag("comment", comment)}.`;
  if (surplus !== 1 || row !== 1) return "";
  return ` If the first field of every row is its name, as R writes it, set data.rowNames: true${flag("row-names")}.`;
}

/**
 * A quote that was opened by mistake ends at the next one, and the rows between become text of one cell. Lines inside
 * quotes that read as rows of this very table tell it.
 */
function swallowedRow(record: PlacedRecord, fields: readonly CsvField[], shape: CsvShape): Fault | undefined {
  const { lineEnd } = shape.dialect;
  if (shape.columns.length < 3 || !record.bytes.includes(lineEnd)) return undefined;
  const [first, ...others] = record.bytes.toString("utf8").split(lineEnd);
  const last = others.length - 1;
  const delimiter = String.fromCharCode(shape.dialect.delimiter);
  // Of a cell that rightly holds line breaks, the last line goes on with the fields behind it.
  const begun = first.split(delimiter).length === shape.columns.length;
  const found = others.findIndex((line, i) => (i < last || begun) && isRow(line.split(delimiter), shape));
  if (found < 0) return undefined;
  const what =
    `: a quote (") is opened that runs over line ${record.line + 1 + found}, which reads as a row of its own; close ` +
    "the quote, or double quotes inside text.";
  return { at: fields.findIndex(({ quoted, text }) => quoted && text.includes(lineEnd)), what };
}

/** Whether a line has the fields of a row, with a number wherever numbers are read. */
function isRow(cells: readonly string[], { columns, numbers, isMissing, isNumber = isNumberText }: CsvShape): boolean {
  if (cells.length !== columns.length) return false;
  const values = numbers.map((i) => cells[i].replaceAll('"', "")).filter((cell) => !isMissing(cell));
  return values.length > 0 && values.every(isNumber);
}

function wordFault({ row }: PlacedRecord, fields: readonly CsvField[], shape: CsvShape): BadValue | undefined {
  const { isNumber = isNumberText } = shape;
  const at = shape.numbers.find((i) => !shape.isMissing(fields[i].text) && !isNumber(fields[i].text));
  if (at === undefined) return undefined;
  return { row, column: shape.columns[at], value: fields[at].text };
}
