import { type DataConfig, targetKind } from "../config/data.js";
import { type Dialect, tablesOf } from "../config/dialect.js";
import type { NeededColumns } from "../config/modalities/beside.js";
import type { TargetKind } from "../config/target.js";
import { Rng } from "../math/rng.js";
import { Assembly, type AssemblyOptions } from "./assembly.js";
import { withCodes } from "./categories/codes.js";
import type { AskedConfound } from "./confounds/confounds.js";
import { askedConfounds, withConfounds } from "./confounds/read-confounds.js";
import type { Dataset, SavedSplit } from "./dataset.js";
import { type DatesToRead, withDates } from "./dates/read-dates.js";
import { matchTables } from "./join/join-tables.js";
import { type MissingMarks, missingMarks } from "./missing/missing-marks.js";
import type { BesideRows } from "./modality-gaps.js";
import type { DayPlace } from "./order/row-order.js";
import type { DecodingProgress, OpenRows } from "./rows.js";
import type { PlannedColumn } from "./table/planned-columns.js";
import { type ReadColumns, readColumns } from "./table/read-columns.js";
import { NotNumbersError } from "./table/table-errors.js";
import type { ExtraColumn, PlanRequest, TablePlan } from "./table/table-plan.js";
import { permutedRows, withRowsOf } from "./target/permute-targets.js";
import { namesClasses } from "./target/target-words.js";

/** How a table is loaded. */
export interface LoadOptions extends AssemblyOptions {
  /** optional: rows are numbered when the table lacks the id column. Default required. */
  readonly id?: "required" | "optional";
  /** Columns to read beside those of the section, into `labels` and `covariates`. */
  readonly extras?: readonly ExtraColumn[];
  /** Lists of columns of which the first that the table has names its rows, where the section has no `id`. */
  readonly keys?: readonly (readonly string[])[];
  /** Confounds to read, in place of those of the section: what they are to a trained model. */
  readonly confounds?: readonly AskedConfound[];
  /** How dates are read whose year stands last, by column. */
  readonly dayPlaces?: ReadonlyMap<string, DayPlace>;
  /** Opens modalities that lie beside the table; needed where there are any. */
  readonly open?: OpenRows;
  /** Told how far decoding of their files is. */
  readonly progress?: DecodingProgress | undefined;
}

/** What lies beside the tables of a plan. */
export interface BesideTables {
  readonly savedSplit: () => Promise<SavedSplit | undefined>;
  readonly beside: (tables: readonly ReadColumns[]) => Promise<readonly BesideRows[]>;
}

/** What is asked of the plan of a table that is loaded in this way. */
export function planRequest(data: DataConfig, options: LoadOptions): PlanRequest {
  const optional = options.targets === "optional";
  return {
    optional: { targets: optional, id: options.id === "optional" },
    extras: [...(options.extras ?? []), ...strataOf(data)],
    confounds: options.confounds ?? askedConfounds(data.confounds),
    keys: options.keys,
    offersOrder: options.external !== true && !optional,
  };
}

/** Reads the tables of a plan, which stay open. @throws InputError as `loadDataset` */
export async function readDataset(
  data: DataConfig,
  plan: TablePlan,
  options: LoadOptions,
  { savedSplit, beside }: BesideTables,
): Promise<Dataset> {
  const tables: ReadColumns[] = [];
  const marks = missingMarks(data.missingValues);
  const dialects = tablesOf(data).map(({ dialect }) => dialect);
  const { dayPlaces } = options;
  for (let i = 0; i < plan.sources.length; i++)
    tables.push(await readTargets(data, plan, i, { marks, dialect: dialects[i], dayPlaces }));
  const saved = await savedSplit();
  const matched = await matchTables(data, plan, tables);
  const read = { tables, beside: await beside(tables) };
  return permuted(data, new Assembly(data, plan, read, matched, options).dataset(saved));
}

/** The column within whose values targets are dealt anew. */
function strataOf({ permuteTargets }: DataConfig): ExtraColumn[] {
  if (permuteTargets?.within === undefined) return [];
  return [{ key: "data.permuteTargets.within", column: permuteTargets.within, kind: "text", optional: false }];
}

