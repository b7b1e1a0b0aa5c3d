import type { DuckDBConnection } from "@duckdb/node-api";
import type { Dialect } from "../../config/dialect.js";
import { InputError } from "../../errors.js";
import { type MissingMarks, noMarks } from "../missing/missing-marks.js";
import { columnNames } from "./column-names.js";
import { type CsvHeader, readCsvHeader } from "./csv-header.js";
import { duckdb } from "./duckdb-package.js";
import { badJsonLine } from "./explain-failure.js";
import { csvRelation, globEscaped, parameterOf, quoteText, typedRelation, typedSource } from "./relation.js";
import { type OpenedTable, streamColumns } from "./stream-columns.js";
import { readProblem } from "./table-errors.js";
import { inspectTableFile, refuseChanged, type TableFile, textOf } from "./table-file.js";
import type { TableSource } from "./table-source.js";
import { isOwnDialect, openText } from "./text-reader.js";
import { typedColumns } from "./typed-columns.js";
import { readingWide } from "./wide-text.js";

/** How a table is read. */
export interface OpenOptions {
  /** Values that mean "missing" in number columns, beside the usual ones. */
  readonly marks?: MissingMarks;
  /** How a text table is written; other formats have none. */
  readonly dialect?: Dialect;
}

/**
 * Opens a CSV, TSV, JSON-lines or Parquet file, plain or compressed by gzip, with DuckDB. The database may read that one
 * file: no other, no network, no extensions, no writing.
 * @param file path, relative to `baseFolder`
 * @throws InputError that names the file
 */
export async function openTable(
  file: string,
  baseFolder = ".",
  { marks = noMarks, dialect = {} }: OpenOptions = {},
): Promise<TableSource> {
  const table = await inspectTableFile(file, baseFolder);
  const header = await headerOf(table, dialect);
  if (header !== undefined && isOwnDialect(dialect, header)) return openText(textOf(table), header, dialect, marks);
  const { connection, close } = await connect(table);
  try {
    const opened = await describe(table, connection, header, marks);
    const source: TableSource = {
      label: table.label,
      columns: opened.columns,
      close,
      stream: (request, onChunk) => streamColumns(opened, request, onChunk),
    };
    return header === undefined ? source : readingWide(source, { file: textOf(table), header, marks });
  } catch (error) {
    close();
    await refuseChanged(table);
    throw error;
  }
}

/** A database in memory that reads one file only; its settings cannot be changed any more. */
export async function connect(
  table: Pick<TableFile, "path" | "parts">,
): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const instance = await duckdb().DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  // A pattern has to be allowed beside the file that it stands for.
  const files = table.parts ?? [table.path];
  const allowed = [...files, ...files.map(globEscaped)].map(quoteText);
  await connection.run(`SET allowed_paths = [${allowed.join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
}

/** The header of a text table; undefined for other formats. */
async function headerOf(file: TableFile, dialect: Dialect): Promise<CsvHeader | undefined> {
  if (!["csv", "tsv", "text"].includes(file.kind)) return undefined;
  try {
    return await readCsvHeader(textOf(file), dialect);
  } catch (error) {
    await refuseChanged(file);
    throw error;
  }
}

async function describe(
  file: TableFile,
  connection: DuckDBConnection,
  header: CsvHeader | undefined,
  marks: MissingMarks,
): Promise<OpenedTable> {
  if (header !== undefined) {
    const { columns, delimiter, lineEnd, longestLine } = header;
    const layout = { dialect: { delimiter: delimiter.charCodeAt(0), lineEnd }, longestLine };
    return { file, connection, columns, layout, relation: csvRelation(file, header, marks) };
  }
  try {
    const { names, types } = await typedColumns(file, connection);
    const columns = columnNames(file.label, names);
    return {
      file,
      connection,
      columns,
      relation: typedRelation(parameterOf(file), typedSource(file), types, file.kind, marks),
    };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError((await badJsonLine(file)) ?? readProblem(file.label, error));
  }
}
