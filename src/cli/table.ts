/** Columns that every terminal has. */
export const terminalWidth = 80;

/** Widest line: some terminals begin a new one as soon as the last column is written. */
export const textWidth = terminalWidth - 1;

/**
 * Rows of cells as aligned text: first column left, the others right; trailing blanks removed. Where a row is wider
 * than `width`, long cells of the first column lose their middle; JSON output has them whole. Control characters,
 * which a name may bring from a table, show as `?`.
 */
export function alignTable(rows: readonly (readonly string[])[], width = textWidth): string {
  const shown = rows.map((row) => row.map((cell) => cell.replaceAll(/\p{Cc}/gu, "?")));
  const widths = shown[0].map((_, c) => Math.max(...shown.map((row) => row[c].length)));
  const others = widths.slice(1).reduce((sum, columns) => sum + columns + 2, 0);
  const first = Math.min(widths[0], Math.max(shortestLabel, width - others));
  return shown
    .map(([label, ...cells]) =>
      [shorten(label, first).padEnd(first), ...cells.map((cell, c) => cell.padStart(widths[c + 1]))]
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const shortestLabel = 16;

/** Text of at most `length` characters: its beginning and its end, with `..` between. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = length - 2;
  return `${text.slice(0, Math.ceil(kept / 2))}..${text.slice(text.length - Math.floor(kept / 2))}`;
}

/** Words of a text on lines no longer than the widest one. */
export function wrapText(text: string, width = textWidth): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

/** `title` and entries with commas between, wrapped after a comma at the widest line and indented under the first entry. */
export function wrapList(title: string, entries: readonly string[], width = textWidth): string {
  const indent = " ".repeat(title.length);
  const lines = [title];
  entries.forEach((entry, i) => {
    const text = i === entries.length - 1 ? entry : `${entry},`;
    const last = lines[lines.length - 1];
    const begins = last.length === title.length;
    if (begins) lines[lines.length - 1] = last + text;
    else if (last.length + 1 + text.length <= width) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(indent + text);
  });
  return lines.join("\n");
}
