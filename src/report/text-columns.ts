import stringWidth from "string-width";
import { shown } from "../shown.js";

/** Columns of a terminal that a text takes: none for a combining mark, two for an ideograph. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** The text with blanks behind it, `width` columns wide. */
export function padRight(text: string, width: number): string {
  return text + blanks(text, width);
}

/** The text with blanks before it, `width` columns wide. */
export function padLeft(text: string, width: number): string {
  return blanks(text, width) + text;
}

/** Cells as a terminal may get them, and the width of each column; rows may end early. */
export function measuredCells(rows: readonly (readonly string[])[]) {
  const cells = rows.map((row) => row.map(shown));
  const columns = Math.max(...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) => Math.max(...cells.map((row) => displayWidth(row[c] ?? ""))));
  return { cells, widths };
}

/** Rows of cells as lines: the first column flush left, the others flush right, two blanks between; made harmless. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const { cells, widths } = measuredCells(rows);
  return cells
    .map((row) =>
      row
        .map((cell, c) => (c === 0 ? padRight(cell, widths[c]) : padLeft(cell, widths[c])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Lines of at most `width` columns, broken at spaces; a longer word gets a line of its own. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(last) + 1 + displayWidth(word) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** Text of at most `width` columns: its beginning and its end, with `..` between. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const kept = width - 2;
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const start = fitting(characters, Math.ceil(kept / 2));
  const end = fitting(characters.toReversed(), Math.floor(kept / 2)).toReversed();
  return `${start.join("")}..${end.join("")}`;
}

/** As many of the characters, from the first on, as are at most `width` columns wide. */
function fitting(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += displayWidth(character);
    if (used > width) break;
    taken.push(character);
  }
  return taken;
}

function blanks(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text)));
}
