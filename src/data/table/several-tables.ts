import { readdir } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../../errors.js";
import { matchesGlob } from "./columns.js";
import { type OpenOptions, openTable } from "./duckdb.js";
import { NoRows, orNone } from "./no-rows.js";
import type { TableSource } from "./table-source.js";

/**
 * Opens a table: a file, a folder of Parquet parts, or the files that a pattern names (`parts/*.csv`), which are one table,
 * read one after another in the order of their names.
 * Files without rows add none.
 * @param file path or pattern; `*`, `?` and `[abc]` in the name of the file
 * @throws InputError that names the file, or says that there is none
 */
export async function openTables(file: string, baseFolder: string, options: OpenOptions = {}): Promise<TableSource> {
  const files = await matchingFiles(file, baseFolder);
  if (files === null) return openTable(file, baseFolder, options);
  const [first, ...others] = files;
  const opened = await openTable(first, baseFolder, options);
  return {
    label: file,
    columns: opened.columns,
    close: () => opened.close(),
    notes: () => opened.notes?.() ?? [],
    stream: async (request, onChunk) => {
      let rows = await orNone(opened.stream(request, onChunk), 0);
      for (const other of others) {
        const next = await openTable(other, baseFolder, options);
        try {
          refuseOtherColumns(next, opened, first);
          const before = rows;
          const behind = next.stream(request, (chunk) => onChunk({ ...chunk, firstRow: before + chunk.firstRow }));
          rows += await orNone(behind, 0);
        } finally {
          next.close();
        }
      }
      if (rows === 0) throw new NoRows(file);
      return rows;
    },
  };
}

/** The files that a pattern names, in the order of their names; null where it is the path of one. */
export async function matchingFiles(pattern: string, baseFolder = "."): Promise<string[] | null> {
  const folder = path.dirname(pattern);
  const name = path.basename(pattern);
  if (!/[*?[]/.test(name)) return null;
  const entries = await readdir(path.resolve(baseFolder, folder)).catch(() => null);
  // A name may hold such characters itself.
  if (entries === null || entries.includes(name)) return null;
  const found = entries.filter((entry) => !entry.startsWith(".") && matchesGlob(entry, name)).sort();
  if (found.length === 0) throw new InputError(`${pattern}: matches no file in ${folder}`);
  return found.map((entry) => path.join(folder, entry));
}

function refuseOtherColumns(next: TableSource, { columns }: TableSource, first: string): void {
  const lacking = columns.find((column) => !next.columns.includes(column));
  if (lacking !== undefined) throw new InputError(`${next.label}: has no column "${lacking}", which ${first} has`);
  const more = next.columns.find((column) => !columns.includes(column));
  if (more !== undefined) throw new InputError(`${next.label}: has a column "${more}", which ${first} has not`);
}
