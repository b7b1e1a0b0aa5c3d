import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../errors.js";

/**
 * Reads a file that must lie in a folder itself: a run or model that came from elsewhere may hold links to any other
 * file, pipes that never end and devices without end.
 * @param root may be a link; what is below it may not
 * @param name path below `root`
 * @throws InputError for a link or what is no regular file; else what the system says, with its code
 */
export async function readOwnFile(root: string, name: string): Promise<Buffer> {
  const file = join(root, name);
  const place = await realpath(file);
  if (place !== join(await realpath(root), name)) {
    throw new InputError(`${file}: is a link to ${place}; files of a run must lie in its own folder`);
  }
  // Without NONBLOCK, opening a pipe would wait for somebody to write into it.
  const handle = await open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const info = await handle.stat();
    if (!info.isFile() && !info.isDirectory()) throw new InputError(`${file}: is a pipe or a device; expected a file`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/**
 * Refuses to write where a link would lead elsewhere.
 * @throws InputError naming the first of `names` that is a link in the folder `root`
 */
export async function refuseLinks(root: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const info = await lstat(join(root, name)).catch(() => null);
    if (info?.isSymbolicLink()) {
      throw new InputError(`${join(root, name)}: is a link; files of a run are written in its own folder alone`);
    }
  }
}
