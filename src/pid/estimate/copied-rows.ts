import { earlierCopies, RowHashes } from "../../math/row-copies.js";

/** Rows that repeat an earlier one in every column that is used. */
export interface CopiedRows {
  readonly copies: number;
  /** Rows that were compared. */
  readonly compared: number;
  /** The first few, as [row, the row that it repeats]; empty where rows were not kept. */
  readonly examples: readonly (readonly [number, number])[];
}

const mostExamples = 5;

/** Counts copies among columns held in memory. @param columns each [rows], at least one; NaN equals NaN */
export function copiedRows(columns: readonly ArrayLike<number>[]): CopiedRows {
  const rows = columns[0].length;
  const hashes = new RowHashes(rows);
  for (const column of columns) for (let r = 0; r < rows; r++) hashes.add(r, column[r]);
  const earlier = earlierCopies(hashes);
  const examples: [number, number][] = [];
  let copies = 0;
  for (let r = 0; r < rows; r++) {
    if (earlier[r] < 0) continue;
    if (copies++ < mostExamples) examples.push([r, earlier[r]]);
  }
  return { copies, compared: rows, examples };
}
