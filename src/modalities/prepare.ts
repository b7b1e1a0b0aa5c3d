import type { DataConfig } from "../config/data.js";
import { type CategoryCoding, codedColumns } from "../data/categories/coding.js";
import type { Dataset } from "../data/dataset.js";
import { type DateCoding, datedColumns } from "../data/dates/date-coding.js";
import type { FittedInputs } from "../data/prepare/fitted-inputs.js";
import type { LeftOutColumns, Preprocessor } from "../data/prepare/preprocessor.js";
import type { WatchedColumn } from "../data/prepare/range-check.js";
import type { PreparedRows, RowStore } from "../data/rows.js";
import { storesOf } from "../data/stores.js";
import { InputError } from "../errors.js";
import type { PrepareOptions } from "./kind.js";
import { kindOf, kindOfFitted, type Preparation } from "./kinds.js";

/** Everything fitted on the training rows of all modalities; plain JSON, stored with the model. */
export interface Preparations {
  readonly missing: DataConfig["missing"];
  readonly modalities: readonly Preparation[];
}

/** What of a data set holds its features. */
export type Features = Pick<Dataset, "rows" | "modalities" | "stores" | "order">;

/**
 * Fits the preparation of every modality on the training rows alone.
 * @param leftOut columns of tables that are not used, by modality
 * @throws InputError when a modality holds nothing to learn from
 */
export async function fitPreparations(
  dataset: Features,
  trainRows: ArrayLike<number>,
  data: Pick<DataConfig, "missing" | "missingIndicator" | "modalities"> & { readonly inputs: FittedInputs },
  leftOut: ReadonlyMap<string, LeftOutColumns> = new Map(),
): Promise<Preparations> {
  if (trainRows.length === 0) throw new InputError("the training part has no rows; nothing can be fitted.");
  const { missing, missingIndicator, inputs } = data;
  const modalities: Preparation[] = [];
  for (const store of storesOf(dataset)) {
    const config = data.modalities[store.name];
    const settings = { missing, missingIndicator, inputs, config, leftOut: leftOut.get(store.name) };
    modalities.push(await kindOf(store.kind).fit(store, trainRows, settings));
  }
  return { missing, modalities };
}

/**
 * All rows of a data set as the network reads them, in the order of the model.
 * @param options.absentModalities whether rows may lack whole modalities, whatever is to be done with single gaps
 * @throws InputError for an absent modality or column, and for missing values unless they are to be filled
 */
export async function prepareRows(
  { missing, modalities }: Preparations,
  dataset: Features & Pick<Dataset, "rowIds">,
  { absentModalities = false }: Partial<Pick<PrepareOptions, "absentModalities">> = {},
): Promise<PreparedRows[]> {
  const stores = storesOf(dataset);
  const prepared: PreparedRows[] = [];
  for (const fitted of modalities) {
    const options = { missing, absentModalities, rowIds: dataset.rowIds };
    prepared.push(await kindOfFitted(fitted).prepare(fitted, storeOf(stores, fitted), options));
  }
  return prepared;
}

/** The rows that belong to a preparation. @throws InputError naming the modalities that there are */
export function storeOf(stores: readonly RowStore[], { name }: Pick<Preparation, "name">): RowStore {
  const found = stores.find((store) => store.name === name);
  if (found !== undefined) return found;
  throw new InputError(
    `the model needs modality "${name}"; the table has ${stores.map((store) => store.name).join(", ")}.`,
  );
}

/** The preparations of modalities that are tables. */
export function tablesAmong({ missing, modalities }: Preparations): Preprocessor {
  return { missing, modalities: modalities.flatMap((fitted) => ("kind" in fitted ? [] : [fitted])) };
}

/** Numbers of a table that are held against the training rows, of every modality. */
export async function watchedColumns({ modalities }: Preparations, dataset: Features): Promise<WatchedColumn[]> {
  const stores = storesOf(dataset);
  const watched: WatchedColumn[] = [];
  for (const fitted of modalities) {
    const found = await kindOfFitted(fitted).watched(fitted, storeOf(stores, fitted));
    watched.push(...found.map((values) => ({ modality: fitted.name, ...values })));
  }
  return watched;
}

/** Columns that tables must hold, per modality that is made of them. */
export function tableColumns({ modalities }: Preparations): { name: string; columns: string[] }[] {
  return modalities.flatMap((fitted) => {
    const { columns } = kindOfFitted(fitted).input(fitted);
    return columns === undefined ? [] : [{ name: fitted.name, columns: [...columns] }];
  });
}

/** The same as files hold them: categories and dates by their own columns, not by those that they become. */
export function fileColumns(
  preparations: Preparations,
): { name: string; columns: string[]; categories?: string[]; dates?: readonly DateCoding[] }[] {
  return tableColumns(preparations).map(({ name, columns }) => {
    const fitted = preparations.modalities.find((modality) => modality.name === name) as Preparation;
    const codings = "kind" in fitted ? [] : (fitted.categories ?? []);
    const dates = "kind" in fitted ? [] : (fitted.dates ?? []);
    if (codings.length + dates.length === 0) return { name, columns };
    const used = codings.filter((coding) => codedColumns(coding).some((column) => columns.includes(column)));
    const usedDates = dates.filter((coding) => datedColumns(coding).some((column) => columns.includes(column)));
    const made = new Set([...codings.flatMap((coding) => codedColumns(coding)), ...dates.flatMap(datedColumns)]);
    return {
      name,
      columns: columns.filter((column) => !made.has(column)),
      ...(codings.length === 0 ? {} : { categories: used.map(({ column }) => column) }),
      ...(dates.length === 0 ? {} : { dates: usedDates }),
    };
  });
}

/** How the categories of every modality that has some are coded. */
export function codingsOf({ modalities }: Preparations): Readonly<Record<string, readonly CategoryCoding[]>> {
  return Object.fromEntries(
    modalities.flatMap((fitted) =>
      "kind" in fitted || fitted.categories === undefined ? [] : [[fitted.name, fitted.categories] as const],
    ),
  );
}

/** How the dates of every modality that has some are coded. */
export function dateCodingsOf({ modalities }: Preparations): Readonly<Record<string, readonly DateCoding[]>> {
  return Object.fromEntries(
    modalities.flatMap((fitted) =>
      "kind" in fitted || fitted.dates === undefined ? [] : [[fitted.name, fitted.dates] as const],
    ),
  );
}
