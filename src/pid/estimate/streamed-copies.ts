import { RowHashes, SeenRows } from "../../math/row-copies.js";

/** Used rows that repeat an earlier one in every column. */
export interface StreamedCopies {
  readonly copies: number;
  /** Rows that were compared: all that were used, or those before as many different ones as are remembered. */
  readonly compared: number;
}

/** Most different rows whose hashes are kept while a table streams by (24 bytes each). */
export const mostDistinctRows = 2 ** 22;

/** Counts rows of a stream that repeat earlier ones, as long as there is room to remember them. */
export class CopyCounter {
  private readonly seen = new SeenRows();
  private copies = 0;
  private compared = 0;

  /** @param distinct most different rows that are remembered */
  constructor(private readonly distinct = mostDistinctRows) {}

  /** Takes the next rows; those that are not `used` are passed over. */
  add(columns: readonly Float64Array[], rows: number, used: (row: number) => boolean): void {
    if (this.seen.size >= this.distinct) return;
    const hashes = new RowHashes(rows);
    for (const column of columns) for (let r = 0; r < rows; r++) hashes.add(r, column[r]);
    for (let r = 0; r < rows && this.seen.size < this.distinct; r++) {
      if (!used(r)) continue;
      if (this.seen.add(hashes.high[r], hashes.low[r], r) >= 0) this.copies++;
      this.compared++;
    }
  }

  counted(): StreamedCopies {
    return { copies: this.copies, compared: this.compared };
  }
}
