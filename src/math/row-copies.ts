/**
 * 64-bit hashes of rows of numbers, built up value by value: the bits of each value are mixed into two accumulators
 * (MurmurHash3's steps with different constants). -0 counts as 0, every NaN (a missing value) as the same.
 * Two different rows among a million share a hash with probability 3e-8.
 */
export class RowHashes {
  readonly high: Int32Array;
  readonly low: Int32Array;
  private readonly value = new Float64Array(1);
  private readonly bits = new Int32Array(this.value.buffer);

  constructor(readonly rows: number) {
    this.high = new Int32Array(rows).fill(0x9747b28c);
    this.low = new Int32Array(rows).fill(0x3c6ef372);
  }

  /** Takes the next value of a row; all rows must take their values in the same order. */
  add(row: number, value: number): void {
    this.value[0] = value === 0 ? 0 : value;
    if (Number.isNaN(value)) {
      this.bits[0] = 0;
      this.bits[1] = 0x7ff80000;
    }
    const [first, second] = this.bits;
    this.high[row] = step(step(this.high[row], first, 0xcc9e2d51, 0x1b873593), second, 0xcc9e2d51, 0x1b873593);
    this.low[row] = step(step(this.low[row], second, 0x85ebca6b, 0xc2b2ae35), first, 0x85ebca6b, 0xc2b2ae35);
  }
}

function step(hash: number, bits: number, first: number, second: number): number {
  let k = Math.imul(bits, first);
  k = Math.imul((k << 15) | (k >>> 17), second);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** A set of row hashes that remembers where each was first seen. */
export class SeenRows {
  private capacity = 1024;
  private high = new Int32Array(this.capacity);
  private low = new Int32Array(this.capacity);
  /** row + 1; 0 is an empty slot */
  private first = new Int32Array(this.capacity);
  size = 0;

  /** The row under which an equal hash was added before; -1 when there was none, and this row is kept. */
  add(high: number, low: number, row: number): number {
    if (2 * this.size >= this.capacity) this.grow();
    const slot = this.slotOf(high, low);
    if (this.first[slot] !== 0) return this.first[slot] - 1;
    this.put(slot, high, low, row + 1);
    this.size++;
    return -1;
  }

  private put(slot: number, high: number, low: number, first: number): void {
    this.high[slot] = high;
    this.low[slot] = low;
    this.first[slot] = first;
  }

  private slotOf(high: number, low: number): number {
    const mask = this.capacity - 1;
    let slot = (high ^ (low >>> 7)) & mask;
    while (this.first[slot] !== 0 && (this.high[slot] !== high || this.low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { high, low, first, capacity } = this;
    this.capacity = 2 * capacity;
    this.high = new Int32Array(this.capacity);
    this.low = new Int32Array(this.capacity);
    this.first = new Int32Array(this.capacity);
    for (let i = 0; i < capacity; i++) {
      if (first[i] !== 0) this.put(this.slotOf(high[i], low[i]), high[i], low[i], first[i]);
    }
  }
}

/** For every row the earlier row that it repeats in all values, or -1. @returns [rows] */
export function earlierCopies(hashes: RowHashes): Int32Array {
  const seen = new SeenRows();
  const out = new Int32Array(hashes.rows);
  for (let r = 0; r < hashes.rows; r++) out[r] = seen.add(hashes.high[r], hashes.low[r], r);
  return out;
}
