import type { DuckDBConnection } from "@duckdb/node-api";
import { CsvCheck } from "./csv-check.js";
import type { CsvShape } from "./csv-faults.js";
import { JsonLineCount, JsonValueCount } from "./json-count.js";
import { globEscaped } from "./relation.js";
import { type TableFile, tableBytes } from "./table-file.js";

/** Counts rows from the bytes of a file. */
interface RowCount {
  readonly rows: number;
  push(chunk: Buffer): void;
  end(): void;
}

/**
 * Counts the rows of a table without its reader: text from its bytes, Parquet from the file's own account of itself.
 * @param shape of a delimited text table, whose records are checked on the way
 * @param stopped asked between chunks; true ends the count early
 * @throws InputError for damaged gzip data, or a record that the reader would let pass
 */
export async function countRows(
  file: TableFile,
  connection: DuckDBConnection,
  shape: CsvShape | undefined,
  stopped: () => boolean,
): Promise<number> {
  if (file.kind === "parquet") return parquetRows(file, connection);
  const count = counterOf(file, shape);
  for await (const chunk of tableBytes(file)) {
    if (stopped()) return count.rows;
    count.push(chunk);
  }
  count.end();
  return count.rows;
}

function counterOf({ kind, label }: TableFile, shape: CsvShape | undefined): RowCount {
  if (shape !== undefined) return new CsvCheck(label, shape);
  return kind === "json-lines" ? new JsonLineCount() : new JsonValueCount();
}

async function parquetRows(file: TableFile, connection: DuckDBConnection): Promise<number> {
  const found = await connection.runAndReadAll("SELECT num_rows FROM parquet_file_metadata($1)", [
    globEscaped(file.path),
  ]);
  return Number(found.getRows()[0][0]);
}
