import { constants } from "node:fs";
import { access, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError, RunError } from "../errors.js";
import { systemReason, writing } from "./write-error.js";
import { writeWhole } from "./write-whole.js";

/**
 * Checks before long work that a file can be written when it is done.
 * @param inputs files that are read, which a result must not replace
 * @throws InputError when its folder does not exist, or the name is a folder's or an input's; RunError when the disk is
 *   read-only or there is no permission to write
 */
export async function checkOutputFile(file: string, inputs: readonly string[] = []): Promise<void> {
  const folder = dirname(resolve(file));
  const info = await stat(folder).catch(() => null);
  if (info === null) throw new InputError(`${file}: the folder to write into does not exist`);
  if (!info.isDirectory()) throw new InputError(notFolder(file, folder));
  const there = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new InputError(`${file}: cannot be used as a file: ${systemReason(error)}`);
  });
  if (there?.isDirectory()) throw new InputError(`${file}: is a folder, not a file`);
  await isWritable(folder, file);
  const place = await realpath(file).catch(() => null);
  for (const input of inputs) {
    if (place === null || place !== (await realpath(input).catch(() => null))) continue;
    throw new InputError(`${file}: is the table that is read, which must not be overwritten; choose another name`);
  }
}

/** Names a file once where it is what was asked for itself. */
function notFolder(wanted: string, place: string): string {
  return place === resolve(wanted)
    ? `${wanted}: is a file, not a folder`
    : `${wanted}: ${place} is a file, not a folder`;
}

/**
 * Checks before long work that a folder can be created, or written if it exists.
 * @throws InputError when the name is no folder's; RunError when the disk is read-only or there is no permission
 */
export async function checkOutputFolder(folder: string): Promise<void> {
  for (let place = resolve(folder); ; place = dirname(place)) {
    const info = await stat(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
      throw new InputError(`${folder}: cannot be used as a folder: ${error.message}`);
    });
    if (info === null) continue;
    if (!info.isDirectory()) throw new InputError(notFolder(folder, place));
    // It may have gone since.
    if (await isWritable(place, folder)) return;
  }
}

/** Writes a text under a temporary name and renames it. @throws WriteError when the disk refuses it */
export async function writeOutput(file: string, text: string): Promise<void> {
  // A device such as /dev/stdout cannot be replaced by a renamed file.
  if (file.startsWith("/dev/")) await writing(file, () => writeFile(file, text));
  else await writeWhole(file, text);
}

/** False when the folder is not there. @throws RunError when it may not be written */
async function isWritable(folder: string, wanted: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return false;
    if (code === "EACCES") throw new RunError(`${wanted}: no permission to write in ${folder}`);
    throw new RunError(`${wanted}: cannot be written in ${folder}: ${systemReason(error as Error)}`);
  }
}
