import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Relation } from "./relation.js";
import type { TableFile } from "./table-file.js";

/** A value that is not a number where one was expected. `row` counts from 1, without the header. */
export interface BadValue<Column> {
  readonly row: number;
  readonly column: Column;
  readonly value: string;
  /** Every column with such values: how many cells, and two of their texts, which may be the same. */
  readonly all: readonly { readonly column: Column; readonly cells: number; readonly examples: readonly string[] }[];
}

/** Whether a read failed because a value is not of the type that was asked for. */
export function isConversionError(error: unknown): boolean {
  return /^Conversion Error/.test((error as Error).message);
}

/**
 * Finds the first value, by row and then by column, that does not read as a number.
 * @param numbers indices of the columns that must be numeric
 * @param cause the error of the failed read; only conversion errors are looked into
 * @throws what the database throws when the file cannot be read as text either
 */
export async function firstBadValue(
  connection: DuckDBConnection,
  relation: Relation,
  numbers: readonly number[],
  cause: unknown,
): Promise<BadValue<number> | undefined> {
  if (!isConversionError(cause)) return undefined;
  const found = numbers.map((i) => {
    const bad = `FILTER (WHERE v${i} IS NOT NULL AND TRY_CAST(v${i} AS DOUBLE) IS NULL)`;
    return `min(row) ${bad}, count(*) ${bad}, min(v${i}) ${bad}, max(v${i}) ${bad}`;
  });
  const values = numbers.map((i) => `${relation.asNumberText(i)} AS v${i}`).join(", ");
  const table = `(SELECT row_number() OVER () AS row, ${values} FROM ${relation.from(new Set())})`;
  const [cells] = (
    await connection.runAndReadAll(`SELECT ${found.join(", ")} FROM ${table}`, [relation.path])
  ).getRows();
  const all = numbers.flatMap((column, k) => {
    const [first, count, ...examples] = cells.slice(4 * k, 4 * k + 4);
    return first === null ? [] : [{ column, row: Number(first), cells: Number(count), examples: examples.map(String) }];
  });
  if (all.length === 0) return undefined;
  const { row, column } = all.reduce((first, other) => (other.row < first.row ? other : first));
  const cell = await connection.runAndReadAll(`SELECT v${column} FROM ${table} WHERE row = ${row}`, [relation.path]);
  return { row, column, value: String(cell.getRows()[0][0]), all };
}

/**
 * The first line of a JSON-lines file that is not JSON, as a sentence; DuckDB itself counts lines wrongly. Undefined for
 * other formats, or when every line is JSON.
 */
export async function badJsonLine({ kind, gzip, label, path }: TableFile): Promise<string | undefined> {
  if (kind !== "json-lines") return undefined;
  const raw = createReadStream(path);
  const lines = createInterface({ input: gzip ? raw.pipe(createGunzip()) : raw, crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === "" || isJson(line)) continue;
      const shown = /[\p{Cc}\ufffd]/u.test(line) ? "binary data" : shortened(line);
      return `${label}: line ${number}: not valid JSON: ${shown}`;
    }
    return undefined;
  } finally {
    raw.destroy();
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * One clear sentence for a failed read: DuckDB's own message lists options that pidreg's users do not have.
 * @param bad where a value is not a number, if that is known
 */
export function readProblem(label: string, error: unknown, bad?: BadValue<string>, width?: number): string {
  const text = (error as Error).message;
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1];
  if (bad !== undefined) return badValueProblem(label, bad);
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  if (counts !== null) {
    return (
      `${label}: line ${line} has ${counts[2]} fields, but the header has ${width ?? counts[1]}; every row needs as many ` +
      "fields as there are column names (quote fields that contain the separator)."
    );
  }
  if (/unterminated quote/.test(text)) {
    return `${label}: line ${line}: a quote (") is opened and never closed; close it, or double quotes inside text.`;
  }
  if (/not utf-8|Invalid unicode/i.test(text))
    return `${label}: line ${line} is not UTF-8 text; save the table as UTF-8.`;
  if (/invalid state/.test(text)) {
    return `${label}: is not a regular CSV table: line ends are mixed, or quotes stand inside fields; save it again.`;
  }
  if (/Maximum line size/.test(text)) return `${label}: line ${line} is longer than 2 MB; is this a text table?`;
  const json = /Malformed JSON in file .*?: ([^:]*?)\.?\s*$/m.exec(text);
  if (json !== null) return `${label}: not valid JSON: ${json[1].trim()}.`;
  return `${label}: cannot be read as a table: ${text.split("\n")[0].replace(/^[A-Za-z ]*Error: /, "")}`;
}

function badValueProblem(label: string, { row, column, value, all }: BadValue<string>): string {
  const comma = /^\s*[+-]?\d+,\d+\s*$/.test(value) ? " Decimal commas are not read: write decimal points." : "";
  const more = all.length > columnsListed ? ` and ${all.length - columnsListed} more columns` : "";
  const counts = `${all.slice(0, columnsListed).map(cellsOf).join("; ")}${more}`;
  return (
    `${label}: row ${row} (header not counted), column "${column}": expected a number, got "${shortened(value)}".${comma} ` +
    `Not numbers: ${counts}. Correct the values, leave cells empty that are missing or name what stands there in ` +
    "data.missingValues (decompose: --missing-values), or leave the column out."
  );
}

/** Columns that a message counts. */
const columnsListed = 5;

/** `"CSF": 14 cells "-"`; two texts where there are several. */
function cellsOf({ column, cells, examples: [one, other] }: BadValue<string>["all"][number]): string {
  const texts = one === other ? `"${shortened(one)}"` : `among them "${shortened(one)}" and "${shortened(other)}"`;
  return `"${column}": ${cells} ${cells === 1 ? "cell" : "cells"}${one === other ? "" : ","} ${texts}`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
