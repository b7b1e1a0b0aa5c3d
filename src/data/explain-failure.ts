import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../errors.js";
import { CsvCheck } from "./csv-check.js";
import type { CsvShape } from "./csv-faults.js";
import { longJsonProblem } from "./json-count.js";
import { longestJson, type Relation } from "./relation.js";
import { type BadValue, badValueProblem, readProblem, shortened } from "./table-errors.js";
import { type TableFile, tableBytes } from "./table-file.js";

/** A table, the columns that were asked for, and how far the reader came. */
export interface FailedRead {
  readonly file: TableFile;
  readonly connection: DuckDBConnection;
  readonly relation: Relation;
  readonly columns: readonly string[];
  /** Indices of the columns that are read as numbers. */
  readonly numbers: readonly number[];
  /** SQL expressions that were read. */
  readonly selected: readonly string[];
  /** Shape of a delimited text table. */
  readonly shape?: CsvShape;
  /** Rows that were read before it failed. */
  readonly rows: number;
}

/**
 * Finds what is wrong with a table that could not be read to its end, in its first bad row.
 * @param cause the error of the reader, where it gave one
 * @returns the refusal, naming row and column wherever the fault is a row's; undefined when every record of a delimited
 *   text table is as it should be
 */
export async function explainFailure(failed: FailedRead, cause?: unknown): Promise<InputError | undefined> {
  const { file, shape } = failed;
  try {
    if (shape !== undefined) {
      await refuseBadRecord(file, shape, failed.rows);
      return undefined;
    }
    const problem = await badValue(failed).catch(async (error) => {
      const line = await badJsonLine(file);
      if (line === undefined) throw error;
      return line;
    });
    if (problem !== undefined) return new InputError(problem);
    if (cause === undefined) await readAgain(failed);
    return new InputError(readProblem(file.label, cause ?? new Error(`reading stopped behind row ${failed.rows}`)));
  } catch (error) {
    return error instanceof InputError ? error : new InputError(readProblem(file.label, error));
  }
}

/** Looks at every record behind the given number of rows. @throws InputError for the first that is wrong */
export async function refuseBadRecord(file: TableFile, shape: CsvShape, rows: number): Promise<void> {
  const check = new CsvCheck(file.label, shape, rows);
  for await (const chunk of tableBytes(file)) check.push(chunk);
  check.end();
}

/** Finds the first value, by row and then by column, that does not read as a number. */
async function badValue({ file, connection, relation, columns, numbers }: FailedRead): Promise<string | undefined> {
  if (numbers.length === 0) return undefined;
  const values = numbers.flatMap((i) => [`${relation.asText(i)} AS v${i}`, `${relation.isWord(i)} AS w${i}`]);
  const table = `(SELECT row_number() OVER () AS row, ${values.join(", ")} FROM ${relation.from(new Set())})`;
  const rows = numbers.map((i) => `min(CASE WHEN w${i} THEN row END)`).join(", ");
  const found = await connection.runAndReadAll(`SELECT ${rows} FROM ${table}`, [relation.path]);
  const first = found.getRows()[0].map((row) => (row === null ? Number.POSITIVE_INFINITY : Number(row)));
  const row = Math.min(...first);
  if (!Number.isFinite(row)) return undefined;
  const index = numbers[first.indexOf(row)];
  const cell = await connection.runAndReadAll(`SELECT v${index} FROM ${table} WHERE row = ${row}`, [relation.path]);
  const bad: BadValue = { row, column: columns[index], value: String(cell.getRows()[0][0]) };
  return badValueProblem(file.label, bad);
}

/** Reads the same values into one number each. @throws what the reader has to say */
async function readAgain({ connection, relation, numbers, selected }: FailedRead): Promise<void> {
  const values = selected.map((sql) => `max(${sql})`).join(", ");
  await connection.run(`SELECT ${values} FROM ${relation.from(new Set(numbers))}`, [relation.path]);
}

/**
 * The first line of a JSON-lines file that is not JSON or too long, as a sentence; DuckDB itself counts lines wrongly.
 * Undefined for other formats, or when every line is JSON.
 */
export async function badJsonLine(file: TableFile): Promise<string | undefined> {
  if (file.kind !== "json-lines") return undefined;
  let row = 0;
  let line = 0;
  for await (const bytes of textLines(file)) {
    line++;
    const text = bytes.toString("utf8");
    if (text.trim() === "") continue;
    row++;
    const where = `${file.label}: row ${row}, line ${line}`;
    if (bytes.length > longestJson) return longJsonProblem(file.label, row, line);
    if (isJson(text)) continue;
    const shown = /[\p{Cc}\ufffd]/u.test(text) ? "binary data" : shortened(text);
    return `${where}: not valid JSON: ${shown}`;
  }
  return undefined;
}

/** Lines of a text file, the last of them cut where it is longer than any may be. */
async function* textLines(file: TableFile): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of tableBytes(file)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(0x0a, rest.length); end >= 0; end = bytes.indexOf(0x0a, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > longestJson) break;
  }
  if (rest.length > 0) yield rest;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
