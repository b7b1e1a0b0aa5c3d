import { crc32 } from "node:zlib";

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
/** Bytes in front of the rows: magic, length of the head, head as JSON. */
export const start = 4096;
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
  return start + 4 * head.width * head.rows + 4 * blocksOf(head) + 4;
}

/** The bytes in front of the rows. */
export function frontOf(head: ShuffledHead): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  if (text.length > start - 12) throw new RangeError("the head of shuffled rows is too long");
  const front = Buffer.alloc(start);
  front.write(magic, "latin1");
  front.writeUInt32LE(text.length, magic.length);
  text.copy(front, 12);
  return front;
}

/** The bytes behind the rows. */
export function tailOf(front: Buffer, sums: Uint32Array): Buffer {
  const tail = Buffer.alloc(4 * sums.length + 4);
  sums.forEach((sum, b) => void tail.writeUInt32LE(sum, 4 * b));
  tail.writeUInt32LE(crc32(tail.subarray(0, 4 * sums.length), crc32(front)), 4 * sums.length);
  return tail;
}

/** The head in the bytes in front of the rows; null where there is none. */
export function headIn(front: Buffer): ShuffledHead | null {
  if (front.toString("latin1", 0, magic.length) !== magic) return null;
  const length = front.readUInt32LE(magic.length);
  try {
    return JSON.parse(front.toString("utf8", 12, 12 + length)) as ShuffledHead;
  } catch {
    return null;
  }
}
