import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { RunError } from "../errors.js";

const readAt = promisify(read);

/** Where rows of one size lie in a file. */
export interface RowPlace {
  readonly file: string;
  /** Bytes before the first row. */
  readonly start: number;
  /** Bytes of a row. */
  readonly rowBytes: number;
  readonly rows: number;
}

/** Most bytes that are read at once, where rows follow each other. */
const mostAtOnce = 4 << 20;

const open = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/**
 * Rows of a file, read by number where they lie: nothing of it is held but what `ahead` was asked for, unless all of it fits
 * into the memory that is given. The file stays open as long as this is in use, whatever becomes of its name.
 */
export class PositionedRows {
  /** Whether rows are read from disk each time. */
  readonly streamed: boolean;
  private readonly descriptor: number;
  private readonly held: Buffer | null;
  private readonly coming = new Map<number, Promise<Uint8Array>>();
  /** Time of the last change when it was opened. */
  private readonly changed: number;

  /** @param memory bytes; a file of no more is read whole */
  constructor(
    private readonly place: RowPlace,
    private readonly memory: number,
  ) {
    this.descriptor = openSync(place.file, "r");
    open.register(this, this.descriptor);
    this.changed = fstatSync(this.descriptor).mtimeMs;
    const all = place.rowBytes * place.rows;
    this.streamed = all > memory;
    this.held = this.streamed ? null : this.whole(all);
  }

  /** The bytes of rows, in the order of the numbers. @throws RunError where the file is another one by now */
  async read(numbers: ArrayLike<number>): Promise<Uint8Array[]> {
    const { held, coming } = this;
    const { rowBytes } = this.place;
    if (held !== null) return Array.from(numbers, (row) => held.subarray(row * rowBytes, (row + 1) * rowBytes));
    this.refuseChanged();
    const missing = Array.from(new Set(Array.from(numbers))).filter((row) => !coming.has(row));
    const begun = this.begin(missing);
    const found = await Promise.all(Array.from(numbers, (row) => coming.get(row) ?? begun.get(row)));
    for (let i = 0; i < numbers.length; i++) coming.delete(numbers[i]);
    return found as Uint8Array[];
  }

  /** Begins to read rows that will be asked for. What was asked for earlier, and never fetched, is let go. */
  ahead(numbers: ArrayLike<number>): void {
    if (this.held !== null) return;
    const wanted = Array.from(new Set(Array.from(numbers))).filter((row) => !this.coming.has(row));
    const most = Math.floor(this.memory / this.place.rowBytes);
    if (wanted.length > most) return;
    if (this.coming.size + wanted.length > most) this.coming.clear();
    for (const [row, bytes] of this.begin(wanted)) {
      // A failure is told to whoever reads the row.
      bytes.catch(() => undefined);
      this.coming.set(row, bytes);
    }
  }

  /** @throws RunError where somebody wrote into the file since it was opened */
  private refuseChanged(): void {
    if (fstatSync(this.descriptor).mtimeMs === this.changed) return;
    throw new RunError(
      `${this.place.file}: changed while its rows were in use; let it alone, and run the command again`,
    );
  }

  /** Reads rows that follow each other together. */
  private begin(numbers: readonly number[]): Map<number, Promise<Uint8Array>> {
    const { rowBytes } = this.place;
    const sorted = numbers.toSorted((a, b) => a - b);
    const most = Math.max(1, Math.floor(mostAtOnce / rowBytes));
    const begun = new Map<number, Promise<Uint8Array>>();
    for (let from = 0; from < sorted.length; ) {
      let to = from + 1;
      while (to < sorted.length && to - from < most && sorted[to] === sorted[to - 1] + 1) to++;
      const block = this.block(sorted[from], to - from);
      for (let i = from; i < to; i++) {
        const at = (i - from) * rowBytes;
        begun.set(
          sorted[i],
          block.then((bytes) => bytes.subarray(at, at + rowBytes)),
        );
      }
      from = to;
    }
    return begun;
  }

  private async block(row: number, count: number): Promise<Buffer> {
    const { file, start, rowBytes } = this.place;
    const bytes = Buffer.allocUnsafeSlow(count * rowBytes);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await readAt(this.descriptor, bytes, at, bytes.length - at, start + row * rowBytes + at);
      if (bytesRead === 0) throw shorter(file);
      at += bytesRead;
    }
    return bytes;
  }

  private whole(length: number): Buffer {
    const { file, start } = this.place;
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let at = 0; at < length; ) {
      const count = readSync(this.descriptor, bytes, at, length - at, start + at);
      if (count === 0) throw shorter(file);
      at += count;
    }
    return bytes;
  }
}

function shorter(file: string): RunError {
  return new RunError(`${file}: became shorter while its rows were read; run the command again`);
}
