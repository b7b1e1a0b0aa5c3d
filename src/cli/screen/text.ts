import { csvText } from "../../files/csv.js";
import type { ScreenedColumn } from "../../mi/screening/screen.js";
import { formatCount, plural } from "../../report/text.js";
import { alignColumns } from "../../report/text-columns.js";
import type { ScreenedTable } from "./run.js";

/** Columns by what they tell, the most telling first; those that are no discovery behind. */
export function byInformation({ columns, level }: ScreenedTable): ScreenedColumn[] {
  const found = (column: ScreenedColumn) => (column.qValue <= level ? 0 : 1);
  return columns.toSorted((a, b) => found(a) - found(b) || b.bits - a.bits || a.pValue - b.pValue);
}

/** A screening for a terminal. @param top how many columns are listed at most */
export function screenText(screened: ScreenedTable, top: number): string {
  const { rows, columns, level, target, classes, leftOut, bins } = screened;
  const discoveries = columns.filter(({ qValue }) => qValue <= level);
  const beyond = discoveries.filter(({ monotone }) => monotone?.exceeded);
  const listed = byInformation(screened).slice(0, top);
  const read = classes === null ? `${bins} bins of equal frequency` : plural(classes.length, "class", "classes");
  const lines = [
    `What each column tells about ${target} by itself: ${plural(rows, "row")}, ${read}`,
    "",
    alignColumns([head(classes !== null), ...listed.map((column) => cells(column, classes !== null))]),
    ...(columns.length > listed.length
      ? [`.. and ${formatCount(columns.length - listed.length)} more (--top, --out)`]
      : []),
    "",
    `- ${formatCount(discoveries.length)} of ${plural(columns.length, "column")} at a false discovery rate of ${level} (Benjamini-Hochberg over G-tests; rows count as independent).`,
    ...(beyond.length === 0
      ? []
      : [
          `- ${plural(beyond.length, "of them tells", "of them tell")} more than a rising or falling line would: "not monotone".`,
        ]),
    "- A column that tells only together with another is not seen here: `pidreg decompose` sees it.",
    ...leftOut.map(({ column, why }) => `- ${column} was left out: ${why}.`),
  ];
  return lines.join("\n");
}

function head(isClass: boolean): string[] {
  return ["column", "bits", "s.e.", "p", "q", ...(isClass ? [] : ["monotone", ""]), "rows"];
}

function cells({ name, bits, standardError, pValue, qValue, monotone, n }: ScreenedColumn, isClass: boolean): string[] {
  return [
    name,
    bits.toFixed(3),
    standardError.toFixed(3),
    probability(pValue),
    probability(qValue),
    ...(isClass ? [] : [monotone === null ? "-" : monotone.bits.toFixed(3), monotone?.exceeded ? "not monotone" : ""]),
    String(n),
  ];
}

function probability(value: number): string {
  return value < 0.001 ? value.toExponential(0) : value.toFixed(3);
}

/** All columns as CSV, the most telling first. */
export function screenCsv(screened: ScreenedTable): string {
  const names = [
    "column",
    "bits",
    "standardError",
    "pValue",
    "qValue",
    "rows",
    "correlation",
    "monotoneBits",
    "notMonotone",
  ];
  const lines = byInformation(screened).map(({ name, bits, standardError, pValue, qValue, n, monotone }) => [
    ...[name, bits, standardError, pValue, qValue, n],
    ...(monotone === null ? [null, null, null] : [monotone.correlation, monotone.bits, monotone.exceeded ? 1 : 0]),
  ]);
  return csvText(names, lines, "the screening");
}
