/** What makes a spreadsheet take a cell for a formula, or lets a later part of it be one. */
const runs = /^'*[=+\-@\t\r\n＝＋－＠]/;

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A text as a cell that no spreadsheet runs: one apostrophe in front of what begins, after any apostrophes of its own,
 * with `=`, `+`, `-`, `@`, a tab or a line end. Plain numbers stay as they are.
 */
export function guarded(text: string): string {
  return runs.test(text) && !number.test(text) ? `'${text}` : text;
}

/** The text that `guarded` was given; of a file that was written without it, the text itself but for `'=..` and its like. */
export function unguarded(cell: string): string {
  return runs.test(cell) && cell.startsWith("'") ? cell.slice(1) : cell;
}
