import type { Dataset, Modality } from "../dataset.js";
import { applyCoding, type CategoryCoding, codedColumns, fitCoding } from "./coding.js";

/** How the categories of a data set are coded: of each modality by its name, and of columns beside the features. */
export interface Codings {
  readonly modalities: Readonly<Record<string, readonly CategoryCoding[]>>;
  readonly covariates: readonly CategoryCoding[];
}

/** Fits the coding of every category on the training rows. @throws InputError for a column of too many values */
export function fitCodings(dataset: Dataset, trainRows: ArrayLike<number>): Codings {
  const coded = dataset.modalities.filter(({ categories = [] }) => categories.length > 0);
  const modalities = coded.map((modality): [string, CategoryCoding[]] => [
    modality.name,
    (modality.categories ?? []).map((levels) =>
      fitCoding(levels, pick(codesOf(modality, levels.column), trainRows), `data.modalities.${modality.name}`),
    ),
  ]);
  const covariates = (dataset.categories ?? []).map((levels) => {
    const codes = dataset.covariates.get(levels.column) as Float64Array;
    return fitCoding(levels, pick(codes, trainRows), "data.harmonise");
  });
  return { modalities: Object.fromEntries(modalities), covariates };
}

/** A data set with columns of 0 and 1 in the place of codes, and sentences about values that no training row has. */
export function codeDataset(
  dataset: Dataset,
  codings: Codings,
): { readonly dataset: Dataset; readonly messages: readonly string[] } {
  const unseen = new Map<string, ReadonlyMap<string, number>>();
  const modalities = dataset.modalities.map((modality) => {
    const own = Object.hasOwn(codings.modalities, modality.name) ? codings.modalities[modality.name] : [];
    return own.length === 0 ? modality : codeModality(modality, own, dataset.rows, unseen);
  });
  const covariates = new Map(dataset.covariates);
  for (const coding of codings.covariates) codeCovariate(dataset, coding, covariates, unseen);
  const messages = [...unseen].flatMap(([column, values]) => unseenMessages(column, values));
  return { dataset: { ...dataset, modalities, covariates }, messages };
}

function codeModality(
  modality: Modality,
  codings: readonly CategoryCoding[],
  rows: number,
  unseen: Map<string, ReadonlyMap<string, number>>,
): Modality {
  const own = new Set((modality.categories ?? []).map(({ column }) => column));
  const plain = modality.columns.filter((column) => !own.has(column));
  const coded = codings.map((coding) => {
    const levels = modality.categories?.find(({ column }) => column === coding.column)?.levels ?? [];
    const applied = applyCoding(coding, levels, codesOf(modality, coding.column));
    unseen.set(coding.column, applied.unseen);
    return { names: codedColumns(coding), ...applied };
  });
  const columns = [...plain, ...coded.flatMap(({ names }) => names)];
  const parts = [...plain.map((column) => codesOf(modality, column)), ...coded.flatMap((each) => each.columns)];
  const values = new Float64Array(rows * columns.length);
  parts.forEach((part, j) => {
    for (let i = 0; i < rows; i++) values[i * columns.length + j] = part[i];
  });
  return { name: modality.name, columns, values, coded: codings };
}

function codeCovariate(
  { categories = [], covariates }: Dataset,
  coding: CategoryCoding,
  into: Map<string, Float64Array>,
  unseen: Map<string, ReadonlyMap<string, number>>,
): void {
  const levels = categories.find(({ column }) => column === coding.column)?.levels ?? [];
  const applied = applyCoding(coding, levels, covariates.get(coding.column) as Float64Array);
  unseen.set(coding.column, applied.unseen);
  into.delete(coding.column);
  codedColumns(coding).forEach((name, k) => void into.set(name, applied.columns[k]));
}

/** Values that a sentence names. */
const mostNamed = 5;

function unseenMessages(column: string, values: ReadonlyMap<string, number>): string[] {
  if (values.size === 0) return [];
  const named = [...values].slice(0, mostNamed).map(([value, rows]) => `"${value}" (${rows})`);
  const more = values.size > mostNamed ? ` and ${values.size - mostNamed} more` : "";
  const rows = [...values.values()].reduce((sum, count) => sum + count, 0);
  return [
    `column "${column}": ${rows} ${rows === 1 ? "row has a category" : "rows have categories"} that no training row has: ` +
      `${named.join(", ")}${more}; ${rows === 1 ? "it reads" : "they read"} as unknown, like the mean of the training rows`,
  ];
}

/** Values of a column of a modality, [rows]. */
function codesOf({ columns, values }: Modality, column: string): Float64Array {
  const width = columns.length;
  const at = columns.indexOf(column);
  return Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + at]);
}

function pick(values: Float64Array, rows: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: rows.length }, (_, i) => values[rows[i]]);
}
