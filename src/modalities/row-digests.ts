import { createHash } from "node:crypto";
import { rowsAtATime } from "../data/rows.js";
import { storesOf } from "../data/stores.js";
import { kindOfFitted } from "./kinds.js";
import { type Features, type Preparations, storeOf } from "./prepare.js";

/** Bytes of a digest that are kept: two of a million rows agree by chance once in 40 million tables. */
const keptBytes = 8;

/**
 * A digest of every row's features: equal for rows of equal values, rounded to float32 so that a table which was stored in
 * single precision has the same ones. Values cannot be read off it.
 * @param preparations say what counts of each modality; features as they stand in their sources
 * @returns base64url of the first 8 bytes of SHA-256, one per row
 */
export async function rowDigests(dataset: Features, preparations: Pick<Preparations, "modalities">): Promise<string[]> {
  const stores = storesOf(dataset);
  const parts = preparations.modalities.map((fitted) => kindOfFitted(fitted).identity(fitted, storeOf(stores, fitted)));
  const digests: string[] = [];
  const atATime = rowsAtATime(Math.max(1, ...parts.map(({ width }) => width)));
  for (let start = 0; start < dataset.rows; start += atATime) {
    const numbers = Int32Array.from({ length: Math.min(atATime, dataset.rows - start) }, (_, i) => start + i);
    const blocks: Uint8Array[] = [];
    for (const { width, read } of parts) blocks.push(await singleBytes(width, read, numbers));
    for (let i = 0; i < numbers.length; i++) {
      const hash = createHash("sha256");
      parts.forEach(({ width }, k) => void hash.update(blocks[k].subarray(4 * i * width, 4 * (i + 1) * width)));
      digests.push(hash.digest().subarray(0, keptBytes).toString("base64url"));
    }
  }
  return digests;
}

/** Rows as bytes of single precision: one zero, and one NaN, whatever bits they came with. */
async function singleBytes(
  width: number,
  read: (numbers: ArrayLike<number>, out: Float64Array) => Promise<void>,
  numbers: Int32Array,
): Promise<Uint8Array> {
  const raw = new Float64Array(numbers.length * width);
  await read(numbers, raw);
  // `Float32Array.from` with a callback took seconds for rows of thousands of values
  const single = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) single[i] = Number.isNaN(raw[i]) ? Number.NaN : raw[i] + 0;
  return new Uint8Array(single.buffer);
}
