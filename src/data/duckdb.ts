import path from "node:path";
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { InputError } from "../errors.js";
import { readCsvHeader, refuseRepeatedNames } from "./csv-header.js";
import { csvRelation, globEscaped, jsonSource, quoteText, type Relation, typedRelation } from "./relation.js";
import { badJsonLine, firstBadValue, readProblem } from "./table-errors.js";
import { inspectTableFile, type TableFile, verifyGzip } from "./table-file.js";

/** Which columns to read, and how. */
export interface ColumnRequest {
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
}

/** Some consecutive rows of a table. */
export interface TableChunk {
  readonly rows: number;
  /** 0-based number of the first row. */
  readonly firstRow: number;
  /** One array [rows] per requested number column; NaN = missing; fresh arrays that may be kept. */
  readonly numbers: readonly Float64Array[];
  /** One array [rows] per requested text column; null = missing. */
  readonly texts: readonly (readonly (string | null)[])[];
}

/** An open table; rows come in file order. */
export interface TableSource {
  /** File name as the user wrote it. */
  readonly label: string;
  /** Column names in file order. */
  readonly columns: readonly string[];
  /**
   * Reads columns chunk by chunk and returns the number of rows.
   * @throws InputError naming file, row and column of a value that is not a finite number, or of a malformed row
   */
  stream(request: ColumnRequest, onChunk: (chunk: TableChunk) => void): Promise<number>;
  close(): void;
}

/**
 * Opens a CSV, TSV, JSON-lines or Parquet file, plain or .gz, with DuckDB. The database may read files of the table's
 * folder only: no network, no extensions, no writing.
 * @param file path, relative to `baseFolder`
 * @throws InputError that names the file
 */
export async function openTable(file: string, baseFolder = "."): Promise<TableSource> {
  const table = await inspectTableFile(file, baseFolder);
  const { connection, close } = await connect(table);
  try {
    const { relation, columns } = await describe(table, connection);
    refuseRepeatedNames(table.label, columns);
    const indices = new Map(columns.map((name, i) => [name, i]));
    return {
      label: table.label,
      columns,
      close,
      stream: (request, onChunk) => streamColumns(table, connection, relation, columns, indices, request, onChunk),
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A database in memory that reads files of the table's folder only; its settings cannot be changed any more. */
export async function connect(
  table: Pick<TableFile, "path">,
): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  await connection.run(`SET allowed_directories = [${quoteText(path.dirname(table.path))}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
}

async function describe(
  table: TableFile,
  connection: DuckDBConnection,
): Promise<{ relation: Relation; columns: readonly string[] }> {
  const file = globEscaped(table.path);
  if (table.kind === "csv" || table.kind === "tsv") {
    const header = await readCsvHeader(table);
    return { columns: header.columns, relation: csvRelation(file, header) };
  }
  const source = table.kind === "parquet" ? "read_parquet($1)" : jsonSource(table.kind);
  try {
    const described = await connection.runAndReadAll(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`,
      [file],
    );
    const rows = described.getRowsJson() as [string, string][];
    const types = rows.map(([, type]) => type);
    return { columns: rows.map(([name]) => name), relation: typedRelation(file, source, types, table.kind) };
  } catch (error) {
    throw new InputError((await badJsonLine(table)) ?? readProblem(table.label, error));
  }
}

async function streamColumns(
  table: TableFile,
  connection: DuckDBConnection,
  relation: Relation,
  columns: readonly string[],
  indices: ReadonlyMap<string, number>,
  request: ColumnRequest,
  onChunk: (chunk: TableChunk) => void,
): Promise<number> {
  const index = (name: string) => {
    const i = indices.get(name);
    if (i === undefined) throw new InputError(`${table.label}: there is no column "${name}".`);
    return i;
  };
  const numbers = request.numbers.map(index);
  const texts = request.texts.map(index);
  const selected = [...numbers.map(relation.asNumber), ...texts.map(relation.asText)];
  const sql = `SELECT ${selected.join(", ")} FROM ${relation.from(new Set(numbers))}`;
  const intact = table.gzip ? verifyGzip(table) : Promise.resolve();
  intact.catch(() => undefined); // awaited below; a failure of the query itself must not leave it unhandled
  let rows = 0;
  try {
    const result = await connection.stream(sql, [relation.path]);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      onChunk(convertChunk(table.label, chunk, rows, request));
      rows += chunk.rowCount;
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    await intact;
    throw new InputError(await explain(table.label, connection, relation, columns, numbers, error));
  }
  await intact;
  if (rows === 0) throw new InputError(`${table.label}: has column names but no rows.`);
  return rows;
}

/** The message of a failed read; a value that is no number is looked up first. */
async function explain(
  label: string,
  connection: DuckDBConnection,
  relation: Relation,
  columns: readonly string[],
  numbers: readonly number[],
  error: unknown,
): Promise<string> {
  try {
    const bad = await firstBadValue(connection, relation, numbers, error);
    return readProblem(label, error, bad && { ...bad, column: columns[bad.column] }, columns.length);
  } catch (second) {
    return readProblem(label, second, undefined, columns.length);
  }
}

function convertChunk(label: string, chunk: DuckDBDataChunk, firstRow: number, request: ColumnRequest): TableChunk {
  const rows = chunk.rowCount;
  const numbers = request.numbers.map((name, k) => {
    const vector = chunk.getColumnVector(k);
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const value = vector.getItem(i) as number | null;
      out[i] = value ?? Number.NaN;
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
        throw new InputError(
          `${label}: row ${firstRow + i + 1}, column "${name}": expected a finite number, got ${value}; ` +
            "correct the value or leave it empty (missing).",
        );
      }
    }
    return out;
  });
  const texts = request.texts.map((_, k) => {
    const vector = chunk.getColumnVector(request.numbers.length + k);
    // A column that is read as numbers too arrives as such.
    return Array.from({ length: rows }, (_, i) => textOf(vector.getItem(i)));
  });
  return { rows, firstRow, numbers, texts };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
