import { stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../errors.js";
import { dataChecksum } from "./checksum.js";
import { folderParts } from "./folder-parts.js";

/** What is known of a file at one moment; null for what is no regular file, or cannot be read. */
type Seen = { readonly sha256: string; readonly state: string } | null;

/**
 * Does what reads files and tells their SHA-256, each taken before and after. The file system's word (size, times of the
 * last change of content and entry) must be the same too: a file that was replaced and put back in between has the same
 * bytes before and after.
 * @param read also tells what is wrong with files that cannot be read
 * @returns the checksums in the order of the files
 * @throws InputError naming a file that changed, in place of an error of `read` too; what `read` throws otherwise
 */
export async function readUnchanged<T>(
  files: readonly string[],
  read: () => Promise<T>,
): Promise<{ readonly value: T; readonly checksums: readonly string[] }> {
  const before: Seen[] = [];
  for (const file of files) before.push(await seen(file));
  const value = await read().catch(async (error: unknown) => {
    await checkSame(files, before);
    throw error;
  });
  await checkSame(files, before);
  const checksums = before.map((file, i) => {
    if (file !== null) return file.sha256;
    throw new InputError(`${files[i]}: is no regular file that can be read twice, so its checksum cannot be recorded`);
  });
  return { value, checksums };
}

async function checkSame(files: readonly string[], before: readonly Seen[]): Promise<void> {
  for (const [i, file] of files.entries()) {
    const known = before[i];
    if (known === null) continue;
    const now = await stateOf(file);
    // The state first: what changes after the last byte was read matters no more.
    if (now === known.state && (await dataChecksum(file)) === known.sha256) continue;
    throw new InputError(
      `${file}: changed while it was read; let what writes it come to an end, then run the command again`,
    );
  }
}

async function seen(file: string): Promise<Seen> {
  if ((await stateOf(file)) === null) return null;
  const sha256 = await dataChecksum(file).catch(() => null);
  // After the bytes: the first reading of a file may bring it onto the disk, which changes its times.
  const state = await stateOf(file);
  return sha256 === null || state === null ? null : { sha256, state };
}

/** Not the inode: some network and user-space file systems give a file a new number each time. */
async function stateOf(file: string): Promise<string | null> {
  const info = await stat(file, { bigint: true }).catch(() => null);
  if (info === null) return null;
  if (info.isFile()) return `${info.size} ${info.mtimeNs} ${info.ctimeNs}`;
  if (!info.isDirectory()) return null;
  const names = await folderParts(file).catch(() => []);
  const states = await Promise.all(names.map((name) => partState(join(file, name))));
  return states.length === 0 || states.includes(null) ? null : JSON.stringify([names, states]);
}

async function partState(file: string): Promise<string | null> {
  const info = await stat(file, { bigint: true }).catch(() => null);
  return info?.isFile() ? `${info.size} ${info.mtimeNs} ${info.ctimeNs}` : null;
}
