import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Rng } from "../../math/rng.js";
import { writingNow } from "../write-error.js";
import { blockRowsOf, blocksOf, type ShuffledHead, shuffledFront, tailOf } from "./format.js";

/** Bytes of a heap of rows that is shuffled in memory, about. */
const heapBytes = 32 << 20;
/** Bytes of a heap that are written at once. */
const pieceBytes = 256 << 10;
/** Most heaps; of more rows each is larger. */
const mostHeaps = 256;

/** What is written, and how much about. */
export interface ShuffledPlan {
  /** Numbers of a row. */
  readonly width: number;
  /** Rows that will come, at most. */
  readonly rows: number;
  /** Stream of the order. */
  readonly rng: Rng;
  /** A path that is free, for the file while it is written. */
  readonly part: string;
}

/**
 * Writes rows that come one after another in a random order, every order equally likely, with the memory of a few heaps of them:
 * each row goes to one of many heaps at random, and heaps are shuffled one after another (Rao 1961, Sandelius 1962).
 */
export class ShuffledWriter {
  rows = 0;
  private readonly heaps: { readonly buffer: Buffer; filled: number; rows: number }[];
  private readonly rowBytes: number;

  constructor(private readonly plan: ShuffledPlan) {
    this.rowBytes = 4 * plan.width;
    const heaps = Math.min(mostHeaps, Math.max(1, Math.ceil((plan.rows * this.rowBytes) / heapBytes)));
    const piece = Math.max(1, Math.floor(pieceBytes / this.rowBytes)) * this.rowBytes;
    this.heaps = Array.from({ length: heaps }, () => ({ buffer: Buffer.alloc(piece), filled: 0, rows: 0 }));
  }

  /** @param row [width] @throws WriteError naming the file, for what the disk refuses */
  put(row: Float32Array): void {
    const h = this.plan.rng.integer(this.heaps.length);
    const heap = this.heaps[h];
    heap.buffer.set(new Uint8Array(row.buffer, row.byteOffset, row.byteLength), heap.filled);
    heap.filled += this.rowBytes;
    heap.rows++;
    this.rows++;
    if (heap.filled === heap.buffer.length) this.flush(h);
  }

  /**
   * Shuffles all rows, and gives the file its name.
   * @param path of the file
   * @throws WriteError naming it, for what the disk refuses
   */
  finish(path: string, key: string, facts: ShuffledHead["facts"]): void {
    writingNow(path, () => this.finishNow(path, key, facts));
  }

  /** Leaves nothing behind. */
  abandon(): void {
    rmSync(this.plan.part, { force: true });
    this.heaps.forEach((_, h) => void rmSync(this.heapFile(h), { force: true }));
  }

  private finishNow(path: string, key: string, facts: ShuffledHead["facts"]): void {
    const { width, part } = this.plan;
    const head: ShuffledHead = { key, width, rows: this.rows, blockRows: blockRowsOf(width), facts };
    const descriptor = openSync(part, "wx");
    try {
      const front = shuffledFront(head);
      writeAll(descriptor, front);
      const blocks = new BlockWriter(descriptor, head, this.rowBytes);
      for (const [h] of this.heaps.entries()) {
        for (const row of this.shuffledHeap(h)) blocks.put(row);
      }
      blocks.flush();
      writeAll(descriptor, tailOf(front, blocks.sums));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, path);
  }

  private *shuffledHeap(h: number): Generator<Buffer> {
    const heap = this.heaps[h];
    this.flush(h);
    if (heap.rows === 0) return;
    const bytes = readFileSync(this.heapFile(h));
    rmSync(this.heapFile(h));
    for (const row of this.plan.rng.permutation(heap.rows)) {
      yield bytes.subarray(row * this.rowBytes, (row + 1) * this.rowBytes);
    }
  }

  private flush(h: number): void {
    const heap = this.heaps[h];
    if (heap.filled === 0) return;
    const file = this.heapFile(h);
    writingNow(file, () => appendFileSync(file, heap.buffer.subarray(0, heap.filled)));
    heap.filled = 0;
  }

  private heapFile(h: number): string {
    return `${this.plan.part.replace(/\.part$/, "")}.${h}.part`;
  }
}

/** Writes rows in blocks, each with its checksum. */
class BlockWriter {
  readonly sums: Uint32Array;
  private readonly block: Buffer;
  private filled = 0;
  private blocks = 0;

  constructor(
    private readonly descriptor: number,
    head: ShuffledHead,
    rowBytes: number,
  ) {
    this.sums = new Uint32Array(blocksOf(head));
    this.block = Buffer.alloc(head.blockRows * rowBytes);
  }

  put(row: Buffer): void {
    this.block.set(row, this.filled);
    this.filled += row.length;
    if (this.filled === this.block.length) this.flush();
  }

  flush(): void {
    if (this.filled === 0) return;
    const bytes = this.block.subarray(0, this.filled);
    this.sums[this.blocks++] = crc32(bytes);
    writeAll(this.descriptor, bytes);
    this.filled = 0;
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
}
