import { blockRows, MomentAccumulator, type Moments } from "./moments.js";
import {
  imputedMoments,
  mergePairwise,
  type PairwiseMoments,
  pairwiseOfBlock,
  pairwiseOfComplete,
} from "./pairwise-moments.js";
import type { GroupShard } from "./shard-moments.js";

/** Accumulators of one group: complete rows take the fast path, rows with gaps the pairwise one. */
export class GroupMoments {
  private full: MomentAccumulator;
  private gappy: PairwiseMoments | undefined;
  private gappyRows = 0;
  private fullBlock: RowBlock;
  private gappyBlock: RowBlock | undefined;
  private labels: Map<string, number> | null = null;

  constructor(private readonly columns: number) {
    this.full = new MomentAccumulator(columns);
    this.fullBlock = new RowBlock(columns);
  }

  addRows(columns: readonly Float64Array[], origin: Float64Array, rows: number): void {
    for (let start = 0; start < rows; ) {
      start += this.fullBlock.take(columns, origin, start, rows);
      if (this.fullBlock.rows === blockRows) this.flushFull();
    }
  }

  addRow(columns: readonly Float64Array[], origin: Float64Array, row: number, gaps: boolean): void {
    if (!gaps) {
      this.fullBlock.takeRow(columns, origin, row);
      if (this.fullBlock.rows === blockRows) this.flushFull();
      return;
    }
    this.gappyBlock ??= new RowBlock(this.columns);
    this.gappyBlock.takeRow(columns, origin, row);
    if (this.gappyBlock.rows === blockRows) this.flushGappy();
  }

  countLabel(label: string): void {
    this.labels ??= new Map();
    this.labels.set(label, 1 + (this.labels.get(label) ?? 0));
  }

  /** Moments of both, as a new value; leaves the arguments usable. */
  merge(other: GroupMoments): GroupMoments {
    const sum = new GroupMoments(this.columns);
    for (const part of [this, other]) {
      part.flushFull();
      part.flushGappy();
      sum.full.addMoments(part.full.total());
      sum.addGappy(part.gappy, part.gappyRows);
    }
    return sum;
  }

  shard(): GroupShard {
    this.flushFull();
    this.flushGappy();
    return { full: this.full.total(), gappy: this.gappy ?? null, gappyRows: this.gappyRows, labels: this.labels };
  }

  finish(): Moments {
    this.flushFull();
    this.flushGappy();
    const total = this.full.total();
    if (!this.gappy) return total;
    return imputedMoments(mergePairwise(pairwiseOfComplete(total), this.gappy), total.n + this.gappyRows);
  }

  private addGappy(moments: PairwiseMoments | undefined, rows: number): void {
    if (!moments) return;
    this.gappy = this.gappy ? mergePairwise(this.gappy, moments) : moments;
    this.gappyRows += rows;
  }

  private flushFull(): void {
    this.full.addBlock(this.fullBlock.values, this.fullBlock.rows, blockRows);
    this.fullBlock.rows = 0;
  }

  private flushGappy(): void {
    const block = this.gappyBlock;
    if (!block || block.rows === 0) return;
    this.addGappy(pairwiseOfBlock(block.values, this.columns, block.rows, blockRows), block.rows);
    block.rows = 0;
  }
}

/** Rows that wait until a block is full, column-major [columns, blockRows]. */
class RowBlock {
  readonly values: Float64Array;
  rows = 0;

  constructor(private readonly columns: number) {
    this.values = new Float64Array(columns * blockRows);
  }

  /** Copies rows start .. end - 1 as far as they fit; returns how many were taken. */
  take(columns: readonly Float64Array[], origin: Float64Array, start: number, end: number): number {
    const size = Math.min(end - start, blockRows - this.rows);
    for (let j = 0; j < this.columns; j++) {
      const column = columns[j];
      const zero = origin[j];
      const at = j * blockRows + this.rows;
      for (let r = 0; r < size; r++) this.values[at + r] = column[start + r] - zero;
    }
    this.rows += size;
    return size;
  }

  takeRow(columns: readonly Float64Array[], origin: Float64Array, row: number): void {
    for (let j = 0; j < this.columns; j++) this.values[j * blockRows + this.rows] = columns[j][row] - origin[j];
    this.rows++;
  }
}
