import type { Rng } from "./rng.js";

/** Blocks whose rows are mixed with one another. */
const windowBlocks = 16;

/**
 * A random order of 0 .. rows - 1 that needs few blocks at a time: blocks of consecutive numbers are put in a random order, and
 * rows are shuffled within every 16 blocks that follow each other. Where numbers stand for rows that are in a random order
 * already, batches of it are simple random samples.
 * @returns [rows]; every number once
 */
export function blockShuffle(rows: number, blockRows: number, rng: Rng): Int32Array {
  const order = new Int32Array(rows);
  const blocks = rng.permutation(Math.ceil(rows / blockRows));
  let start = 0;
  for (let b = 0; b < blocks.length; b += windowBlocks) {
    let end = start;
    for (const block of blocks.subarray(b, b + windowBlocks)) {
      const last = Math.min(rows, (block + 1) * blockRows);
      for (let row = block * blockRows; row < last; row++) order[end++] = row;
    }
    for (let i = end - 1; i > start; i--) {
      const j = start + rng.integer(i - start + 1);
      const swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    start = end;
  }
  return order;
}

/** Blocks that an order reads side by side, with those that it reads next. */
export const blocksAtOnce = 2 * windowBlocks;
