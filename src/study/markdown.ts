import { measuredCells, padLeft, padRight } from "../report/text-columns.js";

/** Rows of cells, header first, as a Markdown table whose columns line up in a terminal too. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const { cells, widths: measured } = measuredCells(rows);
  const widths = measured.map((width) => Math.max(3, width));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, c) => (c === 0 ? padRight(cell, widths[c]) : padLeft(cell, widths[c]))).join(" | ")} |`;
  const rule = `|${widths.map((width, c) => `${"-".repeat(width + 1)}${c === 0 ? "-" : ":"}`).join("|")}|`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n");
}

/** An error in the unit of the target; a dash where there is none. */
export function digits(value: number | null | undefined, count = 4): string {
  return value === null || value === undefined ? "-" : value.toPrecision(count);
}

/** Bits, or a share. */
export function fixed(value: number | null | undefined, places = 3): string {
  return value === null || value === undefined ? "-" : value.toFixed(places);
}

/** `+1.2 %` of a share of 0.012. */
export function percent(share: number): string {
  return `${share < 0 ? "" : "+"}${(100 * share).toFixed(1)} %`;
}
