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
  if (!/^Conversion Error/.test((cause as Error).message)) return undefined;
  const rows = numbers.map(
    (i) => `min(CASE WHEN v${i} IS NOT NULL AND TRY_CAST(v${i} AS DOUBLE) IS NULL THEN row END)`,
  );
  const values = numbers.map((i) => `${relation.asText(i)} AS v${i}`).join(", ");
  const table = `(SELECT row_number() OVER () AS row, ${values} FROM ${relation.from(new Set())})`;
  const found = await connection.runAndReadAll(`SELECT ${rows.join(", ")} FROM ${table}`, [relation.path]);
  const first = found.getRows()[0].map((row) => (row === null ? Number.POSITIVE_INFINITY : Number(row)));
  const row = Math.min(...first);
  if (!Number.isFinite(row)) return undefined;
  const column = numbers[first.indexOf(row)];
  const cell = await connection.runAndReadAll(`SELECT v${column} FROM ${table} WHERE row = ${row}`, [relation.path]);
  return { row, column, value: String(cell.getRows()[0][0]) };
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

function badValueProblem(label: string, bad: BadValue<string>): string {
  const comma = /^\s*[+-]?\d+,\d+\s*$/.test(bad.value) ? " Decimal commas are not read: write decimal points." : "";
  return (
    `${label}: row ${bad.row} (header not counted), column "${bad.column}": expected a number, got "${shortened(bad.value)}".${comma} ` +
    "Correct the value, leave it empty if it is missing, or leave the column out."
  );
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
