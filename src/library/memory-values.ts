import type { TargetKind } from "../config/target.js";
import { categoryCodes } from "../data/categories/codes.js";
import type { Modality, Target } from "../data/dataset.js";
import { noMarks } from "../data/missing/missing-marks.js";
import { type RowStore, valuesOf } from "../data/rows.js";
import { InputError } from "../errors.js";

/** Rows of numbers; NaN, null and undefined stand for a missing one. */
export type Rows = readonly ArrayLike<number | null | undefined>[];

/** A modality that is columns of a table: its rows, and what its columns are called. */
export interface ColumnValues {
  /** Names; `NAME1`, `NAME2` and so on if left out. */
  readonly columns?: readonly string[];
  /** One array [columns] per row, or all rows one after the other, [rows * columns]; may be left out beside categories. */
  readonly values?: Rows | ArrayLike<number>;
  /** Columns of categories by name, a value per row: texts, truth values or codes; null, undefined, NaN and "" are missing. */
  readonly categories?: Readonly<Record<string, ArrayLike<CategoryValue>>>;
}

/** A category as a caller gives it. */
export type CategoryValue = string | number | boolean | null | undefined;

/** A modality of rows of any shape. */
export interface ArrayValues {
  /** Shape of one row: [28, 28]. */
  readonly shape: readonly number[];
  /** One flat array per row, or all rows one after the other, [rows, ...shape]. */
  readonly values: Rows | ArrayLike<number>;
  /** How values are scaled: by channel over the training rows (default), by row, or not at all. */
  readonly normalise?: "channel" | "sample" | "none";
}

/** What a modality may be given as; rows alone are columns without names. */
export type ModalityValues = ColumnValues | ArrayValues | Rows;

/** Rows that were counted, as messages call them. */
interface Counted {
  readonly name: string;
  readonly rows: number;
}

/** Rows of the first modality, if they can be counted without knowing more. */
export function rowsOf(values: ModalityValues): number | undefined {
  const [category] = Object.values(categoriesIn(values));
  if (category !== undefined) return category.length;
  const given = valuesIn(values);
  if (isRows(given)) return given.length;
  if ("shape" in values) return given.length / valuesOf(values.shape);
  return "columns" in values && values.columns !== undefined ? given.length / values.columns.length : undefined;
}

/** The rows themselves. */
export function valuesIn(given: ModalityValues): Rows | ArrayLike<number> {
  return isBare(given) ? given : (given.values ?? []);
}

/** Its columns of categories; none where there are none. */
export function categoriesIn(given: ModalityValues): NonNullable<ColumnValues["categories"]> {
  return isBare(given) || isShaped(given) ? {} : (given.categories ?? {});
}

function isBare(given: ModalityValues): given is Rows {
  return Array.isArray(given);
}

/** Whether a modality is given as rows of a shape. */
export function isShaped(values: ModalityValues): values is ArrayValues {
  return !isBare(values) && "shape" in values && values.shape !== undefined;
}

/** A modality of columns, those of categories behind those of numbers. @throws InputError naming row and column of what is neither */
export function tableOf(counted: Counted, values: Exclude<ModalityValues, ArrayValues>): Modality {
  const { name, rows } = counted;
  const categories = Object.entries(categoriesIn(values));
  if (categories.length === 0) return numbersOf(counted, values);
  const numeric = valuesIn(values).length > 0;
  const numbers = numeric ? numbersOf(counted, values) : { columns: [], values: new Float64Array() };
  const coded = categories.map(([column, given]) => ({
    column,
    ...codesOf(rows, `modality "${name}", category "${column}"`, given),
  }));
  const columns = [...numbers.columns, ...coded.map(({ column }) => column)];
  const repeated = columns.find((column, j) => columns.indexOf(column) < j);
  if (repeated !== undefined) throw new InputError(`modality "${name}": two columns are called "${repeated}"`);
  const width = numbers.columns.length;
  const all = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) all[i * columns.length + j] = numbers.values[i * width + j];
    coded.forEach(({ codes }, k) => {
      all[i * columns.length + width + k] = codes[i];
    });
  }
  return { name, columns, values: all, categories: coded.map(({ column, levels }) => ({ column, levels })) };
}

/** @param label what messages call them */
function codesOf(rows: number, label: string, given: ArrayLike<CategoryValue>) {
  if (given.length !== rows) throw new InputError(`${label}: has ${given.length} values; expected ${rows}`);
  const texts = Array.from(given, (value, row) => {
    if (value === null || value === undefined || Number.isNaN(value)) return null;
    if (["string", "number", "boolean"].includes(typeof value)) return String(value);
    throw new InputError(`${label}, row ${row + 1}: expected a text, a number or a truth value, got ${typeof value}`);
  });
  return categoryCodes(texts, noMarks);
}

