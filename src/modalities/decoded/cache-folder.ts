import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../errors.js";

/** Ending of files of decoded rows, and of those that are being written. */
const whole = ".rows";
const part = ".part";
/** Milliseconds after which a file that nobody finished is taken for left behind: a day. */
const longestWriting = 86_400_000;

/** Path of the rows of that key. */
export function cachedPath(folder: string, key: string): string {
  return join(folder, `${key}${whole}`);
}

/**
 * Makes room for decoded rows: rows that were not used for longest are removed, until all take no more than is allowed.
 * @param needed bytes
 * @param most   bytes that all rows of the folder may take
 * @returns a path under which they can be written
 * @throws InputError where there is no room, or the folder cannot be written to
 */
export async function makeRoom(folder: string, key: string, needed: number, most: number): Promise<string> {
  if (needed > most) {
    throw new InputError(
      `rows take ${gigabytes(needed)} on disk, and data.streaming.disk allows ${gigabytes(most)}; raise it, or make rows ` +
        "smaller (`shape` and `store` of pictures, sequences and volumes, columns of tables)",
    );
  }
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new InputError(
      `${folder}: rows cannot be kept there (${error.message}); name another folder, data.streaming.cache`,
    );
  });
  const files = await filesIn(folder);
  const now = Date.now();
  for (const { path, time } of files.filter(({ path }) => path.endsWith(part))) {
    if (now - time > longestWriting) await rm(path, { force: true }).catch(() => undefined);
  }
  const kept = files.filter(({ path }) => path.endsWith(whole)).sort((a, b) => a.time - b.time);
  let taken = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of kept) {
    if (taken + needed <= most) break;
    // Whoever reads it keeps it open; where that keeps it from being removed it stays.
    await rm(path, { force: true }).catch(() => undefined);
    taken -= bytes;
  }
  await refuseFullDisk(folder, needed);
  return join(folder, `${key}.${process.pid}.${randomBytes(4).toString("hex")}${part}`);
}

async function refuseFullDisk(folder: string, needed: number): Promise<void> {
  const disk = await statfs(folder).catch(() => null);
  const free = disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
  if (free >= needed) return;
  throw new InputError(
    `${folder}: rows take ${gigabytes(needed)}, and ${gigabytes(free)} are free; make room, or name another folder, ` +
      "data.streaming.cache",
  );
}

async function filesIn(folder: string) {
  const found: { path: string; bytes: number; time: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith(whole) && !name.endsWith(part)) continue;
    const path = join(folder, name);
    const info = await stat(path).catch(() => null);
    if (info?.isFile()) found.push({ path, bytes: info.size, time: info.mtimeMs });
  }
  return found;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`;
}
