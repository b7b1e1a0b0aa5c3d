import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { InputError } from "../errors.js";
import { countRows } from "./count-rows.js";
import type { CsvShape } from "./csv-faults.js";
import { explainFailure, type FailedRead, refuseBadRecord } from "./explain-failure.js";
import type { Relation } from "./relation.js";
import { refuseChanged, type TableFile } from "./table-file.js";
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
  onChunk: (chunk: TableChunk) => void,
): Promise<number> {
  const { file } = table;
  try {
    const query = queryOf(table, request);
    const rows = await readCounted(query, (part, firstRow) =>
      onChunk(convertChunk(file.label, part, firstRow, request)),
    );
    await refuseChanged(file);
    if (rows === 0) throw new InputError(`${file.label}: has column names but no rows.`);
    return rows;
  } catch (error) {
    // Of a file that changes meanwhile, what is wrong with the two halves together is no news.
    if (error instanceof InputError) await refuseChanged(file);
    throw error;
  }
}

/** Some rows of a chunk: those behind the first ones, which were handed over before. */
interface ChunkPart {
  readonly chunk: DuckDBDataChunk;
  readonly from: number;
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
async function readCounted(query: Query, onChunk: (part: ChunkPart, firstRow: number) => void): Promise<number> {
  const { file, connection, shape } = query;
  const side: { stopped: boolean; refusal?: unknown } = { stopped: false };
  const counting = countRows(file, connection, shape, () => side.stopped);
  counting.catch((error: unknown) => {
    side.refusal = error;
  });
  // Another query on the connection would end the stream.
  if (file.kind === "parquet") await counting;
  try {
    let rows = 0;
    for await (const part of chunksOf(query)) {
      onChunk(part, rows);
      rows += part.chunk.rowCount - part.from;
      if (side.refusal !== undefined) throw side.refusal;
    }
    const counted = await counting;
    if (counted === rows) return rows;
    if (shape !== undefined) await refuseBadRecord(file, shape, 0);
    throw new InputError(
      `${file.label}: ${rows} rows were read, but the file holds ${counted}: it was not read whole. ` +
        "Save the table again in one plain format (UTF-8, one kind of line end).",
    );
  } finally {
    side.stopped = true;
  }
}

/**
 * The chunks of a query. Where it fails, the careful one goes on behind the rows that were handed over.
 * @throws InputError that explains why neither came to an end
 */
async function* chunksOf(query: Query): AsyncGenerator<ChunkPart> {
  const { careful } = query;
  let last: FailedRead = query;
  let ended = yield* readFrom(query, 0);
  if (!ended.whole && careful !== undefined) {
    last = careful;
    ended = yield* readFrom(careful, ended.rows);
  }
  if (!ended.whole) throw await explainFailure({ ...last, rows: ended.rows }, ended.cause);
}

/** Reads a query, less its first rows. @returns how far it came, and why no further */
async function* readFrom(
  { connection, relation, selected, numbers }: FailedRead,
  handedOver: number,
): AsyncGenerator<ChunkPart, { readonly whole: boolean; readonly rows: number; readonly cause?: unknown }> {
  const sql = `SELECT ${selected.join(", ")} FROM ${relation.from(new Set(numbers))}`;
  let rows = 0;
  const reached = () => Math.max(rows, handedOver);
  try {
    const result = await connection.stream(sql, [relation.path]);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) {
        // An error behind the first chunks ends them without being thrown; it only leaves the result no longer a stream.
        return { whole: result.isStreaming, rows: reached() };
      }
      const from = Math.min(Math.max(handedOver - rows, 0), chunk.rowCount);
      rows += chunk.rowCount;
      if (from < chunk.rowCount) yield { chunk, from };
    }
  } catch (cause) {
    return { whole: false, rows: reached(), cause };
  }
}

function convertChunk(label: string, part: ChunkPart, firstRow: number, request: ColumnRequest): TableChunk {
  const { chunk, from } = part;
  const rows = chunk.rowCount - from;
  const numbers = request.numbers.map((name, k) => {
    const vector = chunk.getColumnVector(k);
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const value = vector.getItem(from + i) as number;
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
    return Array.from({ length: rows }, (_, i) => textOf(vector.getItem(from + i)));
  });
  return { rows, firstRow, numbers, texts };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