/** Its columns of numbers. */
function numbersOf(counted: Counted, values: Exclude<ModalityValues, ArrayValues>): Modality {
  const { name } = counted;
  const given = valuesIn(values);
  const width = isRows(given) ? (given[0]?.length ?? 0) : given.length / counted.rows;
  const named = "columns" in values ? values.columns : undefined;
  const columns = named ?? Array.from({ length: Math.floor(width) }, (_, j) => `${name}${j + 1}`);
  const repeated = columns.find((column, j) => columns.indexOf(column) < j);
  if (repeated !== undefined) throw new InputError(`modality "${name}": two columns are called "${repeated}"`);
  if (columns.length === 0) throw new InputError(`modality "${name}": has no columns`);
  return { name, columns, values: flat(counted, given, columns.length, (j) => `column "${columns[j]}"`) };
}

/** A modality of rows of any shape. @throws InputError naming the row and place of what is no number */
export function storeOf(counted: Counted, { shape, values }: ArrayValues): RowStore {
  const { name, rows } = counted;
  if (shape.length === 0 || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new InputError(`modality "${name}": shape [${shape.join(", ")}]: expected whole numbers above 0`);
  }
  const width = valuesOf(shape);
  const all = flat(counted, values, width, (j) => `value ${j}`);
  const gaps = new Uint32Array(rows);
  for (let at = 0; at < all.length; at++) if (Number.isNaN(all[at])) gaps[Math.floor(at / width)]++;
  const read: RowStore["read"] = async (numbers, out) => {
    for (let i = 0; i < numbers.length; i++) {
      out.set(all.subarray(numbers[i] * width, (numbers[i] + 1) * width), i * width);
    }
  };
  const origin = { file: "memory", dtype: "float64", rows };
  return { ...{ name, kind: "array", rows, shape, gaps, read, origin } };
}

/** Values of one target as a caller gives them: numbers, or texts and truth values, which name classes. */
export type TargetValues =
  | ArrayLike<CategoryValue>
  | {
      readonly values: ArrayLike<CategoryValue>;
      /** What the values are; classes where any is a text or a truth value, else numbers. */
      readonly kind: TargetKind;
    };

/** The values themselves, [rows]. */
export function targetValuesIn(given: TargetValues): ArrayLike<CategoryValue> {
  return "kind" in given ? given.values : given;
}

/** Whether values name classes: said so, or the first that is known is no number. */
export function namesClasses(given: TargetValues): boolean {
  if ("kind" in given) return given.kind === "class";
  return Array.from(given).some((value) => typeof value === "string" || typeof value === "boolean");
}

/** One target, of classes as places among their names. @throws InputError naming the row of what is neither number nor class */
export function targetOf(counted: Counted, given: TargetValues): Target {
  const { name, rows } = counted;
  const values = targetValuesIn(given);
  if (values.length !== rows) {
    throw new InputError(`target "${name}" has ${values.length} values, and there are ${rows} rows`);
  }
  if (namesClasses(given)) {
    const { levels, codes } = codesOf(rows, `target "${name}"`, values);
    return { name, values: codes, classes: levels };
  }
  return {
    name,
    values: Float64Array.from(values, (value, row) => number(value, () => `target "${name}", row ${row + 1}`)),
  };
}

function flat({ name, rows }: Counted, given: Rows | ArrayLike<number>, width: number, place: (j: number) => string) {
  const label = `modality "${name}"`;
  const at = (row: number, j: number) => `${label}, row ${row + 1}, ${place(j)}`;
  if (!isRows(given)) {
    if (given.length !== rows * width) {
      throw new InputError(
        `${label}: expected ${rows} rows of ${width} values, ${rows * width} in all; got ${given.length}`,
      );
    }
    return Float64Array.from(given, (value, i) => number(value, () => at(Math.floor(i / width), i % width)));
  }
  if (given.length !== rows) throw new InputError(`${label} has ${given.length} rows; expected ${rows}`);
  const out = new Float64Array(rows * width);
  given.forEach((row, i) => {
    if (row?.length !== width) {
      throw new InputError(`${label}, row ${i + 1}: expected ${width} values, got ${row?.length ?? "none"}`);
    }
    for (let j = 0; j < width; j++) out[i * width + j] = number(row[j], () => at(i, j));
  });
  return out;
}

/** NaN for what is missing. @throws InputError */
function number(value: unknown, where: () => string): number {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value !== "number") throw new InputError(`${where()}: expected a number, got ${typeof value}`);
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw new InputError(`${where()}: expected a finite number, got ${value}; a missing one is NaN or null`);
  }
  return value;
}

function isRows(values: Rows | ArrayLike<unknown>): values is Rows {
  return values.length === 0 ? Array.isArray(values) : typeof values[0] === "object" && values[0] !== null;
}
