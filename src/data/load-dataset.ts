import type { z } from "zod";
import { type DataConfig, dataSchema, targetNames } from "../config/data.js";
import type { ArrayModalityConfig } from "../config/modalities/array.js";
import type { modalitySchema } from "../config/modalities/kinds.js";
import { InputError } from "../errors.js";
import { afterLosses, lossMessages } from "./account.js";
import { type BesideRows, type ModalityGaps, modalityGaps, openBeside } from "./beside.js";
import type { Dataset, DroppedRows, SavedSplit } from "./dataset.js";
import { gatherExtras, gatherModality, gatherTargets, refuseConstantTargets, type Selection } from "./join/gather.js";
import { type MatchedRows, matchTables } from "./join/join-tables.js";
import { describeDifference, spellingDifference } from "./join/key-spelling.js";
import { nameMessages } from "./join/marks-as-names.js";
import { describeGaps, findGaps } from "./missing/gaps.js";
import { countMissing } from "./missing/missing-values.js";
import type { ValueRange } from "./missing/sentinel-values.js";
import { tableSentinels } from "./missing/table-sentinels.js";
import { type OpenRows, selectRows } from "./rows.js";
import { readSavedSplit } from "./split/saved-split.js";
import { completeTexts, type ReadColumns, readColumns } from "./table/read-columns.js";
import { type ExtraColumn, type PlannedColumn, planTable, type TablePlan } from "./table/table-plan.js";

/** How a table is loaded. */
export interface LoadOptions {
  /**
   * required (default): every target column must exist and rows without a target are left out, with a count;
   * optional: for prediction; absent target columns are left out of `targets`, unknown values are NaN.
   */
  readonly targets?: "required" | "optional";
  /** optional: rows are numbered when the table lacks the id column. Default required. */
  readonly id?: "required" | "optional";
  /** The table is read by a trained model, whose config cannot be changed any more. Default false. */
  readonly external?: boolean;
  /** Where the values of the model's columns lay in training, to tell strange ones. */
  readonly ranges?: ReadonlyMap<string, ValueRange>;
  /** Whether rows may lack whole modalities, whatever `data.missing` says of single values. Default false. */
  readonly absentModalities?: boolean;
  /** Columns to read beside those of the section, into `labels` and `covariates`. */
  readonly extras?: readonly ExtraColumn[];
  /** Opens modalities that lie beside the table; needed where there are any. */
  readonly open?: OpenRows;
}

/**
 * Loads the table(s) of a data section: reads, joins, applies the policy for missing values, and accounts for every row.
 * @param baseFolder folder to which file names are relative
 * @throws InputError naming file, row and column, or the config key
 */
export async function loadDataset(data: DataConfig, baseFolder: string, options: LoadOptions = {}): Promise<Dataset> {
  const optional = options.targets === "optional";
  const plan = await planTable(data, baseFolder, {
    optional: { targets: optional, id: options.id === "optional" },
    extras: options.extras ?? [],
  });
  try {
    const tables: ReadColumns[] = [];
    for (let i = 0; i < plan.sources.length; i++) tables.push(await readSource(plan, i));
    const { by, file } = data.split;
    const savedSplit = by === "file" && file !== undefined ? await readSavedSplit(file, baseFolder) : undefined;
    const matched = await matchTables(data, plan, tables);
    const { open, external = false } = options;
    const beside = await openBeside(data, plan, tables, { baseFolder, open, external });
    return new Assembly(data, plan, { tables, beside }, matched, options).dataset(savedSplit);
  } finally {
    for (const source of plan.sources) source.close();
  }
}

/** How another table is loaded. */
export interface ExternalOptions extends LoadOptions {
  /** Array files, with the array that is meant, of modalities that lie in one; by name, relative to the current folder. */
  readonly arrays?: Readonly<Record<string, string>>;
}

/**
 * Loads another table with the columns of a trained model, found by name in one file.
 * @param columns per modality that is a table the columns the model was trained on (from the stored preprocessor)
 */
export async function loadExternalTable(
  data: DataConfig,
  columns: readonly { readonly name: string; readonly columns: readonly string[] }[],
  file: string,
  options: ExternalOptions = {},
): Promise<Dataset> {
  const names = [...new Set([...Object.keys(data.modalities), ...columns.map(({ name }) => name)])];
  const modalities = Object.fromEntries(
    names.flatMap((name): [string, z.input<typeof modalitySchema>][] => {
      const known = columns.find((modality) => modality.name === name);
      if (known !== undefined) return [[name, { columns: [...known.columns] }]];
      const modality = data.modalities[name];
      return modality.kind === "array" ? [[name, arrayOf(name, modality, options)]] : [];
    }),
  );
  const id = data.id ?? data.join;
  const { target, missing, missingValues } = data;
  return loadDataset(dataSchema.parse({ file, target, modalities, missing, missingValues, id }), ".", {
    targets: options.targets ?? "optional",
    id: "optional",
    external: true,
    absentModalities: options.absentModalities,
    extras: options.extras,
    ranges: options.ranges,
    open: options.open,
  });
}

