import type { MemoryTable } from "../data/memory-table.js";
import { InputError } from "../errors.js";
import { kindOfFitted } from "../modalities/kinds.js";
import { fileColumns, type Preparations } from "../modalities/prepare.js";
import { checkModalities, checkOwners } from "./check-given.js";
import type { FitOptions } from "./fit-options.js";
import type { RowsToPredict } from "./fitted-model.js";
import { orderTexts } from "./memory-order.js";
import {
  categoriesIn,
  isShaped,
  type ModalityValues,
  rowsOf,
  storeOf,
  tableOf,
  targetOf,
  targetValuesIn,
  valuesIn,
} from "./memory-values.js";

/** Rows to train on as a table. @throws InputError naming what has another number of rows, or is no number */
export function givenRows({
  modalities,
  target,
  ids,
  group,
  order,
}: Pick<FitOptions, "modalities" | "target" | "ids" | "group" | "order">): MemoryTable {
  const [first] = Object.entries(target);
  if (first === undefined) throw new InputError("target: names nothing to predict; give { NAME: values }");
  const rows = targetValuesIn(first[1]).length;
  for (const [key, names] of Object.entries({ ids, group })) {
    if (names !== undefined && names.length !== rows) {
      throw new InputError(`${key} has ${names.length} names, and target "${first[0]}" has ${rows} values`);
    }
    const unnamed = names?.findIndex((name) => typeof name !== "string" || name === "") ?? -1;
    if (unnamed >= 0) throw new InputError(`${key}, row ${unnamed + 1}: expected a text that is not empty`);
  }
  if (order !== undefined && order.length !== rows) {
    throw new InputError(`order has ${order.length} values, and target "${first[0]}" has ${rows}`);
  }
  refuseRepeated(ids);
  const targets = Object.entries(target).map(([name, values]) => targetOf({ name, rows }, values));
  const features = split(Object.entries(modalities), rows);
  checkOwners(features.modalities, Object.keys(target));
  return { label: "the rows in memory", rows, ...features, targets, ids, group, order: order && orderTexts(order) };
}

function refuseRepeated(ids: readonly string[] | undefined): void {
  const seen = new Map<string, number>();
  ids?.forEach((id, row) => {
    const before = seen.get(id);
    if (before !== undefined) throw new InputError(`ids: rows ${before + 1} and ${row + 1} are both called "${id}"`);
    seen.set(id, row);
  });
}

/** Rows to predict as a table with the columns of the model. @throws InputError for modalities that do not fit */
export function toPredict(preparations: Preparations, given: RowsToPredict): MemoryTable {
  const { modalities: fitted } = preparations;
  checkModalities(given);
  const names = fitted.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !names.includes(name));
  const missing = names.find((name) => !Object.hasOwn(given, name));
  if (strange !== undefined || missing !== undefined) {
    const what = strange === undefined ? `modality "${missing}" is missing` : `there is no modality "${strange}"`;
    throw new InputError(`${what}; the model has ${names.join(", ")}`);
  }
  const files = fileColumns(preparations);
  const entries = fitted.map((preparation): [string, ModalityValues] => {
    const { name } = preparation;
    const { shape } = kindOfFitted(preparation).input(preparation);
    const file = files.find((modality) => modality.name === name);
    return [name, fitting(name, given[name], file, shape)];
  });
  const counted = entries.map(([, values]) => rowsOf(values)).find((rows) => rows !== undefined) ?? 0;
  return { label: "the rows to predict", rows: counted, ...split(entries, counted), targets: [] };
}

/** Values with the columns, or the shape, that the model knows them by. */
function fitting(
  name: string,
  given: ModalityValues,
  file: ReturnType<typeof fileColumns>[number] | undefined,
  shape: readonly number[],
): ModalityValues {
  const values = valuesIn(given);
  if (file === undefined) {
    const own = isShaped(given) ? given.shape : shape;
    if (own.join() === shape.join()) return { shape, values };
    throw new InputError(
      `modality "${name}": rows have shape [${own.join(", ")}], and the model reads [${shape.join(", ")}]`,
    );
  }
  const { columns } = file;
  const categories = fittingCategories(name, given, file.categories);
  const named = "columns" in given ? given.columns : undefined;
  if (named === undefined || named.join("\n") === columns.join("\n")) return { columns, values, ...categories };
  throw new InputError(
    `modality "${name}": its columns are ${named.join(", ")}; the model reads ${columns.join(", ")}, in this order`,
  );
}

/** The categories that the model knows. @throws InputError for one that is not given, or not known */
function fittingCategories(name: string, given: ModalityValues, known: readonly string[] = []) {
  const own = categoriesIn(given);
  const lacking = known.find((column) => !Object.hasOwn(own, column));
  if (lacking !== undefined) {
    throw new InputError(
      `modality "${name}": the model reads the categories ${known.join(", ")}; there is no "${lacking}"`,
    );
  }
  if (known.length === 0) return {};
  return { categories: Object.fromEntries(known.map((column) => [column, own[column]])) };
}

function split(entries: readonly (readonly [string, ModalityValues])[], rows: number) {
  return {
    modalities: entries.flatMap(([name, values]) => (isShaped(values) ? [] : [tableOf({ name, rows }, values)])),
    stores: entries.flatMap(([name, values]) => (isShaped(values) ? [storeOf({ name, rows }, values)] : [])),
  };
}
