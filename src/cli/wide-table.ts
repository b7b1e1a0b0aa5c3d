import { alignColumns, displayWidth, measuredCells, shorten, wrapWords } from "../report/text-columns.js";
import { textWidth } from "./table.js";

/** Columns between two columns of a table. */
const gap = 2;
const shortestLabel = 16;

/**
 * Rows of cells, header first, as aligned text no wider than a terminal, with a rule under the heads. Where it would be
 * wider, heads are broken at their blanks; columns that still do not fit follow below, each group of them with the first
 * column again.
 */
export function wideTable(rows: readonly (readonly string[])[], width = textWidth): string {
  const { cells, widths: whole } = measuredCells(rows);
  const [heads, ...body] = cells;
  const fits = whole.reduce((sum, own) => sum + own + gap, -gap) <= width;
  const broken = heads.map((head, c) => {
    const longestWord = Math.max(0, ...head.split(" ").map(displayWidth));
    return Math.max(longestWord, ...body.map((row) => displayWidth(row[c] ?? "")));
  });
  const widths = fits ? whole : broken;
  const others = Math.max(0, ...widths.slice(1));
  const first = Math.max(displayWidth(heads[0] ?? ""), widths[0]);
  const label = Math.min(first, Math.max(shortestLabel, width - others - gap));
  const groups = columnGroups(widths, label, width);
  return groups.map((columns) => panel(heads, body, { columns, widths, label })).join("\n\n");
}

/** Columns after the first, as many together as fit beside it. */
function columnGroups(widths: readonly number[], label: number, width: number): number[][] {
  const groups: number[][] = [[]];
  let used = label;
  for (let c = 1; c < widths.length; c++) {
    const last = groups[groups.length - 1];
    if (last.length > 0 && used + gap + widths[c] > width) {
      groups.push([c]);
      used = label + gap + widths[c];
    } else {
      last.push(c);
      used += gap + widths[c];
    }
  }
  return groups;
}

interface Panel {
  readonly columns: readonly number[];
  readonly widths: readonly number[];
  readonly label: number;
}

function panel(heads: readonly string[], body: readonly (readonly string[])[], { columns, widths, label }: Panel) {
  const lines = [wrapWords(heads[0] ?? "", label), ...columns.map((c) => wrapWords(heads[c], widths[c]))];
  const height = Math.max(...lines.map((broken) => broken.length));
  const cut = (cells: readonly string[]) => [shorten(cells[0] ?? "", label), ...columns.map((c) => cells[c] ?? "")];
  const headRows = Array.from({ length: height }, (_, i) =>
    // Their last lines stand on the rule.
    lines.map((broken) => broken[i - height + broken.length] ?? ""),
  );
  const all = [...headRows, ...body.map(cut)];
  const aligned = alignColumns(all).split("\n");
  const across = Math.max(...aligned.map(displayWidth));
  return [...aligned.slice(0, height), "-".repeat(across), ...aligned.slice(height)].join("\n");
}
