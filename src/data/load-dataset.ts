import { type DataConfig, dataSchema, targetNames } from "../config/data.js";
import { InputError } from "../errors.js";
import type { Dataset, DroppedRows, SavedSplit } from "./dataset.js";
import { describeGaps, findGaps } from "./gaps.js";
import { gatherExtras, gatherModality, gatherTargets, refuseConstantTargets, type Selection } from "./gather.js";
import { joinRows } from "./join.js";
import { countMissing } from "./missing-values.js";
import { completeTexts, type ReadColumns, readColumns } from "./read-columns.js";
import { readSavedSplit } from "./saved-split.js";
import { type ExtraColumn, type PlannedColumn, planTable, type TablePlan } from "./table-plan.js";

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
  /** Whether rows may lack whole modalities, whatever `data.missing` says of single values. Default false. */
  readonly absentModalities?: boolean;
  /** Columns to read beside those of the section, into `labels` and `covariates`. */
  readonly extras?: readonly ExtraColumn[];
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
    return assemble(data, plan, tables, savedSplit, options);
  } finally {
    for (const source of plan.sources) source.close();
  }
}

/**
 * Loads another table with the columns of a trained model, found by name in one file.
 * @param columns per modality the columns the model was trained on (from the stored preprocessor)
 */
export async function loadExternalTable(
  data: DataConfig,
  columns: readonly { readonly name: string; readonly columns: readonly string[] }[],
  file: string,
  options: LoadOptions = {},
): Promise<Dataset> {
  const modalities = Object.fromEntries(columns.map(({ name, columns }) => [name, { columns: [...columns] }]));
  const id = data.id ?? data.join;
  const { target, missing, missingValues } = data;
  return loadDataset(dataSchema.parse({ file, target, modalities, missing, missingValues, id }), ".", {
    targets: options.targets ?? "optional",
    id: "optional",
    external: true,
    absentModalities: options.absentModalities,
    extras: options.extras,
  });
}

async function readSource(plan: TablePlan, source: number): Promise<ReadColumns> {
  const here = (places: readonly (PlannedColumn | undefined)[]) =>
    places.flatMap((place) => (place?.source === source ? [place.column] : []));
  const features = plan.modalities.flatMap((modality) => (modality.source === source ? modality.columns : []));
  const extras = (kind: ExtraColumn["kind"]) => here(plan.extras.filter((extra) => extra.kind === kind));
  const numbers = [...features, ...here(plan.targets), ...extras("number")];
  const texts = [
    ...here([plan.group, plan.id, plan.split]),
    ...extras("text"),
    ...(plan.join === undefined ? [] : [plan.join]),
  ];
  return readColumns(plan.sources[source], numbers, texts);
}

function assemble(
  data: DataConfig,
  plan: TablePlan,
  tables: readonly ReadColumns[],
  savedSplit: SavedSplit | undefined,
  options: LoadOptions,
): Dataset {
  const optional = options.targets === "optional";
  const dropped: DroppedRows[] = [];
  let selection = matchRows(data, plan, tables, dropped);
  if (savedSplit !== undefined) selection = keepListed(selection, savedSplit, dropped);
  const targetValues = plan.targets.map((place) => place && tables[place.source].numbers.get(place.column));
  if (!optional) selection = dropUnknownTargets(data, plan, targetValues, selection, dropped);
  const missing = countMissing(plan, tables, selection);
  selection = applyMissingPolicy(data, plan, tables, selection, dropped, options);
  const textOf = (place: PlannedColumn | undefined, role: string) => {
    if (place === undefined) return undefined;
    const values = completeTexts(tables[place.source], plan.sources[place.source], place.column, role);
    return Array.from(selection.rows[place.source], (row) => values[row]);
  };
  const targets = gatherTargets(plan, targetValues, selection);
  if (!optional) refuseConstantTargets(targets);
  return {
    rows: selection.ids.length,
    rowIds: selection.ids,
    modalities: plan.modalities.map((modality) => gatherModality(modality, tables[modality.source], selection)),
    targets,
    group: textOf(plan.group, "group"),
    splitLabels: textOf(plan.split, "split column"),
    savedSplit,
    ...gatherExtras(plan, tables, selection),
    account: {
      files: plan.sources.map((source, i) => ({ file: source.label, rows: tables[i].rows })),
      rowsRead: tables[0].rows,
      rowsUsed: selection.ids.length,
      dropped,
      messages: dropped.map(describeDropped),
    },
    missing,
  };
}

function describeDropped(rows: DroppedRows): string {
  return `left out ${rows.count} ${rows.count === 1 ? "row" : "rows"} (${rows.reason}): ${listExamples(rows)}`;
}

