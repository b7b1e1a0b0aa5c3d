import { writeFile } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openTable } from "../../src/data/table/duckdb.js";

/** Rows of a table in memory, by the columns that were asked for. */
export interface ReadRows {
  readonly columns: readonly string[];
  readonly rows: readonly (number | string | null)[][];
}

/**
 * Reads columns of a table file.
 * @param numbers columns read as numbers; all but `texts` where left out
 */
export async function readTable(
  file: string,
  { numbers, texts = [] }: { readonly numbers?: readonly string[]; readonly texts?: readonly string[] } = {},
): Promise<ReadRows> {
  const table = await openTable(file);
  try {
    const wanted = numbers ?? table.columns.filter((column) => !texts.includes(column));
    const rows: (number | string | null)[][] = [];
    const count = await table.stream({ numbers: wanted, texts }, (chunk) => {
      for (let i = 0; i < chunk.rows; i++) {
        rows.push([...chunk.numbers, ...chunk.texts].map((column) => column[i]));
      }
    });
    if (rows.length !== count) throw new Error(`${rows.length} rows came, ${count} were said to`);
    return { columns: table.columns, rows };
  } finally {
    table.close();
  }
}

/** What refuses a table: the message, or "" when all of it is read. */
export async function refusal(file: string, request: Parameters<typeof readTable>[1] = {}): Promise<string> {
  return readTable(file, request).then(
    () => "",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

/** Writes a file into a folder and returns its path. */
export async function put(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

/** Writes the rows of a query as Parquet. */
export async function putParquet(folder: string, name: string, query: string, options = ""): Promise<string> {
  const file = path.join(folder, name);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet${options})`);
  connection.closeSync();
  instance.closeSync();
  return file;
}
