import { stat } from "node:fs/promises";
import { dataChecksum } from "./checksum.js";

/** What was digested in this process, while the file system says that it is the same file. */
const known = new Map<string, { readonly state: string; readonly sha256: string }>();

/** Files that are read at a time. */
const atATime = 8;

/**
 * SHA-256 of many files, in hex, in their order; each is read once as long as its size and its times stay the same.
 * @throws InputError naming a file that cannot be read
 */
export async function fileDigests(files: readonly string[]): Promise<string[]> {
  const digests = Array<string>(files.length);
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < files.length; i = next++) digests[i] = await digestOf(files[i]);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, files.length) }, lane));
  return digests;
}

async function digestOf(file: string): Promise<string> {
  const info = await stat(file, { bigint: true }).catch(() => null);
  const state = info === null ? "" : `${info.size} ${info.mtimeNs} ${info.ctimeNs} ${info.ino}`;
  const found = known.get(file);
  if (found !== undefined && found.state === state) return found.sha256;
  const sha256 = await dataChecksum(file);
  if (state !== "") known.set(file, { state, sha256 });
  return sha256;
}
