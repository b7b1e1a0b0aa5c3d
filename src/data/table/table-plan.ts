import path from "node:path";
import { columnName } from "../../config/column-name.js";
import { type DataConfig, dataFiles, targetNames } from "../../config/data.js";
import { besideModalities, isTable, type ModalityConfig } from "../../config/modalities/kinds.js";
import type { TableModalityConfig } from "../../config/modalities/table.js";
import { InputError } from "../../errors.js";
import { requireJoinKey } from "../join/join-advice.js";
import { missingMarks } from "../missing/missing-marks.js";
import { describeColumns, requireColumn, resolveColumns } from "./columns.js";
import { openTable } from "./duckdb.js";
import type { TableSource } from "./table-source.js";

/** A column of one of the files. */
export interface PlannedColumn {
  readonly source: number;
  readonly column: string;
}

/** A column that is read beside features and targets. */
export interface ExtraColumn {
  /** Config key that names it, for messages. */
  readonly key: string;
  readonly column: string;
  readonly kind: "text" | "number";
  /** Whether a table may lack it. */
  readonly optional: boolean;
}

/** Which columns of which open file a data set is made of. */
export interface TablePlan {
  readonly sources: readonly TableSource[];
  readonly join?: string;
  readonly targets: readonly (PlannedColumn | undefined)[];
  readonly modalities: readonly {
    readonly name: string;
    readonly source: number;
    readonly columns: readonly string[];
  }[];
  /** Modalities whose rows lie beside the table, and the column that says which belongs to a row. */
  readonly beside: readonly { readonly name: string; readonly source: number; readonly index?: string }[];
  readonly group?: PlannedColumn;
  readonly id?: PlannedColumn;
  readonly split?: PlannedColumn;
  readonly extras: readonly (PlannedColumn & Pick<ExtraColumn, "kind">)[];
}

/** Roles whose column may be absent. */
export interface OptionalRoles {
  readonly targets: boolean;
  readonly id: boolean;
}

/** What a plan asks for beside the data section. */
export interface PlanRequest {
  readonly optional: OptionalRoles;
  readonly extras: readonly ExtraColumn[];
}

/**
 * Opens the files of a data section and finds every column it names. The caller closes the sources.
 * @param request which roles may stay empty when no file holds the column, and columns to read beside the section's
 * @throws InputError that names the config key, the file and what exists
 */
