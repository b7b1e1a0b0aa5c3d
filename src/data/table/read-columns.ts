import { InputError } from "../../errors.js";
import type { ConfoundValues } from "../confounds/confounds.js";
import type { DateReading } from "../dates/date-coding.js";
import type { TableSource } from "./table-source.js";

/** Whole columns of one file, in file order. */
export interface ReadColumns {
  readonly rows: number;
  /** Column -> [rows]; NaN = missing. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  /** Column -> [rows]; null = missing. */
  readonly texts: ReadonlyMap<string, readonly (string | null)[]>;
  /** Column of categories -> its values; its numbers are places among them. */
  readonly levels?: ReadonlyMap<string, readonly string[]>;
  /** Column of dates -> how they were read; its numbers are milliseconds since 1970 (UTC). */
  readonly dates?: ReadonlyMap<string, DateReading>;
  /** Column of a confound -> its values. */
  readonly confounds?: ReadonlyMap<string, ConfoundValues>;
}

/** Reads columns of an open table into memory: 8 bytes per number. */
export async function readColumns(
  source: TableSource,
  numbers: readonly string[],
  texts: readonly string[],
): Promise<ReadColumns> {
  const request = { numbers: [...new Set(numbers)], texts: [...new Set(texts)] };
  const parts: Float64Array[][] = request.numbers.map(() => []);
  const words: (string | null)[][] = request.texts.map(() => []);
  const rows = await source.stream(request, (chunk) => {
    chunk.numbers.forEach((values, k) => void parts[k].push(values));
    chunk.texts.forEach((values, k) => {
      for (const value of values) words[k].push(value);
    });
  });
  const joined = parts.map((chunks, k) => {
    parts[k] = [];
    return concatenate(chunks, rows);
  });
  return {
    rows,
    numbers: new Map(request.numbers.map((name, k) => [name, joined[k]])),
    texts: new Map(request.texts.map((name, k) => [name, words[k]])),
  };
}

/**
 * Texts of a column in some rows, none of them empty.
 * @param role what the column is for: "group"
 * @throws InputError naming the first of the rows without a value
 */
export function completeTexts(
  table: ReadColumns,
  source: TableSource,
  column: string,
  role: string,
  rows: Int32Array,
): readonly string[] {
  const values = table.texts.get(column) as readonly (string | null)[];
  return Array.from(rows, (row) => {
    const value = values[row];
    if (value !== null) return value;
    const number = (source.fileRow?.(row) ?? row) + 1;
    throw new InputError(
      `${source.label}: row ${number} (header not counted): column "${column}" is the ${role} and must not be empty. ` +
        `${number === 1 ? "If this line below the header is no row (units, labels or nothing), set data.unitsRow: true (option: --units-row), or delete it; else fill" : "Fill"} ` +
        "the cell in, or delete the row.",
    );
  });
}

function concatenate(chunks: readonly Float64Array[], length: number): Float64Array {
  const out = new Float64Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
