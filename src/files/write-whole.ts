import { open, rename, rm } from "node:fs/promises";

let count = 0;

/**
 * Writes a file that nobody ever sees half of: under a temporary name (`file.<digits>`) first, flushed to the disk, then
 * renamed. Write calls repeat until everything is written, so that a disk that becomes full in the middle is an error.
 * A symbolic link of that name is replaced, never followed.
 * @throws what the system says; the temporary file is removed then
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}${count++}`;
  // A process of the same number may have been killed while it wrote.
  await rm(draft, { force: true });
  try {
    const handle = await open(draft, "wx");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