/** A modality of the model with the array file of the new table. */
function arrayOf(
  name: string,
  { file: _table, cost: _cost, ...modality }: ArrayModalityConfig,
  { arrays = {} }: ExternalOptions,
) {
  if (!Object.hasOwn(arrays, name)) throw new RangeError(`no array file was given for modality "${name}"`);
  return { ...modality, array: arrays[name] };
}

async function readSource(plan: TablePlan, source: number): Promise<ReadColumns> {
  const here = (places: readonly (PlannedColumn | undefined)[]) =>
    places.flatMap((place) => (place?.source === source ? [place.column] : []));
  const features = plan.modalities.flatMap((modality) => (modality.source === source ? modality.columns : []));
  const indices = plan.beside.flatMap(({ source: of, index }) => (of === source && index !== undefined ? [index] : []));
  const extras = (kind: ExtraColumn["kind"]) => here(plan.extras.filter((extra) => extra.kind === kind));
  const numbers = [...features, ...indices, ...here(plan.targets), ...extras("number")];
  const texts = [
    ...here([plan.group, plan.id, plan.split]),
    ...extras("text"),
    ...(plan.join === undefined ? [] : [plan.join]),
  ];
  return readColumns(plan.sources[source], numbers, texts);
}

/** The way from matched rows to a data set: rows are left out one reason after another, and accounted for. */
class Assembly {
  private rows: readonly Int32Array[];
  private readonly dropped: DroppedRows[];
  private readonly tables: readonly ReadColumns[];

  constructor(
    private readonly data: DataConfig,
    private readonly plan: TablePlan,
    private readonly read: { readonly tables: readonly ReadColumns[]; readonly beside: readonly BesideRows[] },
    private readonly matched: MatchedRows,
    private readonly options: LoadOptions,
  ) {
    this.tables = read.tables;
    this.rows = matched.rows;
    this.dropped = [...matched.dropped];
  }

  /** @throws InputError that begins with what was lost before */
  dataset(savedSplit: SavedSplit | undefined): Dataset {
    return afterLosses(
      () => this.losses().losses,
      () => this.assemble(savedSplit),
    );
  }

  private assemble(savedSplit: SavedSplit | undefined): Dataset {
    const { plan, tables, options } = this;
    const optional = options.targets === "optional";
    let selection: Selection = { rows: this.rows, ids: rowIds(plan, tables, this.matched) };
    if (savedSplit !== undefined) selection = this.keepListed(selection, savedSplit);
    const targetValues = plan.targets.map((place) => place && tables[place.source].numbers.get(place.column));
    if (!optional) selection = this.dropUnknownTargets(targetValues, selection);
    const missing = countMissing(this.gaps(selection), selection.ids.length);
    selection = this.applyMissingPolicy(selection);
    const targets = gatherTargets(plan, targetValues, selection);
    if (!optional) refuseConstantTargets(targets);
    const group = this.textOf(plan.group, "group", selection);
    const splitLabels = this.textOf(plan.split, "split column", selection);
    const extras = gatherExtras(plan, tables, selection);
    return {
      rows: selection.ids.length,
      rowIds: selection.ids,
      modalities: plan.modalities.map((modality) => gatherModality(modality, tables[modality.source], selection)),
      stores: this.read.beside.map(({ source, store }) => selectRows(store, selection.rows[source])),
      order: Object.keys(this.data.modalities),
      ...{ targets, group, splitLabels, savedSplit, ...extras },
      account: this.account(selection, nameMessages(plan, group, extras.labels)),
      missing,
    };
  }

  private gaps(selection: Selection): ModalityGaps[] {
    const { data, plan, read } = this;
    return modalityGaps(Object.keys(data.modalities), plan, read.tables, read.beside, selection);
  }

  private losses() {
    const { dropped, rows, tables, matched } = this;
    return lossMessages({ rowsRead: tables[0].rows, rowsUsed: rows[0].length, dropped, cause: matched.cause });
  }

