import { resolve } from "node:path";
import { arrayPlace } from "../../config/modalities/array-place.js";
import { eachRow, numbersOf, type OpenRequest, type RowStore, valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { type ArrayRows, openArrayRows } from "../../files/array-rows.js";
import { indexOf } from "../shaped/preparation.js";

/** An array, and the row of it that belongs to each row of the table; -1 where it has none. */
export interface PlacedArray {
  readonly array: ArrayRows;
  /** Whole path. */
  readonly path: string;
  readonly places: Int32Array;
  readonly origin: NonNullable<RowStore["origin"]>;
}

/**
 * Opens an array whose rows belong to those of a table: by the column of the table that counts them, else in order.
 * @throws InputError naming the rows of table and array that do not fit, or hold an infinite number
 */
export async function openArray(request: OpenRequest): Promise<RowStore> {
  const { name, config } = request;
  if (config.kind !== "array") throw new RangeError(`modality "${name}" is no array`);
  const placed = await placedArray(request, config.array);
  const { array } = placed;
  const store = rowsAt(request, placed, array.shape.length === 1 ? [1] : array.shape.slice(1));
  return { ...store, gaps: await countGaps(store, placed) };
}

/** Opens an array, and finds the row of it that belongs to each row of the table. @throws InputError */
export async function placedArray(request: OpenRequest, place: string): Promise<PlacedArray> {
  const { name, baseFolder, external, streaming } = request;
  const { file, member } = arrayPlace(place);
  const key = external ? `--array ${name}: ${place}` : `data.modalities.${name}.array: ${place}`;
  const path = resolve(baseFolder, file);
  const array = await openArrayRows(path, key, member, streaming.memory);
  const index = numbersOf(request, "index");
  const places = index === undefined ? inOrder(array, request) : byIndex(array, request, index);
  return { array, path, places, origin: { file, dtype: array.dtype, rows: array.shape[0] } };
}

/** The rows of the array are those of the table. */
function inOrder({ label, shape: [rows] }: ArrayRows, { name, table, external }: OpenRequest): Int32Array {
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
  { label, shape: [rows] }: ArrayRows,
  { table }: OpenRequest,
  { column, values }: NonNullable<ReturnType<typeof numbersOf>>,
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
  { name, streaming }: OpenRequest,
  { array, places, origin }: PlacedArray,
  shape: readonly number[],
): RowStore {
  const placed = (numbers: ArrayLike<number>) => Int32Array.from(numbers, (row) => places[row]);
  return {
    ...{ name, kind: "array", rows: places.length, shape, origin, gaps: new Uint32Array(places.length) },
    read: (numbers, out) => array.read(placed(numbers), out),
    ahead: (numbers) => array.ahead(placed(numbers)),
    ...(array.streamed ? { streamed: streaming.prefetch, held: 0 } : {}),
  };
}

/** Missing values of every row of the table. @throws InputError for an infinite one */
export async function countGaps(
  store: RowStore,
  { array, places }: Pick<PlacedArray, "array" | "places">,
): Promise<Uint32Array> {
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

function refuseInfinite({ label, dtype }: ArrayRows, place: number, at: number, shape: readonly number[]): never {
  const index = [place, ...indexOf(at, shape)].join(", ");
  const what = dtype.includes("int") ? "a whole number beyond 2^53, which no double holds" : "infinite";
  throw new InputError(
    `${label}: the value at [${index}] is ${what}. Mend it, or write NaN where a value is missing: ` +
      'array = array.astype("float64"); array[~numpy.isfinite(array)] = numpy.nan',
  );
}
