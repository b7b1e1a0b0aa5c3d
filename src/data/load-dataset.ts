import type { z } from "zod";
import { type DataConfig, dataSchema, targetKind, targetNames } from "../config/data.js";
import { type Dialect, dialectNames, keyNames, saidOf, type TableFile, tablesOf } from "../config/dialect.js";
import type { Beside, NeededColumns } from "../config/modalities/beside.js";
import { besideOf, type ModalityConfig, type modalitySchema } from "../config/modalities/kinds.js";
import type { TargetKind } from "../config/target.js";
import { InputError } from "../errors.js";
import { Assembly, type AssemblyOptions } from "./assembly.js";
import { openBeside } from "./beside.js";
import { withCodes } from "./categories/codes.js";
import type { AskedConfound } from "./confounds/confounds.js";
import { askedConfounds, withConfounds } from "./confounds/read-confounds.js";
import type { Dataset } from "./dataset.js";
import type { DatedColumn } from "./dates/date-coding.js";
import { type DatesToRead, withDates } from "./dates/read-dates.js";
import { givenFile, placeNames, placeTables, refuseOneOfSeveral } from "./join/given-files.js";
import { refuseStrangeNames } from "./join/given-names.js";
import { matchTables } from "./join/join-tables.js";
import { type MissingMarks, missingMarks } from "./missing/missing-marks.js";
import type { DayPlace } from "./order/row-order.js";
import type { DecodingProgress, OpenRows } from "./rows.js";
import { readSavedSplit } from "./split/saved-split.js";
import { type ReadColumns, readColumns } from "./table/read-columns.js";
import { NotNumbersError } from "./table/table-errors.js";
import { type ExtraColumn, type PlannedColumn, planTable, type TablePlan } from "./table/table-plan.js";
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

/**
 * Loads the table(s) of a data section: reads, joins, applies the policy for missing values, and accounts for every row.
 * @param baseFolder folder to which file names are relative
 * @throws InputError naming file, row and column, or the config key
 */
export async function loadDataset(data: DataConfig, baseFolder: string, options: LoadOptions = {}): Promise<Dataset> {
  const optional = options.targets === "optional";
  const confounds = options.confounds ?? askedConfounds(data.confounds);
  const plan = await planTable(data, baseFolder, {
    optional: { targets: optional, id: options.id === "optional" },
    extras: options.extras ?? [],
    confounds,
    keys: options.keys,
    offersOrder: options.external !== true && !optional,
  });
  try {
    const tables: ReadColumns[] = [];
    const marks = missingMarks(data.missingValues);
    const dialects = tablesOf(data).map(({ dialect }) => dialect);
    const { dayPlaces } = options;
    for (let i = 0; i < plan.sources.length; i++)
      tables.push(await readTargets(data, plan, i, { marks, dialect: dialects[i], dayPlaces }));
    const { by, file } = data.split;
    const savedSplit = by === "file" && file !== undefined ? await readSavedSplit(file, baseFolder) : undefined;
    const matched = await matchTables(data, plan, tables);
    const { open, external = false, progress } = options;
    const beside = await openBeside(data, plan, tables, { baseFolder, open, external, progress });
    return new Assembly(data, plan, { tables, beside }, matched, options).dataset(savedSplit);
  } finally {
    for (const source of plan.sources) source.close();
  }
}

/** How another table is loaded. */
export interface ExternalOptions extends LoadOptions {
  /** Array files, with the array that is meant, of modalities that lie in one; by name, relative to the current folder. */
  readonly arrays?: Readonly<Record<string, string>>;
  /** How the table is written, where that is otherwise than the section says of all its tables. */
  readonly dialect?: Dialect;
  /** What values of the target are for the model; what the section says if left out. */
  readonly kind?: TargetKind;
}

/**
 * Loads another table with the columns of a trained model, found by name; or several tables, joined as those of the section are.
 * @param given a file, or several, `NAME=FILE` where it has to be said for which modality a file is
 * @param columns per modality that is a table the columns the model was trained on (from the stored preprocessor)
 */
