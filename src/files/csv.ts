import { RunError } from "../errors.js";
import { guarded } from "./formula-guard.js";

/** What may stand in a cell: null is an empty one, a number must be finite. */
export type Cell = string | number | null;

/**
 * A table for people and programs as CSV text with a header line: numbers with all their digits, text quoted where
 * RFC 4180 asks for it and guarded against spreadsheets that would run it (`unguarded` takes that back).
 * @param label what the table is, for the error
 * @throws RunError naming row and column of a number that is not finite; an empty cell must be asked for with null
 */
export function csvText(header: readonly string[], rows: Iterable<readonly Cell[]>, label: string): string {
  const lines = [header.map(textCell).join(",")];
  for (const row of rows)
    lines.push(row.map((cell, c) => csvCell(cell, () => placeOf(header, row, lines, c, label))).join(","));
  return `${lines.join("\n")}\n`;
}

function csvCell(cell: Cell, place: () => string): string {
  if (cell === null) return "";
  if (typeof cell === "string") return textCell(cell);
  if (!Number.isFinite(cell)) throw new RunError(`${place()} is ${cell}; expected a finite number`);
  return String(cell);
}

function textCell(text: string): string {
  const safe = guarded(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows count from 1 without the header; the first cell tells which one it is. */
function placeOf(
  header: readonly string[],
  row: readonly Cell[],
  before: readonly string[],
  c: number,
  label: string,
): string {
  return `${label}: row ${before.length} (${header[0]} "${row[0]}"), column "${header[c]}"`;
}
