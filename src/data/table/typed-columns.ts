import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../errors.js";
import { jsonOptions, parameterOf, parquetFiles, typedSource } from "./relation.js";
import type { TableFile } from "./table-file.js";

/** Columns of a Parquet or JSON file, in file order. */
export interface TypedColumns {
  /** Names as they stand in the file. */
  readonly names: readonly string[];
  /** DuckDB type of each. */
  readonly types: readonly string[];
}

/**
 * Names and types of the columns of a Parquet or JSON file.
 * @throws what the database says, or InputError when names cannot be told apart
 */
export async function typedColumns(table: TableFile, connection: DuckDBConnection): Promise<TypedColumns> {
  if (table.parts === undefined) return columnsOf(table, connection);
  const [first, ...others] = table.parts;
  const columns = await columnsOf({ ...table, parts: [first] }, connection);
  for (const part of others)
    refuseOther(table.label, [first, columns], [part, await columnsOf({ ...table, parts: [part] }, connection)]);
  return columns;
}

/** The reader takes columns of parts by their places. */
function refuseOther(
  label: string,
  [first, columns]: readonly [string, TypedColumns],
  [part, others]: readonly [string, TypedColumns],
): void {
  const said = ({ names, types }: TypedColumns, i: number) =>
    i < names.length ? `"${names[i]}" (${types[i]})` : "no column";
  const most = Math.max(columns.names.length, others.names.length);
  for (let i = 0; i < most; i++) {
    if (said(columns, i) === said(others, i)) continue;
    throw new InputError(
      `${label}: its parts have different columns: column ${i} (counted from 0) is ${said(columns, i)} in ${basename(first)} and ` +
        `${said(others, i)} in ${basename(part)}; write all parts with the same columns in the same order.`,
    );
  }
}

async function columnsOf(table: TableFile, connection: DuckDBConnection): Promise<TypedColumns> {
  const sql = `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${typedSource(table)})`;
  const rows = (await connection.runAndReadAll(sql, [parameterOf(table)])).getRowsJson() as [string, string][];
  const described = rows.map(([name]) => name);
  return { names: await writtenNames(table, connection, described), types: rows.map(([, type]) => type) };
}

/** The database has other names for those that differ in case only, `age_1` beside `Age`, and for none, `C6`. */
async function writtenNames(
  table: TableFile,
  connection: DuckDBConnection,
  described: readonly string[],
): Promise<readonly string[]> {
  if (table.kind === "parquet") return parquetNames(table, connection);
  if (!described.some((name, i) => isRenamed(name, i, described))) return described;
  const written = await jsonNames(table, connection);
  const different = new Set(written.map((name) => name.toLowerCase())).size === written.length;
  if (different && !written.includes("")) return described;
  if (distinctNames(written).join("\n") === described.join("\n")) return written;
  throw new InputError(
    `${table.label}: column names cannot be told apart (${described.join(", ").slice(0, 200)}); name columns so that ` +
      "they differ in more than upper and lower case.",
  );
}

function isRenamed(name: string, index: number, all: readonly string[]): boolean {
  if (name === `C${index}`) return true;
  const stem = /^(.*)_\d+$/s.exec(name)?.[1].toLowerCase();
  return stem !== undefined && all.some((other) => other.toLowerCase() === stem);
}

/** The names that the database gives to columns: each that differs from an earlier one in case only gets a number. */
function distinctNames(written: readonly string[]): string[] {
  const used = new Map<string, number>();
  return written.map((text, i) => {
    const name = text === "" ? `C${i}` : text;
    const key = name.toLowerCase();
    let count = used.get(key);
    if (count === undefined) {
      used.set(key, 1);
      return name;
    }
    while (used.has(`${key}_${count}`)) count++;
    used.set(key, count);
    used.set(`${key}_${count}`, 1);
    return `${name}_${count}`;
  });
}

/** Names at the top of a Parquet schema, which lists columns with their parts behind them. */
async function parquetNames(table: TableFile, connection: DuckDBConnection): Promise<string[]> {
  const sql = `SELECT name, coalesce(num_children, 0)::INTEGER FROM parquet_schema(${parquetFiles})`;
  const nodes = (await connection.runAndReadAll(sql, [parameterOf(table)])).getRowsJson() as [string, number][];
  const behind = (i: number): number => {
    let next = i + 1;
    for (let k = 0; k < nodes[i][1]; k++) next = behind(next);
    return next;
  };
  const names: string[] = [];
  for (let i = 1; i < nodes.length; i = behind(i)) names.push(nodes[i][0]);
  return names;
}

/** Keys of a file of JSON objects, in order of first appearance. */
async function jsonNames(table: TableFile, connection: DuckDBConnection): Promise<string[]> {
  const sql = `SELECT json_keys(json) FROM read_json_objects($1, ${jsonOptions(table)})`;
  const keys = new Set<string>();
  const result = await connection.stream(sql, [parameterOf(table)]);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    // DuckDB types a value as any that it has; `json_keys` gives lists of text.
    for (const [list] of chunk.getRows() as unknown as [{ items: readonly string[] } | null][]) {
      for (const key of list?.items ?? []) keys.add(key);
    }
  }
  return [...keys];
}