function listExamples({ examples, count }: DroppedRows): string {
  return examples.join(", ") + (count > examples.length ? ` and ${count - examples.length} more` : "");
}

function matchRows(
  data: DataConfig,
  plan: TablePlan,
  tables: readonly ReadColumns[],
  dropped: DroppedRows[],
): Selection {
  const { join } = plan;
  if (join === undefined) {
    const rows = [Int32Array.from({ length: tables[0].rows }, (_, i) => i)];
    return { rows, ids: rowIds(plan, tables, rows, undefined) };
  }
  const files = plan.sources.map((source, i) => {
    const names = plan.modalities.flatMap((modality) => (modality.source === i ? [`"${modality.name}"`] : []));
    const holds = names.length === 0 ? source.label : `modality ${names.join(", ")} (${source.label})`;
    return { label: source.label, holds, keys: completeTexts(tables[i], source, join, "join key") };
  });
  const joined = joinRows(files, join);
  if (joined.unmatched.length > 0 && data.missing === "error") {
    const parts = joined.unmatched.map((part) => `${part.count} rows of ${part.reason}: ${listExamples(part)}`);
    throw new InputError(
      `data.join: the files do not hold the same rows. ${parts.join("; ")}. ` +
        "Set data.missing: drop to use only the rows that every file has.",
    );
  }
  dropped.push(...joined.unmatched);
  return { rows: joined.rows, ids: rowIds(plan, tables, joined.rows, joined.keys) };
}

function rowIds(
  plan: TablePlan,
  tables: readonly ReadColumns[],
  rows: readonly Int32Array[],
  keys: readonly string[] | undefined,
): readonly string[] {
  const { id } = plan;
  if (id === undefined) return keys ?? Array.from(rows[0], (row) => String(row + 1));
  const source = plan.sources[id.source];
  const values = completeTexts(tables[id.source], source, id.column, "row id");
  const seen = new Map<string, number>();
  for (const row of rows[id.source]) {
    const before = seen.get(values[row]);
    if (before !== undefined) {
      throw new InputError(
        `${source.label}: rows ${before + 1} and ${row + 1} (header not counted) both have the id "${values[row]}" ` +
          `in column "${id.column}"; data.id must name one row, leave it out to count rows instead.`,
      );
    }
    seen.set(values[row], row);
  }
  return Array.from(rows[id.source], (row) => values[row]);
}

function keepListed(selection: Selection, saved: SavedSplit, dropped: DroppedRows[]): Selection {
  const listed = new Set([...saved.train, ...saved.validation, ...saved.test]);
  return keepRows(selection, (i) => !listed.has(selection.ids[i]), "in no part of data.split.file", dropped);
}

function dropUnknownTargets(
  data: DataConfig,
  plan: TablePlan,
  values: readonly (Float64Array | undefined)[],
  selection: Selection,
  dropped: DroppedRows[],
): Selection {
  const missing = (i: number) =>
    plan.targets.some((place, k) => Number.isNaN(values[k]?.[selection.rows[place?.source ?? 0][i]] ?? Number.NaN));
  return keepRows(selection, missing, `no value of target ${targetNames(data).join(", ")}`, dropped);
}

function applyMissingPolicy(
  data: DataConfig,
  plan: TablePlan,
  tables: readonly ReadColumns[],
  selection: Selection,
  dropped: DroppedRows[],
  options: LoadOptions,
): Selection {
  if (data.missing === "mean") return selection;
  const gaps = findGaps(plan, tables, selection, options.absentModalities === true);
  if (data.missing === "error" && gaps.columns.size > 0) {
    const files = plan.sources.map((source) => source.label).join(", ");
    throw new InputError(`${files}: ${describeGaps(gaps, selection.ids, options)}`);
  }
  return keepRows(selection, (i) => gaps.rows[i] === 1, "missing feature values", dropped);
}

function keepRows(
  selection: Selection,
  drop: (i: number) => boolean,
  reason: string,
  dropped: DroppedRows[],
): Selection {
  const kept: number[] = [];
  const lost: number[] = [];
  for (let i = 0; i < selection.ids.length; i++) (drop(i) ? lost : kept).push(i);
  if (lost.length === 0) return selection;
  if (kept.length === 0) throw new InputError(`data: no row is left; all ${lost.length} rows have ${reason}.`);
  dropped.push({ reason, count: lost.length, examples: lost.slice(0, 5).map((i) => selection.ids[i]) });
  return {
    rows: selection.rows.map((rows) => Int32Array.from(kept, (i) => rows[i])),
    ids: kept.map((i) => selection.ids[i]),
  };
}
