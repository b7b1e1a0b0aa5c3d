import type { Evaluation } from "./quasi-newton.js";

/** Columns and class of the rows that a regression is fitted on. */
export interface LogisticRows {
  /** [width][rows], about standard */
  readonly columns: readonly Float64Array[];
  /** [rows] 0 .. classes - 1 */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** Rows of a block: its columns stay in the cache while the classes pass over them. */
const blockRows = 256;

/**
 * The loss of a multinomial logistic regression, and its gradient. Classes are taken two at a time and columns four, so that
 * every number of a column that is fetched serves two classes.
 */
export class LogisticLoss {
  /** A column of ones, and the columns, [width][rows]. */
  readonly design: readonly Float64Array[];
  readonly classes: number;
  private readonly labels: Int32Array;
  /** Columns to a multiple of four, the last ones 0. */
  private readonly columns: readonly Float64Array[];
  /** Logits of a block, then what is left of its rows, by class to a multiple of two. */
  private readonly block: readonly Float64Array[];

  constructor({ columns, labels, classes }: LogisticRows) {
    const rows = labels.length;
    this.labels = labels;
    this.classes = classes;
    this.design = [new Float64Array(rows).fill(1), ...columns];
    const nothing = new Float64Array(rows);
    this.columns = [...this.design, ...new Array<Float64Array>(-this.design.length & 3).fill(nothing)];
    this.block = Array.from({ length: classes + (classes & 1) }, () => new Float64Array(blockRows));
  }

  /** Columns with that of ones. */
  get width(): number {
    return this.design.length;
  }

  /**
   * -sum log p(y | x) + weight / 2 sum |slopes|^2
   * @param coefficients [width, classes], intercepts first
   */
  evaluate(coefficients: Float64Array, weight: number): Evaluation {
    const { width, classes } = this;
    const byClass = this.block.map((_, y) =>
      Float64Array.from(this.columns, (_column, j) => (j < width && y < classes ? coefficients[j * classes + y] : 0)),
    );
    const sums = this.block.map(() => new Float64Array(this.columns.length));
    let value = 0;
    for (let from = 0; from < this.labels.length; from += blockRows) {
      const count = Math.min(blockRows, this.labels.length - from);
      for (let y = 0; y < classes; y += 2) this.addLogits(byClass, y, from, count);
      value += this.toErrors(from, count);
      for (let y = 0; y < classes; y += 2) this.addGradient(sums, y, from, count);
    }
    const gradient = new Float64Array(coefficients.length);
    for (let j = 0, at = 0; j < width; j++) {
      for (let y = 0; y < classes; y++, at++) {
        gradient[at] = sums[y][j];
        if (j === 0) continue;
        gradient[at] += weight * coefficients[at];
        value += (weight * coefficients[at] ** 2) / 2;
      }
    }
    return { value, gradient };
  }

  /** Logits of two classes in the rows of a block. */
  private addLogits(byClass: readonly Float64Array[], y: number, from: number, count: number): void {
    const [first, second] = [this.block[y].fill(0), this.block[y + 1].fill(0)];
    const [own, other] = [byClass[y], byClass[y + 1]];
    for (let j = 0; j < this.columns.length; j += 4) {
      const [a, b, c, d] = this.columns.slice(j, j + 4);
      const [wa, wb, wc, wd] = own.subarray(j, j + 4);
      const [va, vb, vc, vd] = other.subarray(j, j + 4);
      for (let r = 0; r < count; r++) {
        const xa = a[from + r];
        const xb = b[from + r];
        const xc = c[from + r];
        const xd = d[from + r];
        first[r] += wa * xa + wb * xb + wc * xc + wd * xd;
        second[r] += va * xa + vb * xb + vc * xc + vd * xd;
      }
    }
  }

  /** Logits of a block become p(y | x) less 1 for the class of the row. @returns the block's sum of -log p */
  private toErrors(from: number, count: number): number {
    const { block, classes, labels } = this;
    let sum = 0;
    for (let r = 0; r < count; r++) {
      let most = Number.NEGATIVE_INFINITY;
      for (let y = 0; y < classes; y++) most = Math.max(most, block[y][r]);
      const label = labels[from + r];
      const right = block[label][r] - most;
      let total = 0;
      for (let y = 0; y < classes; y++) {
        block[y][r] = Math.exp(block[y][r] - most);
        total += block[y][r];
      }
      for (let y = 0; y < classes; y++) block[y][r] /= total;
      block[label][r] -= 1;
      sum += Math.log(total) - right;
    }
    return sum;
  }

  /** What a block adds to the gradient of two classes by all columns. */
  private addGradient(sums: readonly Float64Array[], y: number, from: number, count: number): void {
    const [first, second] = [this.block[y], this.block[y + 1]];
    for (let j = 0; j < this.columns.length; j += 4) {
      const [a, b, c, d] = this.columns.slice(j, j + 4);
      let [sa, sb, sc, sd] = [0, 0, 0, 0];
      let [ta, tb, tc, td] = [0, 0, 0, 0];
      for (let r = 0; r < count; r++) {
        const left = first[r];
        const right = second[r];
        const xa = a[from + r];
        const xb = b[from + r];
        const xc = c[from + r];
        const xd = d[from + r];
        sa += left * xa;
        sb += left * xb;
        sc += left * xc;
        sd += left * xd;
        ta += right * xa;
        tb += right * xb;
        tc += right * xc;
        td += right * xd;
      }
      add(sums[y], j, sa, sb, sc, sd);
      add(sums[y + 1], j, ta, tb, tc, td);
    }
  }
}

function add(sums: Float64Array, j: number, a: number, b: number, c: number, d: number): void {
  sums[j] += a;
  sums[j + 1] += b;
  sums[j + 2] += c;
  sums[j + 3] += d;
}
