/** How many distinct values are kept at each end: up to three of them may be set apart from the rest. */
const kept = 4;
/** Most values of a column that median and quartiles are taken from, evenly spread over its rows. */
const mostSampled = 4096;

/** A value and how often it stands in a column. */
export interface Counted {
  readonly value: number;
  readonly count: number;
}

/** The distinct values nearest to one end, the outermost first, exactly counted. */
class End {
  readonly values: number[] = [];
  readonly counts: number[] = [];
  /** Nothing beyond this is among the outermost. */
  edge = Number.POSITIVE_INFINITY;

  take(value: number): void {
    const { values, counts } = this;
    let at = 0;
    while (at < values.length && values[at] < value) at++;
    if (values[at] === value) {
      counts[at]++;
      return;
    }
    values.splice(at, 0, value);
    counts.splice(at, 0, 1);
    if (values.length > kept) {
      values.pop();
      counts.pop();
    }
    if (values.length === kept) this.edge = values[kept - 1];
  }
}

/**
 * The extreme values of a column with their counts, and a sample of all its values, gathered in one pass and in memory
 * that does not depend on the rows. A value among the outermost was so when it came first: no count misses any.
 */
export class ColumnEnds {
  private readonly low = new End();
  /** Of the values with their signs changed. */
  private readonly high = new End();
  private sampled: number[] = [];
  private stride = 1;
  private seen = 0;

  /** @param values NaN = missing @param rows how many of them count */
  add(values: ArrayLike<number>, rows = values.length): void {
    const { low, high } = this;
    for (let i = 0; i < rows; i++) {
      const value = values[i];
      if (Number.isNaN(value)) continue;
      if (value <= low.edge) low.take(value);
      if (-value <= high.edge) high.take(-value);
      if (this.seen++ % this.stride === 0) this.keep(value);
    }
  }

  /** Values that are not missing. */
  get present(): number {
    return this.seen;
  }

  /** The smallest values, ascending. */
  get lowest(): readonly Counted[] {
    return this.low.values.map((value, i) => ({ value, count: this.low.counts[i] }));
  }

  /** The largest values, descending. */
  get highest(): readonly Counted[] {
    return this.high.values.map((value, i) => ({ value: -value, count: this.high.counts[i] }));
  }

  /** Some of the values, ascending, evenly spread over the rows. */
  sample(): Float64Array {
    return Float64Array.from(this.sampled).sort();
  }

  private keep(value: number): void {
    this.sampled.push(value);
    if (this.sampled.length < 2 * mostSampled) return;
    this.sampled = this.sampled.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }
}
