import type { KindName, ModalityConfig } from "../config/modalities/kinds.js";

/** Rows of one modality as its source has them: raw values, read by number. */
export interface RowStore {
  readonly name: string;
  readonly kind: KindName;
  readonly rows: number;
  /** Shape of one row; of columns of a table their number. */
  readonly shape: readonly number[];
  /** [rows] values that a row misses; a row that misses all lacks the modality. */
  readonly gaps: Uint32Array;
  /** Writes the given rows, in their order, into `out` [numbers.length, values of a row]; NaN = missing. */
  readonly read: (numbers: ArrayLike<number>, out: Float64Array) => Promise<void>;
  /** Where they come from, for the account of the data; columns of a table say it themselves. */
  readonly origin?: RowOrigin;
}

/** What the account of the data says of a source beside the table. */
export interface RowOrigin {
  readonly file: string;
  /** As numpy calls it: `uint8`. */
  readonly dtype: string;
  /** Rows of the file. */
  readonly rows: number;
}

/** What opening the rows of a modality beside the table needs. */
export interface OpenRequest {
  readonly name: string;
  readonly config: ModalityConfig;
  /** Folder to which file names are relative. */
  readonly baseFolder: string;
  /** The table whose rows they belong to. */
  readonly table: { readonly label: string; readonly rows: number };
  /** The column that says which row belongs to a row of the table, [rows of the table], NaN = none. */
  readonly index?: { readonly column: string; readonly values: Float64Array };
  /** The table is read by a trained model, whose config cannot be changed any more. */
  readonly external: boolean;
}

/** Opens the rows of a modality beside the table, numbered as the table's. @throws InputError */
export type OpenRows = (request: OpenRequest) => Promise<RowStore>;

/** Numbers of one row of a shape. */
export function valuesOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Some rows of a store as a store of their own. */
export function selectRows(store: RowStore, rows: Int32Array): RowStore {
  return {
    ...store,
    rows: rows.length,
    gaps: Uint32Array.from(rows, (row) => store.gaps[row]),
    read: (numbers, out) =>
      store.read(
        Int32Array.from(numbers, (row) => rows[row]),
        out,
      ),
  };
}

/** Rows that are read at a time where all are looked through. */
const blockRows = 512;

/** Hands all rows of a store to `look`, one after the other. @param look row, and its values until the next call */
export async function eachRow(store: RowStore, look: (row: number, values: Float64Array) => void): Promise<void> {
  const width = valuesOf(store.shape);
  const block = new Float64Array(width * Math.min(blockRows, store.rows));
  for (let start = 0; start < store.rows; start += blockRows) {
    const numbers = Int32Array.from({ length: Math.min(blockRows, store.rows - start) }, (_, i) => start + i);
    await store.read(numbers, block);
    numbers.forEach((row, i) => void look(row, block.subarray(i * width, (i + 1) * width)));
  }
}

/** Prepared rows of one modality, as the network reads them: in memory, or read by number from where they lie. */
export type PreparedRows = ModalityRows & (RowsInMemory | RowsByNumber);

interface ModalityRows {
  readonly name: string;
  /** Values that the network reads of one row. */
  readonly width: number;
  /** Kind of the modality and shape of a row, where they are not the columns of a table. */
  readonly form?: { readonly kind: KindName; readonly shape: readonly number[] };
  /** [rows], 1 where the row has the modality, 0 where it lacks it; left out when every row has it. */
  readonly present?: Uint8Array;
}

interface RowsInMemory {
  /** Row-major [rows, width], finite. */
  readonly values: Float32Array;
}

interface RowsByNumber {
  readonly rows: number;
  /** Writes the given rows, in their order, into `out` [numbers.length, width], finite. */
  readonly read: (numbers: ArrayLike<number>, out: Float32Array) => Promise<void>;
}

/** Rows of a modality, whether they have it or lack it. */
export function rowCount(modality: PreparedRows): number {
  return "values" in modality ? modality.values.length / modality.width : modality.rows;
}

/** Writes the given prepared rows into `out` [rows.length, width]. */
export async function readRows(modality: PreparedRows, rows: ArrayLike<number>, out: Float32Array): Promise<void> {
  if ("values" in modality) gatherRows(modality.values, modality.width, rows, out);
  else await modality.read(rows, out);
}

/** Copies the given rows of a row-major table [_, width] into `out` [rows.length, width]. */
export function gatherRows(values: Float32Array, width: number, rows: ArrayLike<number>, out: Float32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] * width;
    for (let j = 0, to = i * width; j < width; j++) out[to + j] = values[from + j];
  }
}
