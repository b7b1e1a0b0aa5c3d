import { availableParallelism, homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { DataConfig } from "../config/data.js";
import { tablesOf } from "../config/dialect.js";
import type { NeededColumns } from "../config/modalities/beside.js";
import { streamingSchema } from "../config/streaming.js";
import type { Selection } from "./join/gather.js";
import { missingMarks } from "./missing/missing-marks.js";
import type { DecodingProgress, GivenColumns, OpenRows, RowStore, StreamingPlace } from "./rows.js";
import type { ReadColumns } from "./table/read-columns.js";
import type { TablePlan } from "./table/table-plan.js";

/** Rows beside the table with the file whose rows they are numbered by. */
export interface BesideRows {
  readonly source: number;
  readonly store: RowStore;
}

interface OpenOptions {
  readonly baseFolder: string;
  /** Of every kind of modality; needed where there are such modalities. */
  readonly open: OpenRows | undefined;
  readonly external: boolean;
  readonly progress?: DecodingProgress | undefined;
}

/**
 * Opens the rows of modalities that lie beside the table, numbered as those of their file.
 * @throws InputError
 */
export async function openBeside(
  data: Pick<DataConfig, "file" | "tables" | "modalities" | "missingValues" | "streaming">,
  plan: TablePlan,
  tables: readonly ReadColumns[],
  { baseFolder, open, external, progress }: OpenOptions,
): Promise<BesideRows[]> {
  const opened: BesideRows[] = [];
  const streaming = streamingPlace(data, baseFolder, plan.beside.length);
  const files = tablesOf(data).map(({ file }) => file);
  for (const { name, source, needs } of plan.beside) {
    if (open === undefined) throw new RangeError(`nothing was given that opens modality "${name}"`);
    const folder = tableFolder(files[source], baseFolder);
    const store = await open({
      ...{ name, config: data.modalities[name], baseFolder, external, streaming, progress },
      table: { label: plan.sources[source].label, rows: tables[source].rows, folder },
      columns: new Map(needs.map((need) => [need.key, givenColumns(need, tables[source])])),
      marks: missingMarks(data.missingValues),
    });
    opened.push({ source, store });
  }
  return opened;
}

/** The folder that a table lies in, as a whole path. */
export function tableFolder(file: string, baseFolder: string): string {
  return dirname(resolve(baseFolder, file));
}

/** The columns that a modality is read by, as the table has them. */
export function givenColumns({ type, columns: names }: NeededColumns, table: ReadColumns): GivenColumns {
  if (type === "number") return { type, names, values: names.map((name) => table.numbers.get(name) as Float64Array) };
  return { type, names, values: names.map((name) => table.texts.get(name) as readonly (string | null)[]) };
}

/** Most threads that decode unless more are asked for: from there on the disk is what takes the time. */
const mostWorkers = 8;

/** Where decoded rows are kept. @param modalities beside the table, which share the memory */
export function streamingPlace(
  { streaming }: Pick<DataConfig, "streaming">,
  baseFolder: string,
  modalities: number,
): StreamingPlace {
  const { memory, workers, prefetch, cache, disk } = streamingSchema.parse(streaming ?? {});
  const own = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return {
    memory: (memory * 1e6) / Math.max(1, modalities),
    workers: workers === "auto" ? Math.min(mostWorkers, availableParallelism()) : workers,
    prefetch,
    cache: cache === undefined ? join(own, "pidreg") : resolve(baseFolder, cache),
    disk: disk * 1e9,
  };
}

/** Missing values of one modality in the selected rows. */
export interface ModalityGaps {
  readonly name: string;
  /** Values of a row. */
  readonly size: number;
  /** The selected rows, as numbers of the file. */
  readonly rows: Int32Array;
  /** [selected rows] values that each misses. */
  readonly counts: Uint32Array;
  /** What messages name: the columns, or the modality as a whole; by row of the file, NaN where something is missing. */
  readonly parts: readonly { readonly label: string; readonly values: Float64Array }[];
  /** Whether the parts are columns of a table. */
  readonly columns: boolean;
  /** Why a row of the file lacks the modality, where that is known. */
  readonly lacks?: RowStore["lacks"];
}

/** Missing values of every modality, in the order of the config. */
export function modalityGaps(
  order: readonly string[],
  plan: TablePlan,
  tables: readonly ReadColumns[],
  beside: readonly BesideRows[],
  selection: Selection,
): ModalityGaps[] {
  return order.map((name) => {
    const table = plan.modalities.find((modality) => modality.name === name);
    if (table !== undefined) return tableGaps(table, tables[table.source], selection.rows[table.source]);
    const { source, store } = beside.find((rows) => rows.store.name === name) as BesideRows;
    const rows = selection.rows[source];
    const size = store.shape.reduce((product, length) => product * length, 1);
    const values = Float64Array.from(store.gaps, (count) => (count > 0 ? Number.NaN : 0));
    const counts = Uint32Array.from(rows, (row) => store.gaps[row]);
    return { name, size, rows, counts, parts: [{ label: name, values }], columns: false, lacks: store.lacks };
  });
}

function tableGaps(
  { name, columns }: TablePlan["modalities"][number],
  table: ReadColumns,
  rows: Int32Array,
): ModalityGaps {
  const counts = new Uint32Array(rows.length);
  const parts = columns.map((label) => ({ label, values: table.numbers.get(label) as Float64Array }));
  for (const { values } of parts) {
    rows.forEach((row, i) => {
      counts[i] += Number(Number.isNaN(values[row]));
    });
  }
  return { name, size: columns.length, rows, counts, parts, columns: true };
}
