import type { Rng } from "../../math/rng.js";
import type { ColumnRequest, TableChunk } from "../table/table-source.js";

/** Rows beyond the sample that are held before the ones of the largest keys are let go, as a share of it. */
const beyond = 0.25;
/** Rows that room is made for at first. */
const firstRoom = 4096;

/**
 * Simple random sample of rows that come one after another, however many they will be: every row draws a key, and those of the
 * smallest keys are kept (bottom-k sampling, Cohen & Kaplan 2007). Rows stay in the order in which they came.
 */
export class DrawnRows {
  /** Rows that were looked at. */
  seen = 0;
  /** Rows that are held. */
  length = 0;
  private numbers: Float64Array[];
  private texts: (string | null)[][];
  private keys = new Float64Array(0);
  private places = new Float64Array(0);
  /** Keys from here on are not of the sample. */
  private threshold = Number.POSITIVE_INFINITY;

  /**
   * @param size rows of the sample
   * @param rng  draws the keys, one for each row in the order of the table
   */
  constructor(
    request: ColumnRequest,
    private readonly size: number,
    private readonly rng: Rng,
  ) {
    this.numbers = request.numbers.map(() => new Float64Array(0));
    this.texts = request.texts.map(() => []);
  }

  add(chunk: TableChunk): void {
    for (let i = 0; i < chunk.rows; i++) {
      const key = this.rng.uniform();
      this.seen++;
      if (key < this.threshold) this.take(chunk, i, key);
    }
  }

  /** The sample: no more rows are to be added. */
  finish(): Pick<TableChunk, "rows" | "numbers" | "texts"> & { readonly fileRows: Float64Array } {
    if (this.length > this.size) this.letGo();
    const { length: rows } = this;
    return {
      rows,
      numbers: this.numbers.map((values) => values.subarray(0, rows)),
      texts: this.texts.map((values) => values.slice(0, rows)),
      fileRows: this.places.subarray(0, rows),
    };
  }

  private take(chunk: TableChunk, row: number, key: number): void {
    if (this.length === this.room) this.makeRoom();
    const { length: at } = this;
    this.numbers.forEach((values, k) => {
      values[at] = chunk.numbers[k][row];
    });
    this.texts.forEach((values, k) => {
      values[at] = chunk.texts[k][row];
    });
    this.keys[at] = key;
    this.places[at] = chunk.firstRow + row;
    this.length++;
  }

  private get room(): number {
    return this.keys.length;
  }

  /** Grows until there is room for the sample and some rows more, and lets rows go from then on. */
  private makeRoom(): void {
    const most = Math.ceil(this.size * (1 + beyond)) + 1;
    if (this.room === most) {
      this.letGo();
      return;
    }
    const room = Math.min(most, Math.max(firstRoom, 2 * this.room));
    const grown = (values: Float64Array) => {
      const out = new Float64Array(room);
      out.set(values);
      return out;
    };
    this.numbers = this.numbers.map(grown);
    this.keys = grown(this.keys);
    this.places = grown(this.places);
  }

  /** Keeps the rows of the smallest keys; of equal ones those that came first. */
  private letGo(): void {
    const threshold = this.keys.slice(0, this.length).sort()[this.size - 1];
    let equal = this.size;
    for (let i = 0; i < this.length; i++) if (this.keys[i] < threshold) equal--;
    const kept = new Int32Array(this.size);
    let count = 0;
    for (let i = 0; i < this.length; i++) {
      const key = this.keys[i];
      if (key < threshold || (key === threshold && equal-- > 0)) kept[count++] = i;
    }
    for (const values of [...this.numbers, this.keys, this.places]) {
      for (let i = 0; i < count; i++) values[i] = values[kept[i]];
    }
    for (const values of this.texts) {
      for (let i = 0; i < count; i++) values[i] = values[kept[i]];
      values.length = count;
    }
    this.length = count;
    this.threshold = threshold;
  }
}
