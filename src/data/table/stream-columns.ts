import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { InputError } from "../../errors.js";
import type { CsvShape } from "./csv-faults.js";
import { explainFailure, type FailedRead, refuseBadRecord, withCounts } from "./explain-failure.js";
import { NoRows } from "./no-rows.js";
import type { Relation } from "./relation.js";
import { type RowCount, startCount } from "./row-count.js";
import { readProblem, WordError } from "./table-errors.js";
import { refuseChanged, refuseDamaged, type TableFile } from "./table-file.js";
import type { ColumnRequest, TableChunk } from "./table-source.js";

/** A table that a database has open. */
export interface OpenedTable {
  readonly file: TableFile;
  readonly connection: DuckDBConnection;
  readonly relation: Relation;
  /** Names in file order. */
  readonly columns: readonly string[];
  /** How the records of a delimited text table are cut; undefined for other formats. */
  readonly layout?: Pick<CsvShape, "dialect" | "longestLine">;
}

/**
 * Reads columns chunk by chunk and returns the number of rows. An independent count of the same bytes must agree: at
 * some faults the reader ends as if the table did.
 * @throws InputError naming file, row and column of what is wrong
 */
export async function streamColumns(
  table: OpenedTable,
  request: ColumnRequest,
  onChunk: (chunk: TableChunk) => void | Promise<void>,
): Promise<number> {
  const { file } = table;
  try {
    const query = queryOf(table, request);
    const rows = await readCounted(query, (chunk, firstRow) =>
      onChunk(convertChunk(file.label, chunk, firstRow, request)),
    );
    await refuseChanged(file);
    if (rows === 0) throw new NoRows(file.label);
    return rows;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // What else is wrong with the halves of two files, or with what is left of one, is no news.
    await refuseChanged(file);
    if (file.gzip) await refuseDamaged(file);
    throw error;
  }
}

/** A query, and the one that goes on where it fails. */
interface Query extends FailedRead {
  readonly careful?: FailedRead;
}

function queryOf(table: OpenedTable, request: ColumnRequest): Query {
  const { withNames = table.relation } = table.relation;
  const relation = request.texts.length > 0 ? withNames : table.relation;
  const query = queryWith({ ...table, relation }, request);
  const { careful } = relation;
  return careful === undefined ? query : { ...query, careful: queryWith({ ...table, relation: careful }, request) };
}

function queryWith({ file, connection, relation, columns, layout }: OpenedTable, request: ColumnRequest): FailedRead {
  const indices = new Map(columns.map((name, i) => [name, i]));
  const index = (name: string) => {
    const i = indices.get(name);
    if (i === undefined) throw new InputError(`${file.label}: there is no column "${name}".`);
    return i;
  };
  const numbers = request.numbers.map(index);
  // A missing number becomes NaN.
  const asNumber = (i: number) => `coalesce(${relation.asNumber(i)}, 'NaN'::DOUBLE)`;
  const selected = [...numbers.map(asNumber), ...request.texts.map((name) => relation.asText(index(name)))];
  const shape = layout && { ...layout, columns, numbers, isMissing: relation.isMissing };
  return { file, connection, relation, columns, numbers, selected, shape, rows: 0 };
}

/** Reads and counts side by side. @throws InputError when the two do not agree, or either finds a fault */
async function readCounted(
  query: Query,
  onChunk: (chunk: DuckDBDataChunk, firstRow: number) => void | Promise<void>,
): Promise<number> {
  const { file, connection, shape } = query;
  const count = await startCount(file, connection, shape);
  try {
    let rows = 0;
    for await (const chunk of chunksOf(query, count)) {
      await onChunk(chunk, rows);
      rows += chunk.rowCount;
    }
    const counted = await count.total();
    if (counted === rows) return rows;
    if (shape !== undefined) await refuseBadRecord(file, shape, 0);
    throw new InputError(
      `${file.label}: ${rows} rows were read, but the file holds ${counted}: it was not read whole. ` +
        "Save the table again in one plain format (UTF-8, one kind of line end).",
    );
  } catch (error) {
    throw error instanceof WordError ? await withCounts(query, error) : error;
  } finally {
    count.close();
  }
}

/**
 * The chunks of a query, of rows that were counted. Where it fails, the careful one goes on behind the rows that were
 * handed over. Line breaks in quotes mislead a thread of the reader that begins among them: where the count meets the first,
 * reading goes on with one thread.
 * @throws InputError that explains why it came to no end
 */
async function* chunksOf(query: Query, count: RowCount): AsyncGenerator<DuckDBDataChunk> {
  const { careful } = query;
  const queries: readonly FailedRead[] = careful === undefined ? [query] : [query, careful];
  let rows = 0;
  let cause: unknown = new Error("reading stopped for no reason that was found");
  for (const sequential of [false, true]) {
    for (const attempt of queries) {
      if (count.broken && !sequential) break;
      const chunks = streamed(attempt, sequential, rows);
      let next = await chunks.next();
      for (; !next.done; next = await chunks.next()) {
        await count.reach(rows + next.value.rowCount);
        if (count.broken && !sequential) break;
        yield next.value;
        rows += next.value.rowCount;
      }
      if (!next.done) break;
      if (next.value === undefined) return;
      if (attempt === query && careful !== undefined) continue;
      const refusal = await explainFailure({ ...attempt, rows }, next.value.cause);
      if (refusal !== undefined) throw refusal;
      cause = next.value.cause ?? cause;
    }
  }
  throw new InputError(readProblem(query.file.label, cause));
}

/** The chunks behind the first `skip` rows; returns what went wrong. */
async function* streamed(
  { connection, relation, selected, numbers }: FailedRead,
  sequential: boolean,
  skip: number,
): AsyncGenerator<DuckDBDataChunk, { cause?: unknown } | undefined> {
  const sql = `SELECT ${selected.join(", ")} FROM ${relation.from(new Set(numbers), sequential)}`;
  try {
    const result = await connection.stream(skip === 0 ? sql : `${sql} OFFSET ${skip}`, [relation.path]);
    for (;;) {
      const chunk = await result.fetchChunk();
      // An error behind the first chunks is not thrown: it ends them, and only leaves the result no longer a stream.
      if (chunk === null || chunk.rowCount === 0) return result.isStreaming ? undefined : {};
      yield chunk;
    }
  } catch (cause) {
    return { cause };
  }
}

function convertChunk(label: string, chunk: DuckDBDataChunk, firstRow: number, request: ColumnRequest): TableChunk {
  const rows = chunk.rowCount;
  const numbers = request.numbers.map((name, k) => {
    const vector = chunk.getColumnVector(k);
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const value = vector.getItem(i) as number;
      out[i] = value;
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
        throw new InputError(
          `${label}: row ${firstRow + i + 1}, column "${name}": expected a finite number, got ${value} (header not ` +
            "counted); correct the value or leave it empty (missing).",
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
