import { dirname } from "node:path";
import type { StreamingPlace } from "../../data/rows.js";
import { RunError } from "../../errors.js";
import { blockRowsOf, shuffledBytes } from "../../files/shuffled-rows/format.js";
import { ShuffledRows } from "../../files/shuffled-rows/reader.js";
import { ShuffledWriter } from "../../files/shuffled-rows/writer.js";
import { blockShuffle, blocksAtOnce } from "../../math/block-shuffle.js";
import type { Rng } from "../../math/rng.js";
import { cachedPath, makeRoom } from "../../modalities/decoded/cache-folder.js";
import type { StoredRows } from "../../training/data.js";
import { type RowLayout, unpackRows } from "./row-layout.js";

/** What was counted when rows were written. */
export interface StoredFacts {
  /** Rows that were read, those that no part holds because they are like validation or test rows, and those that lack what they need. */
  readonly tableRows: number;
  readonly heldOut: number;
  readonly leftOut: number;
  /** Rows that lack a modality. */
  readonly lacking: number;
}

/** Rows that are to be on disk. */
export interface StoredPlan {
  /** Of everything that the rows follow from. */
  readonly key: string;
  readonly layout: RowLayout;
  /** Rows that there will be, at most. */
  readonly rows: number;
  readonly place: StreamingPlace;
  /** Stream of their order on disk. */
  readonly rng: Rng;
  /** Writes all rows. */
  readonly fill: (put: (row: Float32Array) => void) => Promise<StoredFacts>;
}

/**
 * Rows that are kept on disk: those of the last time, if they would be the same, else written now.
 * @throws InputError where there is no room
 */
export async function storedRows(
  plan: StoredPlan,
): Promise<{ readonly rows: StoredRows; readonly facts: StoredFacts }> {
  const { key, place, layout } = plan;
  const path = cachedPath(place.cache, key);
  const file = ShuffledRows.open(path, key, blocksAtOnce) ?? (await written(plan, path));
  const { tableRows, heldOut, leftOut, lacking } = file.head.facts;
  const { rows, blockRows } = file.head;
  return {
    facts: { tableRows, heldOut, leftOut, lacking },
    rows: {
      ...{ rows, lacking },
      order: (rng) => blockShuffle(rows, blockRows, rng),
      read: async (numbers) => {
        const values = new Float32Array(numbers.length * layout.width);
        await file.read(numbers, values);
        return unpackRows(layout, values);
      },
      ahead: { batches: place.prefetch, begin: (numbers) => file.ahead(numbers) },
    },
  };
}

async function written({ key, layout, rows, place, rng, fill }: StoredPlan, path: string): Promise<ShuffledRows> {
  const { width } = layout;
  // Twice: they are on disk in heaps before they are in order.
  const needed = 2 * shuffledBytes({ width, rows, blockRows: blockRowsOf(width) });
  const part = await makeRoom(dirname(path), key, needed, place.disk);
  const writer = new ShuffledWriter({ width, rows, rng, part });
  try {
    const facts = await fill((row) => writer.put(row));
    writer.finish(path, key, { ...facts });
  } catch (error) {
    writer.abandon();
    throw error;
  }
  const file = ShuffledRows.open(path, key, blocksAtOnce);
  if (file !== null) return file;
  throw new RunError(`${path}: rows were written and cannot be read back; is the disk sound?`);
}
