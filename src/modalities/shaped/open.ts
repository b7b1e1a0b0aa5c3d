import type { RowSource } from "../../config/modalities/row-source.js";
import { type OpenRequest, type RowStore, type StreamingPlace, valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { mostValues } from "../../files/array-layout.js";
import { numberWriter } from "../../files/array-rows.js";
import { elementTypes } from "../../files/element-type.js";
import { countGaps, type PlacedArray, placedArray } from "../array/open.js";
import { type DecodedRows, decodedRows } from "../decoded/decoded-rows.js";
import { locateRows } from "../decoded/locate.js";
import type { Recipe, RowFile, StoredType } from "../decoded/recipe.js";
import type { ShapedKindName } from "./kind.js";

/** How rows of files become a store. */
export interface DecodedSource {
  readonly recipe: Recipe;
  /** What decoding does, in words: `resized (fill)`. */
  readonly decoded: string;
}

const types = {
  uint8: elementTypes.u1,
  float16: elementTypes.f2,
  float32: elementTypes.f4,
} as const satisfies Readonly<Record<StoredType, unknown>>;

/**
 * Opens rows each of which names its own files: they are found, decoded once into a store on disk, and read from there.
 * @throws InputError naming row, column and path
 */
export async function openDecoded(
  request: OpenRequest,
  source: RowSource,
  kind: ShapedKindName,
  { recipe, decoded }: DecodedSource,
): Promise<RowStore> {
  const { name, streaming, progress } = request;
  const located = await locateRows(request, source);
  const share = source.share ? [source.path ?? []].flat().length : undefined;
  const { rows, places } = distinct(share === undefined ? (located.rows as Whole) : apart(located.rows, share));
  const store = await decodedRows({
    ...{ recipe, rows, place: streaming },
    progress: progress === undefined ? undefined : (done, total) => progress(name, done, total),
  });
  const size = valuesOf(store.shape);
  const width = size * (share ?? 1);
  if (width > mostValues) {
    throw new InputError(
      `modality "${name}": rows of shape (${[share ?? [], store.shape].flat().join(", ")}) have ${width} values; at most ${mostValues} are read: make them smaller (\`shape\`)`,
    );
  }
  const pieces = {
    shape: store.shape,
    gaps: Uint32Array.from(places, (place) => (place < 0 ? size : store.gaps[place])),
    ...readFrom(store, places, streaming),
  };
  const words = share === undefined ? decoded : `${decoded}, ${share} files of a row through one encoder`;
  return {
    ...{ name, kind, rows: located.rows.length, lacks: located.lacks },
    ...(share === undefined ? pieces : together(pieces, share)),
    origin: { file: located.title, dtype: store.type, rows: store.rows, decoded: words },
  };
}

/** Rows of files, or none. */
type Whole = readonly (readonly RowFile[] | null)[];

/** Each file as a row of its own, `share` of them for each row. */
function apart(rows: Awaited<ReturnType<typeof locateRows>>["rows"], share: number): Whole {
  return rows.flatMap((files) =>
    Array.from({ length: share }, (_, k) => {
      const file = files?.[k] ?? null;
      return file === null ? null : [file];
    }),
  );
}

type ReadParts = Pick<RowStore, "shape" | "gaps" | "read" | "ahead" | "streamed" | "held">;

/** Rows of so many pieces that follow each other, along a first axis of their own. */
function together({ shape, gaps, read, ahead, ...rest }: ReadParts, share: number): ReadParts {
  const pieces = (numbers: ArrayLike<number>) =>
    Int32Array.from({ length: numbers.length * share }, (_, i) => numbers[Math.floor(i / share)] * share + (i % share));
  return {
    ...rest,
    shape: [share, ...shape],
    gaps: Uint32Array.from({ length: gaps.length / share }, (_, row) =>
      gaps.subarray(row * share, (row + 1) * share).reduce((sum, count) => sum + count, 0),
    ),
    read: (numbers, out) => read(pieces(numbers), out),
    ...(ahead === undefined ? {} : { ahead: (numbers) => ahead(pieces(numbers)) }),
  };
}

/** Each set of files once, and the one that belongs to each row of the table; -1 where it has none. */
function distinct(rows: Whole) {
  const known = new Map<string, number>();
  const all: (readonly RowFile[])[] = [];
  const places = Int32Array.from(rows, (files) => {
    if (files === null) return -1;
    const key = files.map(({ path }) => path).join("\0");
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, all.length);
    return all.push(files) - 1;
  });
  return { rows: all, places };
}

/** Reads decoded rows by the place that belongs to each row; -1 where it has none. */
export function readFrom(
  { bytes, rowBytes, rows, type, shape }: DecodedRows,
  places: Int32Array,
  { prefetch }: StreamingPlace,
): Pick<RowStore, "read" | "ahead" | "streamed"> {
  const write = numberWriter(types[type], true);
  const width = valuesOf(shape);
  const placesOf = (numbers: ArrayLike<number>) =>
    Array.from(numbers, (row) => places[row]).filter((place) => place >= 0);
  return {
    ...(bytes.streamed ? { streamed: prefetch, held: 0 } : { held: rows * rowBytes }),
    ahead: (numbers) => bytes.ahead(placesOf(numbers)),
    read: async (numbers, out) => {
      const read = await bytes.read(placesOf(numbers));
      let next = 0;
      for (let i = 0; i < numbers.length; i++) {
        if (places[numbers[i]] < 0) out.fill(Number.NaN, i * width, (i + 1) * width);
        else write(read[next++], out, i * width);
      }
    },
  };
}

/** How a row of an array becomes a row of the kind. */
export interface ArrayView {
  readonly shape: readonly number[];
  /** Changes the numbers of a row of the table in place; left out where they stay as they are. */
  readonly turn?: (values: Float64Array, row: number) => void;
}

/**
 * Opens rows that lie in one array for all rows of the table.
 * @param view what a row of that shape becomes; throws for one that does not fit
 * @throws InputError
 */
export async function openInArray(
  request: OpenRequest,
  array: string,
  kind: ShapedKindName,
  view: (rowShape: readonly number[], label: string) => ArrayView,
): Promise<RowStore> {
  const placed = await placedArray(request, array);
  const rowShape = placed.array.shape.slice(1);
  const { shape, turn } = view(rowShape, placed.array.label);
  const store = { ...plainRows(request, kind, placed), shape };
  // Padding is no gap: gaps are those of the array itself.
  const gaps = await countGaps({ ...store, shape: rowShape }, placed);
  if (turn === undefined) return { ...store, gaps };
  const width = valuesOf(shape);
  const read: RowStore["read"] = async (numbers, out) => {
    await store.read(numbers, out);
    for (let i = 0; i < numbers.length; i++) turn(out.subarray(i * width, (i + 1) * width), numbers[i]);
  };
  return { ...store, gaps, read };
}

function plainRows(
  { name, streaming }: OpenRequest,
  kind: ShapedKindName,
  { array, places, origin }: PlacedArray,
): RowStore {
  const placed = (numbers: ArrayLike<number>) => Int32Array.from(numbers, (row) => places[row]);
  return {
    ...{ name, kind, rows: places.length, shape: array.shape.slice(1), origin, gaps: new Uint32Array(places.length) },
    read: (numbers, out) => array.read(placed(numbers), out),
    ahead: (numbers) => array.ahead(placed(numbers)),
    ...(array.streamed ? { streamed: streaming.prefetch, held: 0 } : { held: array.bytes }),
  };
}
