import { createHash } from "node:crypto";
import { InputError } from "../../errors.js";
import type { Dataset } from "../dataset.js";

/** Bytes of a digest that are kept: two of a million rows agree by chance once in 40 million tables. */
const keptBytes = 8;

/**
 * A digest of every row's features: equal for rows of equal values, rounded to float32 so that a table which was stored in
 * single precision has the same ones. Values cannot be read off it.
 * @param columns that count, per modality, in this order; features as they stand in the table
 * @returns base64url of the first 8 bytes of SHA-256, one per row
 */
export function rowDigests(
  { modalities, rows }: Pick<Dataset, "modalities" | "rows">,
  columns: readonly { readonly name: string; readonly columns: readonly string[] }[],
): string[] {
  const places = columns.flatMap(({ name, columns: wanted }) => {
    const modality = modalities.find((candidate) => candidate.name === name);
    return wanted.map((column) => {
      const at = modality?.columns.indexOf(column) ?? -1;
      if (modality === undefined || at < 0) throw new InputError(`modality "${name}": there is no column "${column}"`);
      return { values: modality.values, width: modality.columns.length, at };
    });
  });
  const row = new Float32Array(places.length);
  const bytes = new Uint8Array(row.buffer);
  return Array.from({ length: rows }, (_, i) => {
    // One zero, and one NaN, whatever bits they came with.
    places.forEach(({ values, width, at }, k) => {
      const value = values[i * width + at];
      row[k] = Number.isNaN(value) ? Number.NaN : value + 0;
    });
    return createHash("sha256").update(bytes).digest().subarray(0, keptBytes).toString("base64url");
  });
}
