import type { DuckDBConnection } from "@duckdb/node-api";
import { CsvCheck } from "./csv-check.js";
import type { CsvShape } from "./csv-faults.js";
import { JsonLineCount, JsonValueCount } from "./json-count.js";
import { parameterOf, parquetFiles } from "./relation.js";
import { type TableFile, tableBytes } from "./table-file.js";

/** Counts the rows of a table without its reader, as far ahead as is asked for. */
export interface RowCount {
  /** Whether a row that was counted holds line breaks in quotes. */
  readonly broken: boolean;
  /**
   * Counts until so many rows are known, or the table ends.
   * @throws InputError for damaged gzip data, or a record that the reader would let pass
   */
  reach(rows: number): Promise<void>;
  /** Number of all rows. @throws InputError as `reach` */
  total(): Promise<number>;
  close(): void;
}

/**
 * Text is counted from its bytes, Parquet by the file's own account of itself. To be called before a stream is read from
 * the connection.
 * @param shape of a delimited text table, whose records are checked on the way
 */
export async function startCount(
  file: TableFile,
  connection: DuckDBConnection,
  shape: CsvShape | undefined,
): Promise<RowCount> {
  if (file.kind !== "parquet") return new ByteCount(file, counterOf(file, shape));
  const sql = `SELECT sum(num_rows) FROM parquet_file_metadata(${parquetFiles})`;
  const found = await connection.runAndReadAll(sql, [parameterOf(file)]);
  const rows = Number(found.getRows()[0][0]);
  return { broken: false, reach: async () => undefined, total: async () => rows, close: () => undefined };
}

interface Counter {
  readonly rows: number;
  readonly broken?: boolean;
  push(chunk: Buffer): void;
  end(): void;
}

function counterOf({ kind, label }: TableFile, shape: CsvShape | undefined): Counter {
  if (shape !== undefined) return new CsvCheck(label, shape);
  return kind === "json-lines" ? new JsonLineCount(label) : new JsonValueCount();
}

class ByteCount implements RowCount {
  private readonly chunks: AsyncGenerator<Buffer>;
  /** The chunk that is being read while the reader of the values works. */
  private next: Promise<IteratorResult<Buffer>>;
  private ended = false;

  constructor(
    file: TableFile,
    private readonly counter: Counter,
  ) {
    this.chunks = tableBytes(file);
    this.next = this.request();
  }

  get broken(): boolean {
    return this.counter.broken === true;
  }

  async reach(rows: number): Promise<void> {
    while (!this.ended && this.counter.rows < rows) await this.pull();
  }

  async total(): Promise<number> {
    await this.reach(Number.POSITIVE_INFINITY);
    return this.counter.rows;
  }

  close(): void {
    this.chunks.return(undefined).catch(() => undefined);
  }

  private request(): Promise<IteratorResult<Buffer>> {
    const next = this.chunks.next();
    // It is awaited later, or never when the reader fails first.
    next.catch(() => undefined);
    return next;
  }

  private async pull(): Promise<void> {
    const { done, value } = await this.next;
    if (done) {
      this.ended = true;
      this.counter.end();
    } else {
      this.next = this.request();
      this.counter.push(value);
    }
  }
}
