import type { StreamingPlace } from "../../data/rows.js";
import { InputError, RunError } from "../../errors.js";
import { sha256 } from "../../files/checksum.js";
import { fileDigests } from "../../files/file-digests.js";
import { PositionedRows } from "../../files/positioned-rows.js";
import { cachedPath, makeRoom } from "./cache-folder.js";
import { decodeAll } from "./decode-all.js";
import { decodeRow, type StoredRow } from "./decode-row.js";
import type { Recipe, RowFile } from "./recipe.js";
import { refuseOtherShape } from "./row-shapes.js";
import { readStore, type StoreFile, type StoreHead, StoreWriter, storeBytes } from "./store-file.js";

/** Changes of what decoding makes of the same files. */
const decoderVersion = 1;

/** Rows of one size that were decoded. */
export interface DecodedRows extends Pick<StoreFile, "type" | "shape" | "rows" | "rowBytes" | "gaps"> {
  readonly bytes: Pick<PositionedRows, "streamed" | "read" | "ahead">;
}

/** Distinct rows to be decoded. */
export interface DecodeTask {
  readonly recipe: Recipe;
  readonly rows: readonly (readonly RowFile[])[];
  readonly place: StreamingPlace;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The decoded rows of files: those of the last time, if files and recipe are the same and every byte is, else decoded now.
 * Processes that decode the same at once each write a file of their own, and the last one gives it its name.
 * @throws InputError naming the row and the file that cannot be decoded, or saying that there is no room
 */
export async function decodedRows(task: DecodeTask): Promise<DecodedRows> {
  const { recipe, rows, place } = task;
  const digests = await fileDigests(rows.flatMap((files) => files.map(({ path }) => path)));
  const key = sha256(JSON.stringify([decoderVersion, recipe, rows.map((files) => files.length), digests]));
  const path = cachedPath(place.cache, key);
  const kept = await readStore(path, key);
  if (kept !== null) return openedStore(kept, place);
  const first = await decodeRow(recipe, rows[0]);
  const head: StoreHead = { key, type: recipe.store, shape: first.shape, rows: rows.length };
  const part = await makeRoom(place.cache, key, storeBytes(head), place.disk);
  const writer = await StoreWriter.begin(head, part);
  try {
    await decodeInto(writer, task, first);
    await refuseChanged(task, digests);
    await writer.finish(path);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const made = await readStore(path, key);
  if (made !== null) return openedStore(made, place);
  throw new RunError(`${path}: decoded rows were written and cannot be read back; is the disk sound?`);
}

/** A file of rows, to be read from the disk or from memory. */
export function openedStore(store: StoreFile, { memory }: StreamingPlace): DecodedRows {
  const { path: file, start, rowBytes, rows } = store;
  return { ...store, bytes: new PositionedRows({ file, start, rowBytes, rows }, memory) };
}

async function decodeInto(writer: StoreWriter, task: DecodeTask, first: StoredRow): Promise<void> {
  const { recipe, rows, place, progress } = task;
  let done = 0;
  progress?.(done, rows.length);
  await decodeAll({
    ...{ recipe, rows, workers: place.workers },
    take: async (row, decoded) => {
      refuseOtherShape(rows, row, decoded, first);
      await writer.put(row, decoded);
      progress?.(++done, rows.length);
    },
  });
}

/** @throws InputError naming a file that is not the one whose digest names the rows */
async function refuseChanged({ rows }: DecodeTask, before: readonly string[]): Promise<void> {
  const files = rows.flat();
  const now = await fileDigests(files.map(({ path }) => path));
  const changed = now.findIndex((digest, i) => digest !== before[i]);
  if (changed < 0) return;
  throw new InputError(
    `${files[changed].label}: changed while it was read; let what writes it come to an end, then run the command again`,
  );
}
