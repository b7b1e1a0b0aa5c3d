import { isMissingText, type MissingMarks, meansMissing } from "../missing/missing-marks.js";
import type { ReadColumns } from "../table/read-columns.js";

/** A text as the name of a category: blanks at its ends do not count, nor the `.0` of a whole number. */
export function categoryName(text: string): string {
  const name = text.trim().normalize("NFC");
  return /^-?\d+\.0+$/.test(name) ? name.slice(0, name.indexOf(".")) : name;
}

/**
 * Texts as places among their different values, in the order of numbers where all are, else of letters.
 * @param texts [rows], null = missing; what stands for a missing number does so here too
 */
export function categoryCodes(
  texts: readonly (string | null)[],
  marks: MissingMarks,
): { readonly levels: readonly string[]; readonly codes: Float64Array } {
  const names = texts.map((text) => (text === null || meansMissing(text, marks) ? null : categoryName(text)));
  const levels = [...new Set(names.filter((name) => name !== null))].sort(order(names));
  const places = new Map(levels.map((level, place) => [level, place]));
  return {
    levels,
    codes: Float64Array.from(names, (name) => (name === null ? Number.NaN : (places.get(name) as number))),
  };
}

function order(names: readonly (string | null)[]): (a: string, b: string) => number {
  const byLetters = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  if (!names.every((name) => name === null || /^-?\d+(\.\d+)?$/.test(name))) return byLetters;
  return (a, b) => Number(a) - Number(b) || byLetters(a, b);
}

/** Columns of a table with categories among the numbers, as codes. @param columns names of the categories */
export function withCodes(table: ReadColumns, columns: readonly string[], marks: MissingMarks): ReadColumns {
  if (columns.length === 0) return table;
  const coded = columns.map((column) => ({
    column,
    ...categoryCodes(table.texts.get(column) as readonly (string | null)[], marks),
  }));
  return {
    ...table,
    numbers: new Map([...table.numbers, ...coded.map(({ column, codes }) => [column, codes] as const)]),
    levels: new Map(coded.map(({ column, levels }) => [column, levels])),
  };
}

/** Sentences about texts of categories that were read as missing and may be names: a region NA. */
export function markMessages(table: ReadColumns, columns: readonly string[]): string[] {
  return columns.flatMap((column) => {
    const marks = new MarkCounts();
    for (const text of table.texts.get(column) ?? []) marks.add(text);
    return marks.messages(column);
  });
}

/** Counts texts of one column that were read as missing and may be names. */
export class MarkCounts {
  private readonly counts = new Map<string, number>();

  add(text: string | null): void {
    const trimmed = text?.trim() ?? "";
    if (trimmed === "" || !isMissingText(trimmed)) return;
    this.counts.set(trimmed, (this.counts.get(trimmed) ?? 0) + 1);
  }

  /** `"None" in 400 rows`, of each text; empty where there is none. */
  get summary(): string {
    return [...this.counts].map(([text, rows]) => `"${text}" in ${rows} ${rows === 1 ? "row" : "rows"}`).join(", ");
  }

  /** Sentences that warn of each text. */
  messages(column: string): string[] {
    return [...this.counts].map(
      ([text, rows]) =>
        `column "${column}": ${rows} ${rows === 1 ? "row says" : "rows say"} "${text}", which was read as missing; if it is a ` +
        "category, write it another way",
    );
  }
}
