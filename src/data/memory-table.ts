import { type DataConfig, targetNames } from "../config/data.js";
import { Assembly, type AssemblyOptions } from "./assembly.js";
import type { Dataset, Modality, Target } from "./dataset.js";
import type { RowStore } from "./rows.js";
import type { PlannedColumn } from "./table/planned-columns.js";
import type { ReadColumns } from "./table/read-columns.js";
import type { TablePlan } from "./table/table-plan.js";
import type { TableSource } from "./table/table-source.js";

/** A table that is in memory already. Every array has `rows` rows in the same order. */
export interface MemoryTable {
  /** What messages call it. */
  readonly label: string;
  readonly rows: number;
  readonly modalities: readonly Modality[];
  /** Modalities that are no columns. */
  readonly stores: readonly RowStore[];
  /** None where rows are to be predicted; NaN = unknown. */
  readonly targets: readonly Target[];
  /** Name of each row; rows are numbered if left out. */
  readonly ids?: readonly string[];
  /** Group of each row. */
  readonly group?: readonly string[];
  /** Date or number of each row as text; null = none. */
  readonly order?: readonly (string | null)[];
}

/** Columns of a table in memory beside features and targets, as its config calls them. */
export const memoryColumns = { id: "id", group: "group", order: "order" } as const;

/**
 * A data set of a table in memory: rows without a target are left out, missing values treated as the config says, and
 * every row is accounted for, as for a table from a file.
 * @throws InputError naming row and column
 */
export function memoryDataset(table: MemoryTable, data: DataConfig, options: AssemblyOptions = {}): Dataset {
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const tables = [baseOf(table), ...table.modalities.map((modality) => columnsOf(modality, table.rows))];
  const plan = planOf(table, data);
  const beside = table.stores.map((store) => ({ source: 0, store }));
  const matched = { rows: tables.map(() => all), dropped: [] };
  return new Assembly(data, plan, { tables, beside }, matched, options).dataset(undefined);
}

/** Targets, ids and groups are the first source, every modality of columns is one: two may use the same names. */
function planOf({ label, modalities, stores, targets, ids, group, order }: MemoryTable, data: DataConfig): TablePlan {
  const own = (column: string): PlannedColumn => ({ source: 0, column });
  const names = targetNames(data);
  return {
    sources: [source(label, []), ...modalities.map(({ name, columns }) => source(`modality "${name}"`, columns))],
    targets: names.map((name) => (targets.some((target) => target.name === name) ? own(name) : undefined)),
    modalities: modalities.map(({ name, columns, categories }, k) => {
      const held = categories === undefined ? {} : { categories: categories.map(({ column }) => column) };
      return { name, source: k + 1, columns, ...held };
    }),
    beside: stores.map(({ name }) => ({ name, source: 0, needs: [] })),
    ...(ids === undefined ? {} : { id: { source: 0, columns: [memoryColumns.id] } }),
    ...(group === undefined ? {} : { group: own(memoryColumns.group) }),
    ...(order === undefined ? {} : { order: own(memoryColumns.order) }),
    extras: [],
  };
}

function source(label: string, columns: readonly string[]): TableSource {
  const stream = () => Promise.reject(new RangeError(`${label} is in memory and is not read`));
  return { label, columns, stream, close: () => undefined };
}

function baseOf({ rows, targets, ids, group, order }: MemoryTable): ReadColumns {
  const texts: [string, readonly (string | null)[]][] = [];
  if (ids !== undefined) texts.push([memoryColumns.id, ids]);
  if (group !== undefined) texts.push([memoryColumns.group, group]);
  if (order !== undefined) texts.push([memoryColumns.order, order]);
  const levels = new Map(
    targets.flatMap(({ name, classes }) => (classes === undefined ? [] : [[name, classes] as const])),
  );
  return { rows, numbers: new Map(targets.map(({ name, values }) => [name, values])), texts: new Map(texts), levels };
}

function columnsOf({ columns, values, categories = [] }: Modality, rows: number): ReadColumns {
  const width = columns.length;
  const numbers = columns.map((name, j): [string, Float64Array] => [
    name,
    Float64Array.from({ length: rows }, (_, i) => values[i * width + j]),
  ]);
  const levels = new Map(categories.map(({ column, levels: known }) => [column, known] as const));
  return { rows, numbers: new Map(numbers), texts: new Map(), levels };
}
