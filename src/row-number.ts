/**
 * A row of a list in memory as messages call it. Rows are counted from 1 wherever a user is told of one, those of a table
 * without its header; only results that are indices themselves, such as arrays of rows, count from 0.
 */
export function countedRow(index: number): string {
  return `row ${index + 1} (counted from 1)`;
}
