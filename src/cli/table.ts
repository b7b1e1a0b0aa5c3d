import { alignColumns, displayWidth, measuredCells, shorten } from "../report/text-columns.js";
import { shown } from "../shown.js";

/** Columns that every terminal has. */
export const terminalWidth = 80;

/** Widest line: some terminals begin a new one as soon as the last column is written. */
export const textWidth = terminalWidth - 1;

/**
 * Rows of cells as aligned text: first column left, the others right; trailing blanks removed. Where a row is wider
 * than `width`, long cells of the first column lose their middle; JSON output has them whole. What a name may bring from
 * a table that a terminal must not get shows as an escape.
 */
export function alignTable(rows: readonly (readonly string[])[], width = textWidth): string {
  const {
    cells,
    widths: [label, ...widths],
  } = measuredCells(rows);
  const others = widths.reduce((sum, columns) => sum + columns + 2, 0);
  const first = Math.min(label, Math.max(shortestLabel, width - others));
  return alignColumns(cells.map(([name, ...values]) => [shorten(name, first), ...values]));
}

const shortestLabel = 16;

/**
 * `title` and entries with commas between, wrapped after a comma at the widest line and indented under the first entry;
 * made harmless for a terminal.
 */
export function wrapList(title: string, entries: readonly string[], width = textWidth): string {
  const head = shown(title);
  const indent = " ".repeat(displayWidth(head));
  const lines = [head];
  entries.map(shown).forEach((entry, i) => {
    const text = i === entries.length - 1 ? entry : `${entry},`;
    const last = lines[lines.length - 1];
    const begins = displayWidth(last) === indent.length;
    if (begins) lines[lines.length - 1] = last + text;
    else if (displayWidth(last) + 1 + displayWidth(text) <= width) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(indent + text);
  });
  return lines.join("\n");
}
