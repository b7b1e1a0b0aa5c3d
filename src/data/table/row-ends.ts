import { type CsvField, fieldCount } from "./csv-records.js";

const quote = 0x22;
const space = 0x20;

/**
 * Whether the rows of a delimited text table are alike in ending with a separator, behind which nothing stands: all of them,
 * or none. One alone that has, or lacks, such an empty field may have its cells shifted.
 */
export class RowEnds {
  /** Of the first row; undefined before it. */
  private first: boolean | undefined;

  /** @param columns number of them in the header */
  constructor(private readonly columns: number) {}

  /** Takes the fields of the next row. @returns whether it ends unlike the first one */
  unlike(fields: readonly CsvField[]): boolean {
    const { columns } = this;
    return this.differs(fields.length === columns + 1 && fields[columns].text === "");
  }

  /** Takes the next row by its bytes, of which only those are cut into fields that may end with an empty one. */
  unlikeBytes(bytes: Buffer, start: number, end: number, delimiter: number): boolean {
    const ends = endsEmpty(bytes, start, end, delimiter);
    return this.differs(ends && fieldCount(bytes, start, end, delimiter) === this.columns + 1);
  }

  private differs(ends: boolean): boolean {
    this.first ??= ends;
    return ends !== this.first;
  }
}

/** Whether nothing, or an empty pair of quotes, stands behind the last separator. */
function endsEmpty(bytes: Buffer, start: number, end: number, delimiter: number): boolean {
  if (end > start && bytes[end - 1] === delimiter) return true;
  let at = withoutSpaces(bytes, start, end);
  if (at - start < 3 || bytes[at - 1] !== quote || bytes[at - 2] !== quote) return false;
  at = withoutSpaces(bytes, start, at - 2);
  return at > start && bytes[at - 1] === delimiter;
}

/** The end of what stands before spaces. */
function withoutSpaces(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1] === space) at--;
  return at;
}
