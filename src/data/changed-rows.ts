import type { Dataset, Modality } from "./dataset.js";
import { type RowStore, selectRows, valuesOf } from "./rows.js";

/** Some rows of a data set as one of their own, a row as often as it is named. */
export function takeRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const take = <T>(values: ArrayLike<T>): T[] => Array.from(rows, (row) => values[row]);
  const numbers = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]);
  const each = <T>(columns: ReadonlyMap<string, T>, of: (values: T) => T) =>
    new Map([...columns].map(([name, values]) => [name, of(values)] as const));
  const { group, confounds, stores } = dataset;
  return {
    ...dataset,
    rows: rows.length,
    rowIds: take(dataset.rowIds),
    modalities: dataset.modalities.map((modality) => takeFeatures(modality, rows)),
    ...(stores === undefined ? {} : { stores: stores.map((store) => selectRows(store, Int32Array.from(rows))) }),
    targets: dataset.targets.map((target) => ({ ...target, values: numbers(target.values) })),
    labels: each(dataset.labels, take),
    covariates: each(dataset.covariates, numbers),
    ...(group === undefined ? {} : { group: take(group) }),
    ...(confounds === undefined
      ? {}
      : { confounds: confounds.map((confound) => ({ ...confound, values: numbers(confound.values) })) }),
  };
}

function takeFeatures(modality: Modality, rows: ArrayLike<number>): Modality {
  const width = modality.columns.length;
  const values = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < width; j++) values[i * width + j] = modality.values[rows[i] * width + j];
  }
  return { ...modality, values };
}

/** A number, a category by its name, or nothing. */
export type CellValue = number | string | null;

/** What stands in a column of features; null where it is missing. @throws RangeError for a column that is none */
export function cellOf(dataset: Dataset, modality: string, column: string, row: number): CellValue {
  const found = modalityOf(dataset, modality);
  const value = found.values[row * found.columns.length + placeOf(found, column)];
  if (Number.isNaN(value)) return null;
  const levels = found.categories?.find((category) => category.column === column)?.levels;
  return levels === undefined ? value : levels[value];
}

/** The same rows with other values in a column of features. @param values one for each row */
export function withCells(dataset: Dataset, modality: string, column: string, cells: readonly CellValue[]): Dataset {
  const own = modalityOf(dataset, modality);
  const at = placeOf(own, column);
  const width = own.columns.length;
  const names = cells.filter((cell) => typeof cell === "string");
  const categories = own.categories?.map((category) =>
    category.column === column ? { column, levels: [...new Set([...category.levels, ...names])] } : category,
  );
  const levels = categories?.find((category) => category.column === column)?.levels ?? [];
  const values = Float64Array.from(own.values);
  cells.forEach((cell, i) => {
    values[i * width + at] = cell === null ? Number.NaN : typeof cell === "number" ? cell : levels.indexOf(cell);
  });
  const changed = { ...own, values, ...(categories === undefined ? {} : { categories }) };
  return { ...dataset, modalities: dataset.modalities.map((each) => (each === own ? changed : each)) };
}

/** The same rows as if they lacked some modalities. */
export function withoutModalities(dataset: Dataset, names: readonly string[]): Dataset {
  if (names.length === 0) return dataset;
  const { stores } = dataset;
  return {
    ...dataset,
    modalities: dataset.modalities.map((modality) =>
      names.includes(modality.name)
        ? { ...modality, values: new Float64Array(modality.values.length).fill(Number.NaN) }
        : modality,
    ),
    ...(stores === undefined
      ? {}
      : { stores: stores.map((store) => (names.includes(store.name) ? emptyStore(store) : store)) }),
  };
}

/** Rows all of which lack the modality. */
export function emptyStore(store: Pick<RowStore, "name" | "kind" | "rows" | "shape">): RowStore {
  const { name, kind, rows, shape } = store;
  const width = valuesOf(shape);
  return {
    ...{ name, kind, rows, shape, gaps: new Uint32Array(rows).fill(width), held: 0 },
    read: async (numbers, out) => void out.fill(Number.NaN, 0, numbers.length * width),
  };
}

/** The same rows with known targets. @param values per target, [rows] */
export function withTargets(
  dataset: Dataset,
  values: ReadonlyMap<string, Float64Array>,
  classes?: readonly string[],
): Dataset {
  const targets = [...values].map(([name, own]) => ({
    name,
    values: own,
    ...(classes === undefined ? {} : { classes }),
  }));
  return { ...dataset, targets };
}

function modalityOf(dataset: Dataset, name: string): Modality {
  const found = dataset.modalities.find((modality) => modality.name === name);
  if (found === undefined) throw new RangeError(`no modality "${name}"`);
  return found;
}

function placeOf({ name, columns }: Modality, column: string): number {
  const at = columns.indexOf(column);
  if (at < 0) throw new RangeError(`modality "${name}" has no column "${column}"`);
  return at;
}