/** The data set with its targets dealt anew, where the section asks for that. */
function permuted({ permuteTargets }: DataConfig, dataset: Dataset): Dataset {
  if (permuteTargets === undefined) return dataset;
  const { seed, within: column } = permuteTargets;
  const { rows, targets, group, account } = dataset;
  const within = column === undefined ? undefined : dataset.labels.get(column)?.map((value) => value ?? "");
  const source = permutedRows(targets, rows, { group, within }, new Rng(seed).split("targets"));
  const message = "targets are dealt anew among the rows (data.permuteTargets): features say nothing of them";
  return {
    ...dataset,
    targets: withRowsOf(targets, source),
    account: { ...account, messages: [...account.messages, message] },
  };
}

interface ReadRequest {
  readonly marks: MissingMarks;
  readonly dialect: Dialect;
  readonly dayPlaces: LoadOptions["dayPlaces"];
}

/** A table whose target is of the kind that the config says; where it says none, text is read as classes. */
async function readTargets(
  data: DataConfig,
  plan: TablePlan,
  source: number,
  request: ReadRequest,
): Promise<ReadColumns> {
  const kind = targetKind(data);
  if (kind !== undefined) return readSource(plan, source, request, kind);
  try {
    return await readSource(plan, source, request, "number");
  } catch (error) {
    const [target, ...others] = plan.targets;
    if (!(error instanceof NotNumbersError) || target?.source !== source || others.length > 0) throw error;
    if (!error.columns.includes(target.column)) throw error;
    const table = await readSource(plan, source, request, "class");
    if (!namesClasses(table, target.column)) throw error;
    return table;
  }
}

async function readSource(
  plan: TablePlan,
  source: number,
  { marks, dialect, dayPlaces }: ReadRequest,
  targets: TargetKind,
): Promise<ReadColumns> {
  const here = (places: readonly (PlannedColumn | undefined)[]) =>
    places.flatMap((place) => (place?.source === source ? [place.column] : []));
  const own = plan.modalities.filter((modality) => modality.source === source);
  const ofTargets = here(plan.targets);
  const categories = [...new Set([...categoriesOf(plan, source), ...(targets === "class" ? ofTargets : [])])];
  const dates = own.flatMap((modality) => datesToRead(modality, dayPlaces));
  const confounds = (plan.confounds ?? []).filter((confound) => confound.source === source);
  const needed = (type: NeededColumns["type"]) =>
    plan.beside.flatMap(({ source: of, needs }) =>
      of === source ? needs.flatMap((need) => (need.type === type ? need.columns : [])) : [],
    );
  const extras = (kind: ExtraColumn["kind"]) => here(plan.extras.filter((extra) => extra.kind === kind));
  const numbers = [
    ...own.flatMap(numberColumns),
    ...needed("number"),
    ...(targets === "number" ? ofTargets : []),
    ...extras("number"),
    ...here(confounds.filter(({ kind }) => kind === "number")),
  ];
  const texts = [
    ...here([plan.group, plan.split, plan.order, plan.groupCandidate, ...(plan.orderCandidates ?? [])]),
    ...(plan.id?.source === source ? plan.id.columns : []),
    ...extras("text"),
    ...categories,
    ...dates.map(({ column }) => column),
    ...here(confounds.filter(({ kind }) => kind !== "number")),
    ...(plan.join?.columns[source] ?? []),
    ...needed("text"),
  ];
  const { label } = plan.sources[source];
  const read = await readColumns(plan.sources[source], numbers, texts);
  const given = { label, marks, dialect };
  return withConfounds(withDates(withCodes(read, categories, marks), dates, given), confounds, given);
}

/** Columns of a modality that are read as numbers. */
function numberColumns({ columns, categories = [], dates = [] }: TablePlan["modalities"][number]): string[] {
  const other = new Set([...categories, ...dates.map(({ column }) => column)]);
  return columns.filter((column) => !other.has(column));
}

function datesToRead(
  { name, dates = [] }: TablePlan["modalities"][number],
  dayPlaces: LoadOptions["dayPlaces"],
): DatesToRead[] {
  return dates.map(({ column }) => {
    const dayPlace = dayPlaces?.get(column);
    return { column, key: `data.modalities.${name}.dates`, ...(dayPlace === undefined ? {} : { dayPlace }) };
  });
}

/** Columns of a file that hold categories, of features and beside them. */
function categoriesOf(plan: TablePlan, source: number): string[] {
  const features = plan.modalities.flatMap((modality) =>
    modality.source === source ? (modality.categories ?? []) : [],
  );
  const extras = plan.extras.filter((extra) => extra.kind === "category" && extra.source === source);
  return [...new Set([...features, ...extras.map(({ column }) => column)])];
}
