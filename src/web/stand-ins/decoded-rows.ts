import { valuesOf } from "../../data/rows.js";
import { decodeRow, type StoredRow } from "../../modalities/decoded/decode-row.js";
import type { DecodedRows, DecodeTask } from "../../modalities/decoded/decoded-rows.js";
import type { Recipe, RowFile } from "../../modalities/decoded/recipe.js";
import { storedBytes } from "../../modalities/decoded/recipe.js";
import { refuseOtherShape } from "../../modalities/decoded/row-shapes.js";
import { GivenFiles } from "../files/given-files.js";

/**
 * The decoded rows of files that were given, in memory, in the place of `src/modalities/decoded/decoded-rows.ts`; each is decoded once as long
 * as the files are there.
 */
export async function decodedRows({ recipe, rows, progress }: DecodeTask): Promise<DecodedRows> {
  const decoded: StoredRow[] = [];
  for (const [row, files] of rows.entries()) {
    decoded.push(await decodedOnce(recipe, files));
    refuseOtherShape(rows, row, decoded[row], decoded[0]);
    progress?.(row + 1, rows.length);
  }
  const [{ shape }] = decoded;
  return {
    ...{ type: recipe.store, shape, rows: rows.length, rowBytes: storedBytes[recipe.store] * valuesOf(shape) },
    gaps: Uint32Array.from(decoded, ({ gaps }) => gaps),
    bytes: {
      streamed: false,
      read: async (numbers) => Array.from(numbers, (row) => decoded[row].bytes),
      ahead: () => undefined,
    },
  };
}

function decodedOnce(recipe: Recipe, files: readonly RowFile[]): Promise<StoredRow> {
  const known = GivenFiles.of(files[0].path)?.files.decoded;
  const key = JSON.stringify([recipe, files.map(({ path }) => path)]);
  const found = known?.get(key) ?? decodeRow(recipe, files);
  known?.set(key, found);
  return found;
}