  private account(selection: Selection, names: readonly string[]): Dataset["account"] {
    const { plan, tables, dropped, options } = this;
    const { messages, losses } = this.losses();
    const sentinels = tableSentinels(plan, tables, selection, options);
    return {
      files: plan.sources.map((source, i) => ({ file: source.label, rows: tables[i].rows })),
      rowsRead: tables[0].rows,
      rowsUsed: selection.ids.length,
      dropped,
      messages: [...messages, ...names, ...sentinels],
      ...{ losses, sentinels },
    };
  }

  private textOf(place: PlannedColumn | undefined, role: string, { rows }: Selection): readonly string[] | undefined {
    if (place === undefined) return undefined;
    const { source, column } = place;
    return completeTexts(this.tables[source], this.plan.sources[source], column, role, rows[source]);
  }

  private keepListed(selection: Selection, saved: SavedSplit): Selection {
    const listed = new Set([...saved.train, ...saved.validation, ...saved.test]);
    const ids = new Set(selection.ids);
    const strange = [...listed].filter((id) => !ids.has(id));
    const difference = spellingDifference(
      strange,
      selection.ids.filter((id) => !listed.has(id)),
    );
    const { file } = this.data.split;
    if (difference !== undefined) {
      throw new InputError(
        `data.split.file: ${file}: ${strange.length} of its ${listed.size} row ids are not in the table: ` +
          `${describeDifference(difference, "the file", "the table")}. Write the ids as the table does.`,
      );
    }
    if (strange.length === listed.size) {
      const some = (list: readonly string[]) =>
        list
          .slice(0, 3)
          .map((id) => `"${id}"`)
          .join(", ");
      throw new InputError(
        `data.split.file: ${file}: none of its ${listed.size} row ids is in the table (there: ${some(strange)}; in the ` +
          `table: ${some(selection.ids)}). The ids are those of data.id, else of data.join, else row numbers from 1.`,
      );
    }
    return this.keepRows(selection, (i) => !listed.has(selection.ids[i]), "in no part of data.split.file", true);
  }

  private dropUnknownTargets(values: readonly (Float64Array | undefined)[], selection: Selection): Selection {
    const missing = (i: number) =>
      this.plan.targets.some((place, k) =>
        Number.isNaN(values[k]?.[selection.rows[place?.source ?? 0][i]] ?? Number.NaN),
      );
    return this.keepRows(selection, missing, `no value of target ${targetNames(this.data).join(", ")}`);
  }

  private applyMissingPolicy(selection: Selection): Selection {
    const { data, plan, options } = this;
    if (data.missing === "mean") return selection;
    const gaps = findGaps(this.gaps(selection), selection.ids.length, options.absentModalities === true);
    if (data.missing === "error" && gaps.columns.size > 0) {
      const files = plan.sources.map((source) => source.label).join(", ");
      throw new InputError(`${files}: ${describeGaps(gaps, selection.ids, options)}`);
    }
    return this.keepRows(selection, (i) => gaps.rows[i] === 1, "missing feature values");
  }

  private keepRows(selection: Selection, drop: (i: number) => boolean, reason: string, chosen?: true): Selection {
    const kept: number[] = [];
    const lost: number[] = [];
    for (let i = 0; i < selection.ids.length; i++) (drop(i) ? lost : kept).push(i);
    if (lost.length === 0) return selection;
    if (kept.length === 0) throw new InputError(`data: no row is left; all ${lost.length} rows have ${reason}.`);
    const examples = lost.slice(0, 5).map((i) => selection.ids[i]);
    this.dropped.push({
      ...{ reason, count: lost.length, of: selection.ids.length, examples },
      ...(chosen === undefined ? {} : { chosen }),
    });
    this.rows = selection.rows.map((rows) => Int32Array.from(kept, (i) => rows[i]));
    return { rows: this.rows, ids: kept.map((i) => selection.ids[i]) };
  }
}

function rowIds(plan: TablePlan, tables: readonly ReadColumns[], { rows, keys }: MatchedRows): readonly string[] {
  const { id } = plan;
  if (id === undefined) return keys ?? Array.from(rows[0], (row) => String(row + 1));
  const source = plan.sources[id.source];
  const values = completeTexts(tables[id.source], source, id.column, "row id", rows[id.source]);
  const seen = new Map<string, number>();
  values.forEach((value, i) => {
    const row = rows[id.source][i];
    const before = seen.get(value);
    if (before !== undefined) {
      throw new InputError(
        `${source.label}: rows ${before + 1} and ${row + 1} (header not counted) both have the id "${value}" ` +
          `in column "${id.column}"; data.id must name one row, leave it out to count rows instead.`,
      );
    }
    seen.set(value, row);
  });
  return values;
}
