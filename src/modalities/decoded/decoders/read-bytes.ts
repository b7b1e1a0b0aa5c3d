import { gunzip } from "node:zlib";
import { InputError } from "../../../errors.js";
import { openUserFile } from "../../../files/user-file.js";
import type { RowFile } from "../recipe.js";

/** Most bytes of one file that is decoded. */
const mostBytes = 1 << 30;

/**
 * The bytes of a row's file.
 * @param most bytes that it may have
 * @throws InputError naming the row and the file
 */
export async function readBytes({ path, label }: RowFile, most: number = mostBytes): Promise<Buffer> {
  const handle = await openUserFile(path, label);
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new InputError(`${label}: is empty`);
    if (size > most) {
      throw new InputError(
        `${label}: is ${Math.ceil(size / 1e6)} MB; files of up to ${Math.floor(most / 1e6)} MB are decoded`,
      );
    }
    const bytes = Buffer.allocUnsafe(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    if (bytesRead < size) throw new InputError(`${label}: became shorter while it was read`);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Whether bytes are packed by gzip. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * What gzip packed. @param most bytes that may come out
 * @throws InputError naming the row and the file
 */
export async function gunzipped(bytes: Buffer, label: string, most: number = mostBytes): Promise<Buffer> {
  try {
    return await new Promise((resolve, reject) =>
      gunzip(bytes, { maxOutputLength: most }, (error, unpacked) =>
        error === null ? resolve(unpacked) : reject(error),
      ),
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new InputError(`${label}: holds more than ${Math.floor(most / 1e6)} MB unpacked, which is not decoded`);
    }
    throw new InputError(`${label}: the gzip data is damaged or cut off (${message}); copy the file again`);
  }
}
