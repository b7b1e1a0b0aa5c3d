import type { KindName, ModalityConfig } from "../config/modalities/kinds.js";
import type { Rng } from "../math/rng.js";
import type { MissingMarks } from "./missing/missing-marks.js";

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
  /** Begins to read rows that will be asked for next; left out where reading takes no time. */
  readonly ahead?: (numbers: ArrayLike<number>) => void;
  /** Where rows are read from disk, because they are too many for memory: how many batches ahead; else left out. */
  readonly streamed?: number;
  /** Bytes of rows that are held in memory, where that is not all that there is; left out where it is. */
  readonly held?: number;
  /** Why a row lacks the modality: `column "scan": a/b.nii.gz: there is no such file`; undefined where it does not. */
  readonly lacks?: (row: number) => string | undefined;
  /** Rows that lack it because too few come before them; left out where none can. */
  readonly tooFew?: TooFewBefore;
  /** Where they come from, for the account of the data; columns of a table say it themselves. */
  readonly origin?: RowOrigin;
  /** The rows that are drawn in place of these, which stand for them. */
  readonly drawn?: RowStore;
}

/** Rows before which there are fewer than a window needs. */
export interface TooFewBefore {
  /** What all of them have: `too few rows before them for ..`. */
  readonly reason: string;
  readonly is: (row: number) => boolean;
}

/** What the account of the data says of a source beside the table. */
export interface RowOrigin {
  readonly file: string;
  /** As numpy calls it: `uint8`. */
  readonly dtype: string;
  /** Rows of the file. */
  readonly rows: number;
  /** What decoding did, in words: `resized (fill)`; left out where values are those of the file. */
  readonly decoded?: string;
  /** The network that made these rows of others; left out where there is none. */
  readonly frozen?: FrozenOrigin;
}

/** The frozen network of a modality. */
export interface FrozenOrigin {
  /** Whole path, where it was read. */
  readonly path: string;
  /** Its name alone. */
  readonly file: string;
  readonly sha256: string;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
}

/** Columns of the table that a modality is read by, [rows of the table] each. */
export type GivenColumns =
  | { readonly type: "number"; readonly names: readonly string[]; readonly values: readonly Float64Array[] }
  | {
      readonly type: "text";
      readonly names: readonly string[];
      readonly values: readonly (readonly (string | null)[])[];
    };

/** Where rows that are decoded are kept, and what that may take. */
export interface StreamingPlace {
  /** Bytes of rows of one modality that are held in memory. */
  readonly memory: number;
  readonly workers: number;
  /** Batches that are read ahead. */
  readonly prefetch: number;
  /** Folder of decoded rows. */
  readonly cache: string;
  /** Bytes that all decoded rows may take. */
  readonly disk: number;
}

/** What opening the rows of a modality beside the table needs. */
export interface OpenRequest {
  readonly name: string;
  readonly config: ModalityConfig;
  /** Folder to which file names are relative. */
  readonly baseFolder: string;
  /** The table whose rows they belong to; its folder as a whole path. */
  readonly table: { readonly label: string; readonly rows: number; readonly folder: string };
  /** Columns of the table that the modality needs, by the key that names them. */
  readonly columns: ReadonlyMap<string, GivenColumns>;
  /** Names of the target columns. */
  readonly targets: readonly string[];
  /** What of `missingValues` texts and numbers are missing ones. */
  readonly marks: MissingMarks;
  /** The table is read by a trained model, whose config cannot be changed any more. */
  readonly external: boolean;
  readonly streaming: StreamingPlace;
  /** Told how many of all files are decoded. */
  readonly progress?: DecodingProgress | undefined;
}

/**
 * Is told how far decoding is, or what else there is to do before rows can be read.
 * @param done files of `total`; null where it is not known how many there are
 * @param what is done to them, where they are no files that are decoded: `rows written to disk`
 */
export type DecodingProgress = (modality: string, done: number, total: number | null, what?: string) => void;

/** The numbers of the one column under a key; undefined where the modality names none. */
export function numbersOf(
  { columns }: Pick<OpenRequest, "columns">,
  key: string,
): { readonly column: string; readonly values: Float64Array } | undefined {
  const given = columns.get(key);
  return given?.type === "number" ? { column: given.names[0], values: given.values[0] } : undefined;
}

/** The texts of the columns under a key; undefined where the modality names none. */
export function textsOf(
  { columns }: Pick<OpenRequest, "columns">,
  key: string,
): Extract<GivenColumns, { type: "text" }> | undefined {
  const given = columns.get(key);
  return given?.type === "text" ? given : undefined;
}

