import { columnName } from "../../config/column-name.js";
import { type DataConfig, targetKind, targetNames } from "../../config/data.js";
import { keyNames, type TableFile, tablesOf } from "../../config/dialect.js";
import { besideModalities, isTable, type ModalityConfig } from "../../config/modalities/kinds.js";
import { InputError } from "../../errors.js";
import type { AskedConfound } from "../confounds/confounds.js";
import { requireJoinKeys } from "../join/join-advice.js";
import { keyTitle } from "../join/row-keys.js";
import { timeColumns } from "../order/suggest-order.js";
import { personColumns } from "../split/suggest-group.js";
import { refuseOverlaps, refusePast, reservedColumns } from "./column-roles.js";
import { describeColumns } from "./columns.js";
import { findNeeded, type PlannedBeside, pastColumns } from "./needed-columns.js";
import { type PlannedFeatures, planFeatures } from "./plan-features.js";
import type { JoinPlan, PlannedColumn, PlannedKey } from "./planned-columns.js";
import type { TableSource } from "./table-source.js";

/** A column that is read beside features and targets. */
export interface ExtraColumn {
  /** Config key that names it, for messages. */
  readonly key: string;
  readonly column: string;
  readonly kind: "text" | "number" | "category";
  /** Whether a table may lack it. */
  readonly optional: boolean;
}

/** Which columns of which open file a data set is made of. */
export interface TablePlan {
  readonly sources: readonly TableSource[];
  readonly join?: JoinPlan;
  readonly targets: readonly (PlannedColumn | undefined)[];
  readonly modalities: readonly PlannedFeatures[];
  /** Modalities whose rows lie beside the table, and the columns that they are read by. */
  readonly beside: readonly PlannedBeside[];
  readonly group?: PlannedColumn;
  /** One column, or several that name a row together. */
  readonly id?: PlannedKey;
  readonly split?: PlannedColumn;
  readonly order?: PlannedColumn;
  /** Columns that may be one, where the config names none; looked at to offer it. */
  readonly orderCandidates?: readonly PlannedColumn[];
  /** A column that may be the group, where the config names none. */
  readonly groupCandidate?: PlannedColumn;
  readonly extras: readonly (PlannedColumn & Pick<ExtraColumn, "kind">)[];
  /** What is taken out of the features. */
  readonly confounds?: readonly (PlannedColumn & Pick<AskedConfound, "kind">)[];
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
  readonly confounds?: readonly AskedConfound[];
  /** Lists of columns of which the first that a table has names its rows, where `data.id` does not. */
  readonly keys?: readonly (readonly string[])[];
  /** Whether columns of times are looked for where the config names no order. */
  readonly offersOrder?: boolean;
}

/**
 * Finds every column that a data section names in its tables, which are open.
 * @throws InputError that names the config key, the file and what exists
 */
export async function planColumns(
  data: DataConfig,
  sources: readonly TableSource[],
  request: PlanRequest,
): Promise<TablePlan> {
  const tables = tablesOf(data);
  const join = await planJoin(data, tables, sources);
  const files = tables.map(({ file }) => file);
  return placeColumns(data, files, { sources, join }, request);
}

/** @throws InputError naming the files that lack a column of the key */
async function planJoin(
  { join, normaliseKeys }: Pick<DataConfig, "join" | "normaliseKeys">,
  tables: readonly TableFile[],
  sources: readonly TableSource[],
): Promise<JoinPlan | undefined> {
  const named = keyNames(join);
  if (sources.length < 2 || named === undefined) return undefined;
  const keys = sources.map((source, i) => {
    const { key } = tables[i];
    return { source, columns: key ?? named, own: key !== undefined };
  });
  await requireJoinKeys(keys, named);
  const columns = keys.map((key) => key.columns);
  return {
    named,
    name: keyTitle(named),
    columns,
    ...(normaliseKeys === undefined ? {} : { normalise: normaliseKeys }),
  };
}

