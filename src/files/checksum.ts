import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { InputError } from "../errors.js";
import { folderParts } from "./folder-parts.js";

/**
 * SHA-256 of a file's bytes, in hex; of a folder of parts that of its names and their checksums.
 * @throws InputError when it cannot be read
 */
export async function dataChecksum(file: string): Promise<string> {
  const info = await stat(file).catch(() => null);
  if (info === null || !info.isDirectory()) return fileChecksum(file);
  const parts: (readonly [string, string])[] = [];
  for (const name of await folderParts(file)) parts.push([name, await fileChecksum(join(file, name))]);
  return sha256(JSON.stringify(parts));
}

async function fileChecksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${(error as Error).message}.`);
  }
  return hash.digest("hex");
}

/** SHA-256 of bytes, or of a text as UTF-8, in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
