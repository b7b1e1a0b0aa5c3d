import { type FileHandle, open, rename, rm, utimes } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { frontBytes, frontOf, headIn } from "../../files/front-matter.js";
import type { StoredRow } from "./decode-row.js";
import { type StoredType, storedBytes } from "./recipe.js";

/** What a file of decoded rows holds. */
export interface StoreHead {
  /** SHA-256 of the files of all rows and of what was done with them. */
  readonly key: string;
  readonly type: StoredType;
  /** Shape of a row. */
  readonly shape: readonly number[];
  readonly rows: number;
}

/** A file of decoded rows that was found whole. */
export interface StoreFile extends StoreHead {
  readonly path: string;
  /** Bytes before the first row, and of each. */
  readonly start: number;
  readonly rowBytes: number;
  /** [rows] missing values of each. */
  readonly gaps: Uint32Array;
}

const magic = "PIDROWS1";
/** Bytes that are read at a time when all are checked. */
const blockBytes = 4 << 20;

/** Bytes of a file of decoded rows. */
export function storeBytes({ type, shape, rows }: Pick<StoreHead, "type" | "shape" | "rows">): number {
  return frontBytes + rows * (rowBytesOf(type, shape) + 8) + 4;
}

function rowBytesOf(type: StoredType, shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, storedBytes[type]);
}

/** Writes a file of decoded rows under a name of its own, and gives it its own name when it is whole. */
export class StoreWriter {
  private readonly sums: Uint32Array;
  private readonly gaps: Uint32Array;

  private constructor(
    private readonly head: StoreHead,
    private readonly handle: FileHandle,
    private readonly part: string,
  ) {
    this.sums = new Uint32Array(head.rows);
    this.gaps = new Uint32Array(head.rows);
  }

  static async begin(head: StoreHead, part: string): Promise<StoreWriter> {
    return new StoreWriter(head, await open(part, "wx"), part);
  }

  async put(row: number, { bytes, gaps }: Pick<StoredRow, "bytes" | "gaps">): Promise<void> {
    this.sums[row] = crc32(bytes);
    this.gaps[row] = gaps;
    await writeAll(this.handle, bytes, frontBytes + row * bytes.length);
  }

  /** Writes what is told of the rows, and gives the file its name. */
  async finish(path: string): Promise<void> {
    const { head, handle } = this;
    const front = frontOf(magic, head);
    const tail = Buffer.concat([bytesOf(this.gaps), bytesOf(this.sums)]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(tail, crc32(front)));
    await writeAll(handle, front, 0);
    await writeAll(handle, Buffer.concat([tail, sum]), frontBytes + head.rows * rowBytesOf(head.type, head.shape));
    await handle.sync();
    await handle.close();
    await rename(this.part, path);
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.part, { force: true });
  }
}

/**
 * A file of decoded rows, every byte held against its checksums; null where there is none, or it is damaged or another one.
 */
export async function readStore(path: string, key: string): Promise<StoreFile | null> {
  const handle = await open(path, "r").catch(() => null);
  if (handle === null) return null;
  try {
    const front = await readAll(handle, 0, frontBytes);
    const head = storeHead(front);
    if (head === null || head.key !== key) return null;
    const rowBytes = rowBytesOf(head.type, head.shape);
    if ((await handle.stat()).size !== storeBytes(head)) return null;
    const end = await readAll(handle, frontBytes + head.rows * rowBytes, 8 * head.rows + 4);
    const tail = end.subarray(0, 8 * head.rows);
    if (crc32(tail, crc32(front)) !== end.readUInt32LE(8 * head.rows)) return null;
    const numbers = new Uint32Array(tail.buffer.slice(tail.byteOffset, tail.byteOffset + tail.length));
    if (!(await rowsMatch(handle, rowBytes, numbers.subarray(head.rows)))) return null;
    const now = new Date();
    // The time of the last use, by which stores are removed; of no account where it cannot be set.
    await utimes(path, now, now).catch(() => undefined);
    return { ...head, path, start: frontBytes, rowBytes, gaps: numbers.slice(0, head.rows) };
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

async function rowsMatch(handle: FileHandle, rowBytes: number, sums: Uint32Array): Promise<boolean> {
  const atATime = Math.max(1, Math.floor(blockBytes / rowBytes));
  for (let row = 0; row < sums.length; row += atATime) {
    const count = Math.min(atATime, sums.length - row);
    const bytes = await readAll(handle, frontBytes + row * rowBytes, count * rowBytes);
    for (let i = 0; i < count; i++) {
      if (crc32(bytes.subarray(i * rowBytes, (i + 1) * rowBytes)) !== sums[row + i]) return false;
    }
  }
  return true;
}

function storeHead(front: Buffer): StoreHead | null {
  const head = headIn(magic, front) as StoreHead | null;
  if (head === null) return null;
  return head.type in storedBytes && Array.isArray(head.shape) && Number.isInteger(head.rows) ? head : null;
}

function bytesOf(numbers: Uint32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

async function readAll(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) throw new RangeError("the file is shorter than it was");
    at += bytesRead;
  }
  return bytes;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