/** Opens the rows of a modality beside the table, numbered as the table's. @throws InputError */
export type OpenRows = (request: OpenRequest) => Promise<RowStore>;

/** Numbers of one row of a shape. */
export function valuesOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Some rows of a store as a store of their own. */
export function selectRows(store: RowStore, rows: Int32Array): RowStore {
  const { ahead, lacks, tooFew, drawn } = store;
  const placed = (numbers: ArrayLike<number>) => Int32Array.from(numbers, (row) => rows[row]);
  return {
    ...store,
    rows: rows.length,
    gaps: Uint32Array.from(rows, (row) => store.gaps[row]),
    read: (numbers, out) => store.read(placed(numbers), out),
    ...(ahead === undefined ? {} : { ahead: (numbers) => ahead(placed(numbers)) }),
    ...(lacks === undefined ? {} : { lacks: (row) => lacks(rows[row]) }),
    ...(tooFew === undefined ? {} : { tooFew: { ...tooFew, is: (row) => tooFew.is(rows[row]) } }),
    ...(drawn === undefined ? {} : { drawn: selectRows(drawn, rows) }),
  };
}

/** Rows that are read at a time where all are looked through, and most numbers of them. */
const blockRows = 512;
const blockValues = 1 << 21;

/** Rows of a width that are worked on at a time: 512 of them, fewer where they are wide. @param most numbers of them */
export function rowsAtATime(width: number, most: number = blockValues): number {
  return Math.max(1, Math.min(blockRows, Math.floor(most / width)));
}

/** Hands all rows of a store to `look`, one after the other. @param look row, and its values until the next call */
export async function eachRow(store: RowStore, look: (row: number, values: Float64Array) => void): Promise<void> {
  const width = valuesOf(store.shape);
  const atATime = rowsAtATime(width);
  const block = new Float64Array(width * Math.min(atATime, store.rows));
  for (let start = 0; start < store.rows; start += atATime) {
    const numbers = Int32Array.from({ length: Math.min(atATime, store.rows - start) }, (_, i) => start + i);
    await store.read(numbers, block.subarray(0, numbers.length * width));
    numbers.forEach((row, i) => void look(row, block.subarray(i * width, (i + 1) * width)));
  }
}

/** Prepared rows of one modality, as the network reads them: in memory, or read by number from where they lie. */
export type PreparedRows = ModalityRows & (RowsInMemory | RowsByNumber);

/** Kind of a modality that is no columns of a table, and the shape of its rows. */
export interface RowForm {
  readonly kind: KindName;
  readonly shape: readonly number[];
  /** Pictures of a row, along its first axis, that one encoder reads; left out where it reads the row. */
  readonly share?: number;
  /** Places of blocks, by axis, over whose means an encoder without convolutions reads a row; all values if left out. */
  readonly pool?: readonly number[];
  /** Places of blocks, by axis, over whose means losses on inputs see a row. */
  readonly summary?: readonly number[];
}

interface ModalityRows {
  readonly name: string;
  /** Values that the network reads of one row. */
  readonly width: number;
  /** Kind of the modality and shape of a row, where they are not the columns of a table. */
  readonly form?: RowForm;
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
  /** Begins to read rows that will be asked for next. */
  readonly ahead?: (numbers: ArrayLike<number>) => void;
  /** As of a `RowStore`. */
  readonly streamed?: number;
  readonly held?: number;
  /** As `read`, each row changed at random. @param stream of the epoch; a row's changes depend on it and its number */
  readonly augmented?: (numbers: ArrayLike<number>, out: Float32Array, stream: Rng) => Promise<void>;
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

/** The same for training, changed at random where the modality is augmented. @param stream of the epoch */
export async function readTrainingRows(
  modality: PreparedRows,
  rows: ArrayLike<number>,
  out: Float32Array,
  stream: Rng,
): Promise<void> {
  if ("values" in modality || modality.augmented === undefined) await readRows(modality, rows, out);
  else await modality.augmented(rows, out, stream);
}

/** Copies the given rows of a row-major table [_, width] into `out` [rows.length, width]. */
export function gatherRows(values: Float32Array, width: number, rows: ArrayLike<number>, out: Float32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] * width;
    for (let j = 0, to = i * width; j < width; j++) out[to + j] = values[from + j];
  }
}
