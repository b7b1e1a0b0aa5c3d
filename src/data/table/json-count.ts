import { InputError } from "../../errors.js";
import { longestJson } from "./relation.js";

const newline = 0x0a;
const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

const isBlank = (byte: number) => byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09;
const isOpening = (byte: number) => byte === 0x5b || byte === 0x7b;
const isClosing = (byte: number) => byte === 0x5d || byte === 0x7d;

/** Counts the lines of a JSON-lines table that hold something: each is a row. */
export class JsonLineCount {
  rows = 0;
  private line = 1;
  /** Bytes of the line at hand so far, and whether it holds something. */
  private length = 0;
  private filled = false;

  constructor(private readonly label: string) {}

  /** Takes the next bytes of the file. @throws InputError for a line that is too long */
  push(chunk: Buffer): void {
    let start = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, start)) {
      this.look(chunk, start, at);
      this.end();
      this.line++;
      start = at + 1;
    }
    this.look(chunk, start, chunk.length);
  }

  /** The file, or a line, has ended. */
  end(): void {
    if (this.filled) this.rows++;
    this.filled = false;
    this.length = 0;
  }

  private look(chunk: Buffer, start: number, end: number): void {
    for (let i = start; i < end && !this.filled; i++) this.filled = !isBlank(chunk[i]);
    this.length += end - start;
    if (this.length > longestJson) throw new InputError(longJsonProblem(this.label, this.rows + 1, this.line));
  }
}

/** The sentence about a line of JSON that is too long. */
export function longJsonProblem(label: string, row: number, line: number): string {
  return `${label}: row ${row}, line ${line} is longer than ${longestJson / 2 ** 20} MB; is this a table?`;
}

/** Counts the rows of a JSON table: elements of the one array that it is, or values beside each other. */
export class JsonValueCount {
  private depth = 0;
  /** Values at the top, and elements of arrays at the top. */
  private readonly values = [0, 0];
  /** Whether a value that no bracket or quote closes is at hand. */
  private bare = false;
  private array = false;
  private inText = false;
  private escaped = false;

  get rows(): number {
    return this.array && this.values[0] === 1 ? this.values[1] : this.values[0];
  }

  /** Takes the next bytes of the file. */
  push(chunk: Buffer): void {
    for (let i = 0; i < chunk.length; i++) this.step(chunk[i]);
  }

  end(): void {}

  private step(byte: number): void {
    if (this.inText) {
      this.inText = this.escaped || byte !== quote;
      this.escaped = !this.escaped && byte === backslash;
    } else if (isClosing(byte)) {
      this.depth--;
      this.bare = false;
    } else if (isBlank(byte) || byte === comma) this.bare = false;
    else if (this.depth < 2) this.value(byte);
    else if (isOpening(byte)) this.depth++;
    else this.inText = byte === quote;
  }

  /** A byte of, or at the beginning of, a value that may be a row. */
  private value(byte: number): void {
    const enclosed = isOpening(byte) || byte === quote;
    if (enclosed || !this.bare) {
      this.values[this.depth]++;
      if (this.depth === 0 && this.values[0] === 1) this.array = byte === 0x5b;
    }
    this.bare = !enclosed;
    if (isOpening(byte)) this.depth++;
    this.inText = byte === quote;
  }
}
