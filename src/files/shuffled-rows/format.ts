import { crc32 } from "node:zlib";
import { frontBytes, frontOf, headIn } from "../front-matter.js";

/** What a file of shuffled rows holds. */
export interface ShuffledHead {
  /** SHA-256 of what the rows were made from. */
  readonly key: string;
  /** Numbers of a row, float32. */
  readonly width: number;
  readonly rows: number;
  /** Rows of a block; the last has fewer. */
  readonly blockRows: number;
  /** What is to be said of the rows, counted when they were written. */
  readonly facts: Readonly<Record<string, number>>;
}

const magic = "PIDSHUF1";
/** Bytes of a block, about. */
const blockBytes = 1 << 20;

/** Rows of a block of about a megabyte. */
export function blockRowsOf(width: number): number {
  return Math.max(1, Math.floor(blockBytes / (4 * width)));
}

/** Blocks of a file. */
export function blocksOf({ rows, blockRows }: Pick<ShuffledHead, "rows" | "blockRows">): number {
  return Math.ceil(rows / blockRows);
}

/** Bytes of a file: head, rows, a checksum of every block, and one of head and checksums. */
export function shuffledBytes(head: Pick<ShuffledHead, "width" | "rows" | "blockRows">): number {
  return frontBytes + 4 * head.width * head.rows + 4 * blocksOf(head) + 4;
}

/** The bytes in front of the rows. */
export const shuffledFront = (head: ShuffledHead): Buffer => frontOf(magic, head);

/** The bytes behind the rows. */
export function tailOf(front: Buffer, sums: Uint32Array): Buffer {
  const tail = Buffer.alloc(4 * sums.length + 4);
  sums.forEach((sum, b) => void tail.writeUInt32LE(sum, 4 * b));
  tail.writeUInt32LE(crc32(tail.subarray(0, 4 * sums.length), crc32(front)), 4 * sums.length);
  return tail;
}

/** The head in the bytes in front of the rows; null where there is none. */
export const shuffledHead = (front: Buffer): ShuffledHead | null => headIn(magic, front) as ShuffledHead | null;
