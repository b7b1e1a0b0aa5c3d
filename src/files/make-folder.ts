import { mkdir, realpath, rmdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../errors.js";
import { isSystemError, systemReason, WriteError } from "./write-error.js";

/** Codes that tell of the name: another one mends it. */
const wrongNames: readonly (string | undefined)[] = ["ENOENT", "ENOTDIR", "EEXIST", "ENAMETOOLONG", "ELOOP", "EINVAL"];

/**
 * Creates a folder and those above it that are missing. Node's own recursive mkdir never returns where the system
 * answers ENOENT for a folder whose parent is there, as in /proc.
 * @returns the folders that were not there before, the highest first
 * @throws InputError when there can be no folder of that name, WriteError when the disk refuses it
 */
export async function makeFolder(folder: string): Promise<string[]> {
  const missing: string[] = [];
  const made: string[] = [];
  try {
    for (let place = resolve(folder); !(await isFolder(place)); place = dirname(place)) missing.unshift(place);
    for (const place of missing) if (await makeOne(place)) made.push(place);
  } catch (error) {
    throw refused(folder, error);
  }
  return made;
}

/**
 * Creates one folder in another that must be there; content with one that is there already.
 * @throws WriteError
 */
export async function makeFolderInside(folder: string): Promise<void> {
  await makeOne(folder).catch((error) => {
    throw isSystemError(error) ? new WriteError(folder, error, "created") : error;
  });
}

/** Removes what `makeFolder` made, as far as nobody wrote into it. @param made the highest first */
export async function removeEmptyFolders(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      // It is somebody's now.
      return;
    }
  }
}

/** False when another process has created it meanwhile. */
async function makeOne(place: string): Promise<boolean> {
  try {
    await mkdir(place);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !(await isFolder(place))) throw error;
    return false;
  }
}

function refused(folder: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  if (!wrongNames.includes(error.code)) return new WriteError(folder, error, "created");
  return new InputError(`${folder}: cannot be created as a folder: ${nameReason(error)}`, { cause: error });
}

function nameReason(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT" ? `the system allows none there (${error.code})` : systemReason(error);
}

/** Whether it is a folder, or a link to one; false for what does not exist; a file is told by the mkdir above it or in its place. */
export async function isFolder(place: string): Promise<boolean> {
  const info = await stat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  return info?.isDirectory() === true;
}

/** The first of the folders that is also given before, links followed; undefined where all are different. One that is not there is its path. */
export async function repeatedFolder(folders: readonly string[]): Promise<string | undefined> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => resolve(folder))));
  return folders.find((_, i) => real.indexOf(real[i]) < i);
}
