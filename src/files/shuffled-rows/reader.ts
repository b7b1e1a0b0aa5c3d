import { closeSync, fstatSync, openSync, read, readSync, utimesSync } from "node:fs";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { RunError } from "../../errors.js";
import { frontBytes } from "../front-matter.js";
import { systemReason } from "../write-error.js";
import { blocksOf, type ShuffledHead, shuffledBytes, shuffledHead, tailOf } from "./format.js";

const readAt = promisify(read);
const opened = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/**
 * Rows of a file of shuffled rows, read block by block, every block held against its checksum. Blocks that were used last are
 * held. The file stays open as long as this is in use, whatever becomes of its name.
 */
export class ShuffledRows {
  private readonly blocks = new Map<number, Promise<Float32Array>>();

  private constructor(
    readonly head: ShuffledHead,
    private readonly path: string,
    private readonly descriptor: number,
    private readonly sums: Uint32Array,
    private readonly held: number,
  ) {
    opened.register(this, descriptor);
  }

  /**
   * Opens a file whose head is whole and bears the key; null where there is none.
   * @param held blocks that are held
   * @throws RunError for a file that cannot be opened
   */
  static open(path: string, key: string, held: number): ShuffledRows | null {
    const descriptor = openedFile(path);
    if (descriptor === null) return null;
    const found = headAndSums(descriptor, key);
    if (found === null) {
      closeSync(descriptor);
      return null;
    }
    const now = new Date();
    try {
      // The time of the last use, by which files are removed; of no account where it cannot be set.
      utimesSync(path, now, now);
    } catch {}
    return new ShuffledRows(found.head, path, descriptor, found.sums, held);
  }

  /** Begins to read the blocks of rows that will be asked for. */
  ahead(rows: ArrayLike<number>): void {
    for (const block of this.blocksOf(rows)) this.block(block).catch(() => undefined);
  }

  /** Writes rows, in the order of their numbers, into `out` [rows.length, width]. @throws RunError for a damaged block */
  async read(rows: ArrayLike<number>, out: Float32Array): Promise<void> {
    const { width, blockRows } = this.head;
    const found = new Map<number, Float32Array>();
    for (const block of this.blocksOf(rows)) found.set(block, await this.block(block));
    for (let i = 0, to = 0; i < rows.length; i++) {
      const block = Math.floor(rows[i] / blockRows);
      const values = found.get(block) as Float32Array;
      let from = (rows[i] - block * blockRows) * width;
      for (const end = to + width; to < end; ) out[to++] = values[from++];
    }
  }

  private blocksOf(rows: ArrayLike<number>): Set<number> {
    const blocks = new Set<number>();
    for (let i = 0; i < rows.length; i++) blocks.add(Math.floor(rows[i] / this.head.blockRows));
    return blocks;
  }

  private block(block: number): Promise<Float32Array> {
    const known = this.blocks.get(block);
    const values = known ?? this.load(block);
    this.blocks.delete(block);
    this.blocks.set(block, values);
    for (const [oldest] of this.blocks) {
      if (this.blocks.size <= this.held) break;
      this.blocks.delete(oldest);
    }
    return values;
  }

  private async load(block: number): Promise<Float32Array> {
    const { width, blockRows, rows } = this.head;
    const count = Math.min(blockRows, rows - block * blockRows);
    const values = new Float32Array(count * width);
    const bytes = Buffer.from(values.buffer);
    const from = frontBytes + 4 * width * blockRows * block;
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await readAt(this.descriptor, bytes, at, bytes.length - at, from + at);
      if (bytesRead === 0) throw this.damaged();
      at += bytesRead;
    }
    if (crc32(bytes) !== this.sums[block]) throw this.damaged();
    return values;
  }

  private damaged(): RunError {
    return new RunError(
      `${this.path}: rows that were kept there are damaged; delete the file, which is made again, and continue with --resume`,
    );
  }
}

/** @throws RunError for a file that is there and cannot be opened: rows written anew beside it would not be found either */
function openedFile(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return null;
    throw new RunError(
      `${path}: rows that were kept there cannot be opened: ${systemReason(cause)}; mend that, or delete the file, which is ` +
        "made again, and continue with --resume",
      { cause },
    );
  }
}

function headAndSums(descriptor: number, key: string): { head: ShuffledHead; sums: Uint32Array } | null {
  const front = bytesAt(descriptor, 0, frontBytes);
  const head = front && shuffledHead(front);
  if (front === null || head === null || head.key !== key) return null;
  const bytes = shuffledBytes(head);
  if (fstatSync(descriptor).size !== bytes) return null;
  const length = 4 * blocksOf(head) + 4;
  const tail = bytesAt(descriptor, bytes - length, length);
  if (tail === null) return null;
  const sums = Uint32Array.from({ length: blocksOf(head) }, (_, b) => tail.readUInt32LE(4 * b));
  return tailOf(front, sums).equals(tail) ? { head, sums } : null;
}

/** The bytes at a place; null where the file ends before. */
function bytesAt(descriptor: number, position: number, length: number): Buffer | null {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(descriptor, bytes, at, length - at, position + at);
    if (count === 0) return null;
    at += count;
  }
  return bytes;
}