export async function loadExternalTable(
  data: DataConfig,
  columns: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly categories?: readonly string[];
    readonly dates?: readonly DatedColumn[];
  }[],
  given: string | readonly string[],
  options: ExternalOptions = {},
): Promise<Dataset> {
  const files = [given].flat();
  const names = [...new Set([...Object.keys(data.modalities), ...columns.map(({ name }) => name)])];
  const modalities = Object.fromEntries(
    names.flatMap((name): [string, z.input<typeof modalitySchema>][] => {
      const known = columns.find((modality) => modality.name === name);
      if (known !== undefined) {
        const { categories = [], dates = [] } = known;
        const words = categories.length === 0 ? {} : { categories: [...categories] };
        const times = Object.fromEntries(dates.map(({ column, parts }) => [column, [...parts]]));
        return [[name, { columns: [...known.columns], ...words, ...(dates.length === 0 ? {} : { dates: times }) }]];
      }
      const modality = data.modalities[name];
      const beside = besideOf(modality);
      return beside === null ? [] : [[name, { ...besideTable(name, beside, options), file: undefined }]];
    }),
  );
  const { missing, missingValues, id } = data;
  const places = await newTables(data, columns, files, options.dialect);
  const wanted = targetNames(data);
  const { kind } = options;
  const target = wanted.length === 1 && kind !== undefined ? { column: wanted[0], kind } : data.target;
  // A folder of the training's config is not told from here.
  const streaming = data.streaming && { ...data.streaming, cache: undefined };
  const dialect = saidOf({ ...saidOf(data), ...options.dialect });
  const { decimal = ".", thousands } = dialect;
  if (thousands === decimal) {
    throw new InputError(
      `${files.join(", ")}: "${decimal}" cannot be the decimal mark and stand between thousands; say both as the file has them ` +
        "(options: --decimal, --thousands).",
    );
  }
  return loadDataset(
    dataSchema.parse({ target, missing, missingValues, id, streaming, ...dialect, ...places(modalities) }),
    ".",
    {
      keys: id === undefined ? keysOf(data) : [],
      targets: options.targets ?? "optional",
      id: "optional",
      external: true,
      absentModalities: options.absentModalities,
      extras: options.extras,
      ranges: options.ranges,
      confounds: options.confounds ?? [],
      dayPlaces: new Map(
        columns.flatMap(({ dates = [] }) =>
          dates.flatMap(({ column, dayPlace }) => (dayPlace === undefined ? [] : [[column, dayPlace] as const])),
        ),
      ),
      open: options.open,
      progress: options.progress,
    },
  );
}

type Columns = Parameters<typeof loadExternalTable>[1];
type Modalities = Readonly<Record<string, z.input<typeof modalitySchema>>>;

/** Puts new tables in the place of those of a section: what of the section names tables, of its modalities without any. */
async function newTables(
  data: DataConfig,
  columns: Columns,
  files: readonly string[],
  written: Dialect | undefined,
): Promise<(modalities: Modalities) => object> {
  const needed = new Map(
    Object.entries(data.modalities).map(([name, modality]): [string, readonly string[]] => {
      const known = columns.find((each) => each.name === name);
      const beside = besideOf(modality)?.needs.flatMap((need) => need.columns) ?? [];
      return [
        name,
        known === undefined
          ? beside
          : [...known.columns, ...(known.categories ?? []), ...(known.dates ?? []).map(({ column }) => column)],
      ];
    }),
  );
  refuseStrangeNames(data, files);
  const [first] = files;
  if (files.length === 1 && givenFile(first, placeNames(data)).name === undefined) {
    await refuseOneOfSeveral(data, first, needed, saidOf({ ...saidOf(data), ...written }));
    return (modalities) => ({ file: first, modalities });
  }
  const { tables, others } = await placeTables(data, files, needed, written);
  const main = tables.find(({ of }) => of === data.file);
  const words = ({ file, dialect, key }: TableFile) => ({
    ...{ file, ...dialect },
    ...(key === undefined ? {} : { key: key.length === 1 ? key[0] : [...key] }),
  });
  const joined = [...tables, ...others].filter(({ file }) => file !== main?.file);
  const fileOf = (name: string) => {
    const of = data.modalities[name].file ?? data.file;
    return of === data.file && main !== undefined ? undefined : tables.find((table) => table.of === of)?.file;
  };
  return (modalities) => ({
    ...(main === undefined ? {} : { file: main.file, ...main.dialect }),
    ...(joined.length === 0 ? {} : { tables: joined.map(words) }),
    ...{ join: data.join, normaliseKeys: data.normaliseKeys },
    modalities: Object.fromEntries(
      Object.entries(modalities).map(([name, modality]) => {
        const file = fileOf(name);
        return [name, file === undefined ? modality : { ...(modality as object), file }];
      }),
    ),
  });
}

/** What the rows of the model's tables were named by: as the section calls it, then as its files do. */
function keysOf(data: DataConfig): (readonly string[])[] {
  return [keyNames(data.join), ...tablesOf(data).map(({ key }) => key)].filter((key) => key !== undefined);
}

/** A modality of the model with its rows where those of the new table lie. */
function besideTable(
  name: string,
  { place, at }: Beside<ModalityConfig>,
  { arrays = {} }: ExternalOptions,
): ModalityConfig {
  if (place === undefined) return at();
  if (!Object.hasOwn(arrays, name)) throw new RangeError(`no array file was given for modality "${name}"`);
  // What is said of the training's own file does not hold for the new table.
  const said = new Set<string>(["key", ...dialectNames]);
  return Object.fromEntries(Object.entries(at(arrays[name])).filter(([key]) => !said.has(key))) as ModalityConfig;
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
    ...here([plan.group, plan.split, plan.order, ...(plan.orderCandidates ?? [])]),
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
