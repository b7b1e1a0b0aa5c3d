import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { InputError } from "../../errors.js";
import type { SyntheticTable } from "./generate.js";
import type { TableFormat } from "./generators.js";

/** Files of a written synthetic table, absolute or relative as the folder was. */
export interface WrittenTable {
  readonly table: string;
  readonly truth: string;
  readonly config: string;
}

/**
 * Writes table.<format>, truth.json and a ready config.yaml into `folder`. Each file is written under a temporary name
 * and renamed; numbers carry 9 significant digits.
 * @throws InputError when the folder cannot be written
 */
export async function writeSynthetic(
  table: SyntheticTable,
  folder: string,
  format: TableFormat,
): Promise<WrittenTable> {
  const files = {
    table: path.join(folder, `table.${format}`),
    truth: path.join(folder, "truth.json"),
    config: path.join(folder, "config.yaml"),
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeTable(table, files.table, format);
    await writeText(files.truth, `${JSON.stringify(truthDocument(table), null, 2)}\n`);
    await writeText(files.config, configText(table, path.basename(files.table)));
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new InputError(`${folder}: cannot be written: ${error.message}.`);
  }
  return files;
}

/** The content of truth.json. */
export function truthDocument(table: SyntheticTable): Record<string, unknown> {
  return {
    ...table.truth,
    modalities: table.modalities.map((modality) => modality.name),
    targets: table.targets.map((target) => target.name),
    parameters: table.parameters,
  };
}

function configText(table: SyntheticTable, file: string): string {
  const targets = table.targets.map((target) => target.name);
  const config = {
    name: `synthetic-${table.name}`,
    seed: 1,
    data: {
      file,
      id: "id",
      target: targets.length === 1 ? targets[0] : targets,
      modalities: Object.fromEntries(table.modalities.map(({ name }) => [name, { columns: [`${name}_*`] }])),
      split: { by: "random", train: 0.6, validation: 0.2, test: 0.2 },
    },
  };
  return `# ${table.parameters.summary}\n# The true atoms are in truth.json. Train: pidreg train config.yaml\n${stringify(config)}`;
}

const rowsPerWrite = 2000;

async function writeTable(table: SyntheticTable, file: string, format: TableFormat): Promise<void> {
  if (format === "parquet") {
    const csv = `${file}.${process.pid}.csv`;
    try {
      await writeChunks(csv, csvChunks(table));
      await csvToParquet(csv, file);
    } finally {
      await rm(csv, { force: true });
    }
    return;
  }
  if (format === "csv") return writeChunks(file, csvChunks(table));
  const { gzipSync } = await import("node:zlib");
  const chunks = csvChunks(table);
  return writeChunks(
    file,
    (function* () {
      for (const chunk of chunks) yield gzipSync(chunk);
    })(),
  );
}

async function csvToParquet(csv: string, file: string): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
  const connection = await instance.connect();
  const quoted = (name: string) => `'${path.resolve(name).replaceAll("'", "''")}'`;
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await connection.run(`CREATE TABLE t AS SELECT * FROM read_csv(${quoted(csv)}, header = true)`);
    await connection.run(`COPY t TO ${quoted(temporary)} (FORMAT parquet)`);
    await rename(temporary, file);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(temporary, { force: true });
  }
}

function* csvChunks(table: SyntheticTable): Generator<string> {
  const columns = table.modalities.flatMap((modality) => modality.columns);
  const names = ["id", ...table.targets.map((target) => target.name), ...columns];
  let text = `${names.join(",")}\n`;
  for (let i = 0; i < table.rows; i++) {
    const cells: string[] = [table.rowIds[i]];
    for (const target of table.targets) cells.push(shortNumber(target.values[i]));
    for (const { columns, values } of table.modalities) {
      for (let j = 0; j < columns.length; j++) cells.push(shortNumber(values[i * columns.length + j]));
    }
    text += `${cells.join(",")}\n`;
    if ((i + 1) % rowsPerWrite === 0) {
      yield text;
      text = "";
    }
  }
  yield text;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(9)));
}

async function writeText(file: string, text: string): Promise<void> {
  await writeChunks(file, [text]);
}

async function writeChunks(file: string, chunks: Iterable<string | Uint8Array>): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, "w");
  try {
    for (const chunk of chunks) await handle.appendFile(chunk);
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
