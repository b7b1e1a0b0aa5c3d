import { dirname, resolve } from "node:path";
import { type DataConfig, targetNames } from "../config/data.js";
import { tablesOf } from "../config/dialect.js";
import type { NeededColumns } from "../config/modalities/beside.js";
import { missingMarks } from "./missing/missing-marks.js";
import type { BesideRows } from "./modality-gaps.js";
import type { DecodingProgress, GivenColumns, OpenRows, StreamingPlace } from "./rows.js";
import type { ReadColumns } from "./table/read-columns.js";
import type { TablePlan } from "./table/table-plan.js";

interface OpenOptions {
  readonly baseFolder: string;
  /** Of every kind of modality; needed where there are such modalities. */
  readonly open: OpenRows | undefined;
  readonly external: boolean;
  /** @param modalities beside the table */
  readonly place: (modalities: number) => StreamingPlace;
  readonly progress?: DecodingProgress | undefined;
}

/**
 * Opens the rows of modalities that lie beside the table, numbered as those of their file.
 * @throws InputError
 */
export async function openBeside(
  data: Pick<DataConfig, "file" | "tables" | "target" | "modalities" | "missingValues">,
  plan: TablePlan,
  tables: readonly ReadColumns[],
  { baseFolder, open, external, place, progress }: OpenOptions,
): Promise<BesideRows[]> {
  const opened: BesideRows[] = [];
  const streaming = place(plan.beside.length);
  const files = tablesOf(data).map(({ file }) => file);
  for (const { name, source, needs } of plan.beside) {
    if (open === undefined) throw new RangeError(`nothing was given that opens modality "${name}"`);
    const folder = tableFolder(files[source], baseFolder);
    const store = await open({
      ...{ name, config: data.modalities[name], baseFolder, external, streaming, progress },
      table: { label: plan.sources[source].label, rows: tables[source].rows, folder },
      columns: new Map(needs.map((need) => [need.key, givenColumns(need, tables[source])])),
      targets: targetNames(data),
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
