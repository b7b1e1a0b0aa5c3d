import { isUtf8 } from "../../files/utf8.js";
import type { LineEnd } from "./csv-records.js";

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

/** Digits that a double holds exactly. */
const exactDigits = 15;
const powersOfTen = Float64Array.from({ length: exactDigits + 1 }, (_, k) => Number(`1e${k}`));

/** Where the cells of wanted columns go; one column may be wanted as a number and as a text. */
export interface PlainCells {
  /** [columns] place of a column among the numbers, -1 where it is none. */
  readonly numbers: Int32Array;
  /** [columns] place of a column among the texts, -1 where it is none; null where no texts are wanted. */
  readonly texts: Int32Array | null;
  number(slot: number, value: number): void;
  text(slot: number, value: string): void;
  /** A cell of a column of numbers that is no short decimal. @returns whether it can be read at all */
  other(column: number, slot: number, text: string): boolean;
}

/** How the rows of a text table are cut. */
export interface PlainDialect {
  readonly delimiter: number;
  readonly lineEnd: Exclude<LineEnd, "\r">;
  /** Bytes that a row may have. */
  readonly longestLine: number;
}

/**
 * Whether whole lines hold nothing but what a plain table does: text in UTF-8, no quotes, no other line ends. Such lines are cut at
 * the delimiter and nowhere else.
 */
export function isPlain(lines: Buffer, { lineEnd }: PlainDialect): boolean {
  const hasOtherEnds = lineEnd === "\n" && lines.includes(carriageReturn);
  return !hasOtherEnds && !lines.includes(quote) && !lines.includes(0) && isUtf8(lines);
}

/**
 * Reads a row from `start` to its line feed at `end`. The bytes of columns that are not wanted are only counted.
 * A decimal m / 10^k of at most 15 digits is one division of exact numbers, which rounds as the conversion of its text does.
 * @returns whether it has one field for each column, and nothing that a plain row does not have
 */
export function readPlainRow(
  bytes: Buffer,
  start: number,
  end: number,
  { delimiter, lineEnd, longestLine }: PlainDialect,
  cells: PlainCells,
): boolean {
  let stop = end;
  if (lineEnd === "\r\n") {
    stop--;
    if (bytes.indexOf(carriageReturn, start) !== stop) return false;
  }
  if (stop === start || stop - start > longestLine) return false;
  const { numbers, texts } = cells;
  const columns = numbers.length;
  let at = start;
  for (let column = 0; column < columns; column++) {
    const slot = numbers[column];
    const first = at;
    if (slot >= 0) {
      at = readNumber(bytes, at, stop, delimiter, cells, slot);
      if (at < 0) {
        at = fieldEnd(bytes, first, stop, delimiter);
        if (at === first) cells.number(slot, Number.NaN);
        else if (!cells.other(column, slot, bytes.toString("utf8", first, at))) return false;
      }
    } else {
      while (at < stop && bytes[at] !== delimiter) at++;
    }
    if (texts !== null && texts[column] >= 0) cells.text(texts[column], bytes.toString("utf8", first, at));
    if (at === stop) return column === columns - 1;
    at++;
  }
  return false;
}

/** The end of a short decimal that was read, or -1. */
function readNumber(
  bytes: Buffer,
  start: number,
  stop: number,
  delimiter: number,
  cells: PlainCells,
  slot: number,
): number {
  let at = start;
  const negative = at < stop && bytes[at] === minus;
  if (negative) at++;
  const first = at;
  let mantissa = 0;
  for (; at < stop; at++) {
    const digit = bytes[at] - zero;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  let digits = at - first;
  let decimals = 0;
  if (at < stop && bytes[at] === point) {
    const behind = ++at;
    for (; at < stop; at++) {
      const digit = bytes[at] - zero;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    decimals = at - behind;
    digits += decimals;
  }
  if (digits === 0 || digits > exactDigits || (at < stop && bytes[at] !== delimiter)) return -1;
  const value = mantissa / powersOfTen[decimals];
  cells.number(slot, negative ? -value : value);
  return at;
}

function fieldEnd(bytes: Buffer, start: number, stop: number, delimiter: number): number {
  let at = start;
  while (at < stop && bytes[at] !== delimiter) at++;
  return at;
}

/** Pieces of a file put together to whole lines; the rest waits for the next piece. */
export class WholeLines {
  private rest: Buffer[] = [];

  /** The lines that the piece ends; empty where it ends none. */
  push(piece: Buffer): Buffer {
    const end = piece.lastIndexOf(newline) + 1;
    if (end === 0) {
      this.rest.push(piece);
      return piece.subarray(0, 0);
    }
    const lines =
      this.rest.length === 0 ? piece.subarray(0, end) : Buffer.concat([...this.rest, piece.subarray(0, end)]);
    this.rest = end === piece.length ? [] : [piece.subarray(end)];
    return lines;
  }

  /** What stands behind the last line end, with one. */
  last(lineEnd: LineEnd): Buffer {
    const rest = Buffer.concat(this.rest);
    return rest.length === 0 ? rest : Buffer.concat([rest, Buffer.from(lineEnd)]);
  }
}
