import { resolve } from "node:path";
import { arrayPlace } from "../../config/modalities/array-place.js";
import { eachRow, type OpenRequest, type RowStore, valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { readArrayFile, type StoredArray } from "../../files/array-file.js";

/**
 * Opens an array whose rows belong to those of a table: by the column of the table that counts them, else in order.
 * @throws InputError naming the rows of table and array that do not fit, or hold an infinite number
 */
export async function openArray(request: OpenRequest): Promise<RowStore> {
  const { name, config, baseFolder, external } = request;
  if (config.kind !== "array") throw new RangeError(`modality "${name}" is no array`);
  const { file, member } = arrayPlace(config.array);
  const key = external ? `--array ${name}: ${config.array}` : `data.modalities.${name}.array: ${config.array}`;
  const array = await readArrayFile(resolve(baseFolder, file), key, member);
  const places = request.index === undefined ? inOrder(array, request) : byIndex(array, request, request.index);
  const store = rowsAt(name, array, places, { file, dtype: array.dtype, rows: array.shape[0] });
  return { ...store, gaps: await countGaps(store, array, places) };
}

/** The rows of the array are those of the table. */
function inOrder({ label, shape: [rows] }: StoredArray, { name, table, external }: OpenRequest): Int32Array {
  if (rows === table.rows) return Int32Array.from({ length: rows }, (_, i) => i);
  throw new InputError(
    `${label} has ${rows} rows and ${table.label} has ${table.rows}; without \`index\` the rows of the array are those of the ` +
      `table, in order. ${
        external
          ? "Name the array that belongs to this table"
          : `Name the column that holds each row's place in the array, counted from 0: data.modalities.${name}.index`
      }.`,
  );
}

/** The rows of the array that a column of the table counts; -1 where it is empty. */
function byIndex(
  { label, shape: [rows] }: StoredArray,
  { table }: OpenRequest,
  { column, values }: NonNullable<OpenRequest["index"]>,
): Int32Array {
  return Int32Array.from(values, (value, row) => {
    if (Number.isNaN(value)) return -1;
    if (Number.isInteger(value) && value >= 0 && value < rows) return value;
    throw new InputError(
      `${table.label}: row ${row + 1} (header not counted): column "${column}" is ${value}, and must be a row of ${label}: ` +
        `a whole number from 0 to ${rows - 1}, or empty where the row has none.`,
    );
  });
}

function rowsAt(
  name: string,
  array: StoredArray,
  places: Int32Array,
  origin: NonNullable<RowStore["origin"]>,
): RowStore {
  const shape = array.shape.length === 1 ? [1] : array.shape.slice(1);
  const { values } = array;
  return {
    ...{ name, kind: "array", rows: places.length, shape, origin, gaps: new Uint32Array(places.length) },
    read: async (numbers, out) => {
      for (let i = 0; i < numbers.length; i++) {
        const place = places[numbers[i]];
        if (place < 0) out.fill(Number.NaN, i * values, (i + 1) * values);
        else array.row(place, out, i * values);
      }
    },
  };
}

/** Missing values of every row of the table. @throws InputError for an infinite one */
async function countGaps(store: RowStore, array: StoredArray, places: Int32Array): Promise<Uint32Array> {
  const size = valuesOf(store.shape);
  const gaps = Uint32Array.from(places, (place) => (place < 0 ? size : 0));
  if (!array.checked) return gaps;
  await eachRow(store, (row, values) => {
    if (places[row] < 0) return;
    let missing = 0;
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      if (!Number.isNaN(values[i])) refuseInfinite(array, places[row], i, store.shape);
      missing++;
    }
    gaps[row] = missing;
  });
  return gaps;
}

function refuseInfinite({ label, dtype }: StoredArray, place: number, at: number, shape: readonly number[]): never {
  const index = [place, ...indexOf(at, shape)].join(", ");
  const what = dtype.includes("int") ? "a whole number beyond 2^53, which no double holds" : "infinite";
  throw new InputError(
    `${label}: the value at [${index}] is ${what}. Mend it, or write NaN where a value is missing: ` +
      'array = array.astype("float64"); array[~numpy.isfinite(array)] = numpy.nan',
  );
}

/** The place of a number of a row by axes. */
export function indexOf(at: number, shape: readonly number[]): number[] {
  let rest = at;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .toReversed();
}
