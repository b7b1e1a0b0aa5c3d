import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { InputError } from "../errors.js";

/** SHA-256 of a file's bytes, in hex. @throws InputError when it cannot be read */
export async function dataChecksum(file: string): Promise<string> {
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
