import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Creates a folder and those above it that are missing. Node's own recursive mkdir never returns where the system
 * answers ENOENT for a folder whose parent is there, as in /proc.
 * @throws what the system says, with its code
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let place = resolve(folder); !(await isFolder(place)); place = dirname(place)) missing.unshift(place);
  for (const place of missing) {
    await mkdir(place).catch(async (error: NodeJS.ErrnoException) => {
      // Another process may have created it meanwhile.
      if (error.code !== "EEXIST" || !(await isFolder(place))) throw error;
    });
  }
}

/** False for what does not exist; a file is told by the mkdir above it or in its place. */
async function isFolder(place: string): Promise<boolean> {
  const info = await stat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  return info?.isDirectory() === true;
}
