import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../errors.js";
import type { Asked, BadCells } from "./bad-cells.js";
import { CsvCheck } from "./csv-check.js";
import type { CsvShape } from "./csv-faults.js";
import { longJsonProblem } from "./json-count.js";
import { longestJson, type Relation } from "./relation.js";
import { badValueProblem, NotNumbersError, readProblem, shortened, WordError } from "./table-errors.js";
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
    if (problem !== undefined) return typeof problem === "string" ? new InputError(problem) : problem;
    if (cause === undefined) await readAgain(failed);
    return new InputError(readProblem(file.label, cause ?? new Error(`reading stopped behind row ${failed.rows}`)));
  } catch (error) {
    if (error instanceof WordError) return withCounts(failed, error);
    return error instanceof InputError ? error : new InputError(readProblem(file.label, error));
  }
}

/** Looks at every record behind the given number of rows. @throws InputError for the first that is wrong */
export async function refuseBadRecord(file: TableFile, shape: CsvShape, rows: number): Promise<void> {
  const check = new CsvCheck(file.label, shape, rows);
  for await (const chunk of tableBytes(file)) check.push(chunk);
  check.end();
}

/** The same refusal with the number of such cells in every column; as it is where the table cannot be read through. */
export async function withCounts(failed: FailedRead, { label, bad, message }: WordError): Promise<InputError> {
  const all = await badCells(failed).catch(() => []);
  return all.length === 0
    ? new InputError(message)
    : notNumbers(badValueProblem(label, bad, all, askedOf(failed)), all);
}

function notNumbers(problem: string, all: readonly BadCells[]): NotNumbersError {
  return new NotNumbersError(
    problem,
    all.map(({ column }) => column),
  );
}

/** Counts the cells of each column that do not read as numbers. */
async function badCells(failed: FailedRead): Promise<BadCells[]> {
  const bad: BadCells[] = [];
  for (let start = 0; start < failed.numbers.length; start += countedAtOnce) {
    const some = failed.numbers.slice(start, start + countedAtOnce);
    for (const found of await wordCells(failed, some)) {
      const texts = bad.length < mostAsked ? await wordsOf(failed, found.index) : [];
      bad.push({ column: failed.columns[found.index], row: found.row, cells: found.cells, texts });
    }
  }
  return bad;
}

/** Columns that one query counts: what the database spends on a query grows with the square of their number. */
const countedAtOnce = 50;

interface WordCells {
  readonly index: number;
  /** First row of such a cell, from 1. */
  readonly row: number;
  readonly cells: number;
}

async function wordCells({ connection, relation }: FailedRead, numbers: readonly number[]): Promise<WordCells[]> {
  const values = numbers.map((i) => `${relation.isWord(i)} AS w${i}`);
  const table = `(SELECT row_number() OVER () AS row, ${values.join(", ")} FROM ${relation.from(new Set())})`;
  const counts = numbers.map((i) => `min(row) FILTER (WHERE w${i}), count(*) FILTER (WHERE w${i})`);
  const found = await connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${table}`, [relation.path]);
  const [cells] = found.getRows();
  return numbers
    .map((index, k) => ({ index, row: cells[2 * k], cells: Number(cells[2 * k + 1]) }))
    .filter(({ row }) => row !== null)
    .map(({ index, row, cells }) => ({ index, row: Number(row), cells }));
}

/** Columns whose words are asked for: a message lists fewer. */
const mostAsked = 12;
/** Different words of a column that are looked at. */
const mostWords = 50;

/** The words of a column, most frequent first. */
async function wordsOf({ connection, relation }: FailedRead, i: number): Promise<BadCells["texts"]> {
  const table = `(SELECT ${relation.asNumberText(i)} AS v, ${relation.isWord(i)} AS w FROM ${relation.from(new Set())})`;
  const sql = `SELECT v, count(*) AS n FROM ${table} WHERE w GROUP BY v ORDER BY n DESC, v LIMIT ${mostWords}`;
  const found = await connection.runAndReadAll(sql, [relation.path]);
  return found.getRows().map(([text, count]) => ({ text: String(text), count: Number(count) }));
}

function askedOf({ numbers }: FailedRead): Asked {
  return { numbers: numbers.length, dialect: {} };
}

/** Finds the first value, by row and then by column, that does not read as a number. */
async function badValue(failed: FailedRead): Promise<NotNumbersError | undefined> {
  const { file, connection, relation, columns, numbers } = failed;
  if (numbers.length === 0) return undefined;
  const all = await badCells(failed);
  if (all.length === 0) return undefined;
  const { row, column } = all.reduce((first, other) => (other.row < first.row ? other : first));
  const text = relation.asNumberText(columns.indexOf(column));
  const table = `(SELECT row_number() OVER () AS row, ${text} AS v FROM ${relation.from(new Set())})`;
  const cell = await connection.runAndReadAll(`SELECT v FROM ${table} WHERE row = ${row}`, [relation.path]);
  const bad = { row, column, value: String(cell.getRows()[0][0]) };
  return notNumbers(badValueProblem(file.label, bad, all, askedOf(failed)), all);
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
