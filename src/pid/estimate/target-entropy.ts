/** Entropy of a target with ties, and what it is counted on. */
export interface TargetEntropy {
  /** H(Y) of the values as they stand, several targets jointly, bits. */
  readonly bits: number;
  /** Different values, of several targets different combinations. */
  readonly values: number;
}

/** A target of so few values is always one with ties, and is read as classes. */
export const mostClasses = 10;

/** More different values than this are not counted: such a target is taken for one without ties. */
const mostValues = 200_000;

/**
 * Counts values of a target. It has ties where it takes at most 10 values, or where, the rows of its most frequent value
 * aside (a limit of detection, a zero), no more than half of the rows have a value of their own.
 */
export class ValueCounter {
  private readonly counts = new Map<number | string, number>();
  private rows = 0;
  private tooMany = false;

  /** @param columns of the target, [targets][rows]; rows that lack a value (NaN) are passed over */
  add(columns: readonly ArrayLike<number>[], rows = columns[0].length): void {
    const [first] = columns;
    for (let r = 0; r < rows; r++) {
      if (columns.some((column) => Number.isNaN(column[r]))) continue;
      this.rows++;
      if (this.counts.size > mostValues) continue;
      const key = columns.length === 1 ? first[r] : columns.map((column) => column[r]).join();
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    }
  }

  /** Values with their numbers of rows; null where they are too many to be counted. */
  counted(): { rows: number; values: [number | string, number][] | null } {
    return { rows: this.rows, values: this.tooMany || this.counts.size > mostValues ? null : [...this.counts] };
  }

  /** Adds values that were counted elsewhere. */
  addCounted({ rows, values }: ReturnType<ValueCounter["counted"]>): void {
    this.rows += rows;
    if (values === null || this.counts.size > mostValues) this.tooMany = true;
    if (this.tooMany) this.counts.clear();
    for (const [value, count] of this.tooMany ? [] : (values ?? []))
      this.counts.set(value, (this.counts.get(value) ?? 0) + count);
  }

  /** Null where the target has no ties. */
  entropy(): TargetEntropy | null {
    const { counts, rows } = this;
    if (this.tooMany || counts.size > mostValues || rows === 0) return null;
    let [alone, most, bits] = [0, 0, 0];
    for (const count of counts.values()) {
      if (count === 1) alone++;
      if (count > most) most = count;
      bits -= (count / rows) * Math.log2(count / rows);
    }
    const tied = counts.size <= mostClasses || 2 * alone <= rows - most;
    return tied ? { bits: Math.max(0, bits), values: counts.size } : null;
  }
}

/** Entropy of a target with ties; null where it has none. @param columns [targets][rows] */
export function entropyOfTies(columns: readonly ArrayLike<number>[]): TargetEntropy | null {
  const counter = new ValueCounter();
  counter.add(columns);
  return counter.entropy();
}
