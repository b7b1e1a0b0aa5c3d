import path from "node:path";
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { InputError } from "../errors.js";
import { readCsvHeader, refuseRepeatedNames } from "./csv-header.js";
import { type MissingMarks, noMarks } from "./missing-marks.js";
import { csvRelation, globEscaped, jsonSource, quoteText, type Relation, typedRelation } from "./relation.js";
import { badJsonLine, firstBadValue, isConversionError, readProblem } from "./table-errors.js";
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
 * @param marks values that mean "missing" in number columns, beside the usual ones
 * @throws InputError that names the file
 */
export async function openTable(file: string, baseFolder = ".", marks: MissingMarks = noMarks): Promise<TableSource> {
  const table = await inspectTableFile(file, baseFolder);
  const { connection, close } = await connect(table);
  try {
    const { relation, columns } = await describe(table, connection, marks);
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
  marks: MissingMarks,
): Promise<{ relation: Relation; columns: readonly string[] }> {
  const file = globEscaped(table.path);
  if (table.kind === "csv" || table.kind === "tsv") {
    const header = await readCsvHeader(table);
    return { columns: header.columns, relation: csvRelation(file, header, marks) };
  }
  const source = table.kind === "parquet" ? "read_parquet($1)" : jsonSource(table.kind);
  try {
    const described = await connection.runAndReadAll(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`,
      [file],
    );
    const rows = described.getRowsJson() as [string, string][];
    const types = rows.map(([, type]) => type);
    return { columns: rows.map(([name]) => name), relation: typedRelation(file, source, types, table.kind, marks) };
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
  handedOver = 0,
): Promise<number> {
  const index = (name: string) => {
    const i = indices.get(name);
    if (i === undefined) throw new InputError(`${table.label}: there is no column "${name}".`);
    return i;
  };
  const numbers = request.numbers.map(index);
  const texts = request.texts.map(index);
  const selected = [...numbers.map(relation.asNumber), ...texts.map(relation.asText)];
  const sql = `SELECT ${selected.join(", ")} FROM ${relation.from(new Set(numbers), new Set(texts))}`;
  const intact = table.gzip ? verifyGzip(table) : Promise.resolve();
  intact.catch(() => undefined); // awaited below; a failure of the query itself must not leave it unhandled
  let rows = 0;
  try {
    const result = await connection.stream(sql, [relation.path]);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const from = Math.min(Math.max(handedOver - rows, 0), chunk.rowCount);
      if (from < chunk.rowCount) onChunk(withoutFirst(convertChunk(table.label, chunk, rows, request), from));
      rows += chunk.rowCount;
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    await intact;
    const { careful } = relation;
    if (careful !== undefined && isConversionError(error)) {
      return streamColumns(table, connection, careful, columns, indices, request, onChunk, rows);
    }
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
    const named = bad && {
      ...bad,
      column: columns[bad.column],
      all: bad.all.map((entry) => ({ ...entry, column: columns[entry.column] })),
    };
    return readProblem(label, error, named, columns.length);
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

/** A chunk less its first rows, which a faster reading has handed over before it met a cell that it could not read. */
function withoutFirst({ rows, firstRow, numbers, texts }: TableChunk, count: number): TableChunk {
  return {
    rows: rows - count,
    firstRow: firstRow + count,
    numbers: count === 0 ? numbers : numbers.map((values) => values.slice(count)),
    texts: count === 0 ? texts : texts.map((values) => values.slice(count)),
  };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
