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

/** Bits, or a share, without "-0.00". */
export function fixed(value: number | null | undefined, places = 3): string {
  if (value === null || value === undefined) return "-";
  const text = value.toFixed(places);
  return isZero(text) ? text.slice(1) : text;
}

/** From this many times the other error on, a percentage is no longer read: "34.4 times". */
const mostPercent = 10;

/** A change of an error as a cell: `+1.2 %` of a share of 0.012, `34.4 times` of 33.4. */
export function percent(share: number): string {
  if (share >= mostPercent) return times(share);
  const text = (100 * share).toFixed(1);
  return `${Number(text) > 0 ? "+" : ""}${isZero(text) ? text.slice(1) : text} %`;
}

/** A share of 1 without a sign, as few decimals as it has: `2 %`, `0.5 %`. */
export function plainPercent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

/** What an error is to another, as words before its name: "1.2 % lower than", "34.4 times", "equal, to 0.1 %, to". */
export function comparedTo(share: number): string {
  if (share >= mostPercent) return times(share);
  const text = (100 * Math.abs(share)).toFixed(1);
  if (Number(text) === 0) return "equal, to 0.1 %, to";
  return `${text} % ${share < 0 ? "lower" : "higher"} than`;
}

function times(share: number): string {
  return `${Number((1 + share).toPrecision(3))} times`;
}

function isZero(text: string): boolean {
  return /^-0\.?0*$/.test(text);
}