export async function planTable(data: DataConfig, baseFolder: string, request: PlanRequest): Promise<TablePlan> {
  const files = dataFiles(data);
  const marks = missingMarks(data.missingValues);
  const sources: TableSource[] = [];
  try {
    for (const file of files) sources.push(await openTable(file, path.resolve(baseFolder), marks));
    if (sources.length > 1 && data.join !== undefined) await requireJoinKey(sources, columnName(data.join));
    return planColumns(data, files, sources, request);
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
}

function planColumns(
  data: DataConfig,
  files: readonly string[],
  sources: readonly TableSource[],
  { optional, extras: wanted }: PlanRequest,
): TablePlan {
  const find = (key: string, column: string | undefined, mayLack = false) =>
    column === undefined ? undefined : findColumn(key, column, sources, data.file !== undefined, mayLack);
  const joined = sources.length > 1 && data.join !== undefined ? columnName(data.join) : undefined;
  const targets = targetNames(data).map((name) => find("data.target", name, optional.targets));
  const split = data.split.by === "column" ? find("data.split.column", data.split.column) : undefined;
  const id = find("data.id", data.id, optional.id);
  const extras = wanted.flatMap(({ key, column, kind, optional: mayLack }) => {
    const place = find(key, column, mayLack);
    return place === undefined ? [] : [{ ...place, kind }];
  });
  const sourceOf = (modality: ModalityConfig) => files.indexOf((modality.file ?? data.file) as string);
  const entries = Object.entries(data.modalities);
  const modalities = entries.flatMap(([name, modality]) =>
    isTable(modality) ? [planFeatures(name, modality, sourceOf(modality), sources)] : [],
  );
  const beside = besideModalities(data.modalities).map(([name, modality, { index }]) => {
    const source = sourceOf(modality);
    if (index === undefined) return { name, source };
    const key = `data.modalities.${name}.index`;
    return { name, source, index: requireColumn(index, sources[source].columns, `${key} (${sources[source].label})`) };
  });
  const reserved = reservedColumns(targets, split, id, joined, sources);
  for (const { name, source, index } of beside) {
    if (index !== undefined) reserved.set(`${source}:${index}`, `the index of modality "${name}"`);
  }
  refuseOverlaps(modalities, reserved);
  const group = find("data.group", data.group);
  return { sources, join: joined, targets, modalities, beside, group, id, split, extras };
}

/** The columns of a modality that is a table. */
function planFeatures(
  name: string,
  { columns: patterns, exclude }: TableModalityConfig,
  source: number,
  sources: readonly TableSource[],
): TablePlan["modalities"][number] {
  const where = `data.modalities.${name} (${sources[source].label})`;
  const columns = resolveColumns(patterns, sources[source].columns, where);
  const excluded = new Set(resolveColumns(exclude, sources[source].columns, `${where}, exclude`));
  const kept = columns.filter((column) => !excluded.has(column));
  if (kept.length === 0) throw new InputError(`${where}: \`exclude\` leaves no column of the modality.`);
  return { name, source, columns: kept };
}

function findColumn(
  key: string,
  written: string,
  sources: readonly TableSource[],
  firstHoldsIt: boolean,
  optional: boolean,
): PlannedColumn | undefined {
  const column = columnName(written);
  const candidates = firstHoldsIt ? sources.slice(0, 1) : sources;
  const holders = candidates.flatMap((source, i) => (source.columns.includes(column) ? [i] : []));
  if (holders.length === 1) return { source: holders[0], column };
  if (holders.length > 1) {
    const labels = holders.map((i) => sources[i].label).join(" and ");
    throw new InputError(`${key}: both ${labels} have a column "${column}"; set data.file to the one that counts.`);
  }
  if (optional) return undefined;
  const listing = candidates.map((source) => `${source.label}: ${describeColumns(column, source.columns)}`).join(" ");
  throw new InputError(`${key}: there is no column "${column}". ${listing}`);
}

/** Columns that no modality may hold, with the reason. Keys are `source:column`. */
function reservedColumns(
  targets: readonly (PlannedColumn | undefined)[],
  split: PlannedColumn | undefined,
  id: PlannedColumn | undefined,
  join: string | undefined,
  sources: readonly TableSource[],
): Map<string, string> {
  const reserved = new Map<string, string>();
  const reserve = (place: PlannedColumn | undefined, role: string) => {
    if (place !== undefined) reserved.set(`${place.source}:${place.column}`, role);
  };
  if (join !== undefined) sources.forEach((_, source) => void reserve({ source, column: join }, "the join key"));
  reserve(id, "the row id");
  reserve(split, "the split column");
  for (const target of targets) reserve(target, "a target");
  return reserved;
}

function refuseOverlaps(modalities: TablePlan["modalities"], reserved: ReadonlyMap<string, string>): void {
  const owner = new Map<string, string>();
  for (const { name, source, columns } of modalities) {
    for (const column of columns) {
      const key = `${source}:${column}`;
      const role = reserved.get(key);
      if (role !== undefined) {
        throw new InputError(
          `data.modalities.${name}: column "${column}" is ${role} and cannot be a feature; ` +
            "take it out of `columns`, or name it in `exclude`.",
        );
      }
      const other = owner.get(key);
      if (other !== undefined) {
        throw new InputError(
          `data.modalities: column "${column}" belongs to both ${other} and ${name}; a column belongs to one modality, ` +
            "otherwise what the two share would be counted as knowledge of each.",
        );
      }
      owner.set(key, name);
    }
  }
}