function placeColumns(
  data: DataConfig,
  files: readonly string[],
  { sources, join }: { readonly sources: readonly TableSource[]; readonly join: JoinPlan | undefined },
  { optional, extras: wanted, confounds: asked = [], keys = [], offersOrder: offered = false }: PlanRequest,
): TablePlan {
  const find = (key: string, column: string | undefined, mayLack = false) =>
    column === undefined ? undefined : findColumn(key, column, sources, data.file !== undefined, mayLack);
  const targets = targetNames(data).map((name) => find("data.target", name, optional.targets));
  const split = data.split.by === "column" ? find("data.split.column", data.split.column) : undefined;
  const named = find("data.id", data.id, optional.id);
  const id = named === undefined ? keyAmong(keys, sources) : { source: named.source, columns: [named.column] };
  const extras = wanted.flatMap(({ key, column, kind, optional: mayLack }) => {
    const place = find(key, column, mayLack);
    return place === undefined ? [] : [{ ...place, kind }];
  });
  const sourceOf = (modality: ModalityConfig) => files.indexOf((modality.file ?? data.file) as string);
  const entries = Object.entries(data.modalities);
  const modalities = entries.flatMap(([name, modality]) =>
    isTable(modality) ? [planFeatures(name, modality, sourceOf(modality), sources)] : [],
  );
  const beside = besideModalities(data.modalities).map(([name, modality, { needs }]) => {
    const source = sourceOf(modality);
    return { name, source, needs: needs.map((need) => findNeeded(data, need, name, sources[source])) };
  });
  const reserved = reservedColumns({ targets, split, id, join, beside });
  const confounds = asked.flatMap(({ column, kind }) => {
    const place = find("data.confounds", column);
    return place === undefined ? [] : [{ ...place, kind }];
  });
  for (const { source, column } of confounds) reserved.set(`${source}:${column}`, "a confound (data.confounds)");
  refuseOverlaps(modalities, reserved);
  refusePast(pastColumns(beside), { reserved, modalities, classes: targetKind(data) === "class" });
  const group = find("data.group", data.group);
  // Every file has the join key.
  const written = data.order === undefined ? undefined : columnName(data.order);
  const keyed = written === undefined ? -1 : (join?.named.indexOf(written) ?? -1);
  const order =
    keyed >= 0 && join !== undefined ? { source: 0, column: join.columns[0][keyed] } : find("data.order", data.order);
  const orderCandidates = offered ? candidatesOf(data, sources) : [];
  const taken = new Set([
    ...reserved.keys(),
    ...modalities.flatMap(({ source, columns }) => columns.map((c) => `${source}:${c}`)),
  ]);
  const groupCandidate = offered ? personsOf(data, sources, taken) : undefined;
  return {
    ...{ sources, targets, modalities, beside, group, id, split, order, orderCandidates, extras },
    ...(groupCandidate === undefined ? {} : { groupCandidate }),
    ...(confounds.length === 0 ? {} : { confounds }),
    ...(join === undefined ? {} : { join }),
  };
}

/** The first list of columns that a file has whole. */
function keyAmong(keys: readonly (readonly string[])[], sources: readonly TableSource[]): PlannedKey | undefined {
  const places = keys.flatMap((columns) =>
    sources.flatMap((table, source) =>
      columns.every((column) => table.columns.includes(column)) ? [{ source, columns }] : [],
    ),
  );
  return places[0];
}

/** Columns of times that are no target, in rows that are drawn at random and have no order. */
function candidatesOf(data: DataConfig, sources: readonly TableSource[]): PlannedColumn[] {
  const drawn = data.split.by === "random" || data.split.by === "group";
  if (!drawn || data.order !== undefined) return [];
  const targets = targetNames(data);
  const all = sources.flatMap(({ columns }, source) => timeColumns(columns).map((column) => ({ source, column })));
  return all.filter(({ column }) => !targets.includes(column));
}

/** The first column of people that is no feature, in rows that are drawn at random and have no group. */
function personsOf(data: DataConfig, sources: readonly TableSource[], taken: ReadonlySet<string>) {
  if (data.split.by !== "random" || data.group !== undefined) return undefined;
  const keys = new Set(keyNames(data.join));
  return sources
    .flatMap(({ columns }, source) => personColumns(columns).map((column) => ({ source, column })))
    .find(({ source, column }) => !taken.has(`${source}:${column}`) || keys.has(column));
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
