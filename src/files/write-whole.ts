import { type FileHandle, open, rename } from "node:fs/promises";
import { withDraft } from "./draft.js";
import { writing } from "./write-error.js";

/** A file and what writes it: handed the path to write, which is a temporary one. */
export interface WholeFile {
  readonly file: string;
  readonly write: (draft: string) => Promise<void>;
}

/**
 * Writes a file that nobody ever sees half of: under a temporary name (`file.<digits>`) first, flushed to the disk, then
 * renamed. Write calls repeat until everything is written, so that a disk that becomes full in the middle is an error.
 * A symbolic link of that name is replaced, never followed.
 * @param content also in parts that follow one another
 * @throws WriteError; the temporary file is removed then
 */
export function writeWhole(file: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  const parts = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
  const write = async (handle: FileHandle) => {
    // Each goes on where the one before ended.
    for (const part of parts) await handle.writeFile(part);
  };
  return writeTogether([{ file, write: (draft) => writeFlushed(draft, write) }]);
}

/**
 * Writes files that belong together: all are whole on the disk before the first is put in place.
 * @throws WriteError naming the file, and what a `write` throws; no temporary file is left then
 */
export async function writeTogether(
  [next, ...rest]: readonly WholeFile[],
  ready: readonly (readonly [draft: string, file: string])[] = [],
): Promise<void> {
  if (next === undefined) {
    for (const [draft, file] of ready) await writing(file, () => rename(draft, file));
    return;
  }
  const { file, write } = next;
  await withDraft(file, async (draft) => {
    await writing(file, () => write(draft));
    await writeTogether(rest, [...ready, [draft, file]]);
  });
}

/** Creates a file that must not be there, hands it to `write`, and flushes it to the disk. */
export async function writeFlushed(file: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
