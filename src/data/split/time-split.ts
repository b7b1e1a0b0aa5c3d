import { InputError } from "../../errors.js";
import type { RowOrder } from "../order/row-order.js";

/** Rows that stand at one place of an order: they are never parted. */
export interface Place {
  readonly value: number;
  /** Where what the value stands for ends, the end itself not included; the value where it is a moment or a number. */
  readonly end: number;
  /** Ascending. */
  readonly rows: readonly number[];
  /** Rows of the order that stand before them. */
  readonly start: number;
  /** Rows of the order that stand here; more than `rows` where only some are looked at. */
  readonly size: number;
}

/** Every place of an order, earliest first; without `rows` of all rows. */
export function placesOf(
  { values, ends = values }: Pick<RowOrder, "values" | "ends">,
  rows?: ArrayLike<number>,
): Place[] {
  const all = rows === undefined ? Int32Array.from(values, (_, row) => row) : Int32Array.from(rows);
  // Equal values keep the order of their numbers, so that nothing depends on how the sort treats ties.
  const sorted = all.sort((a, b) => values[a] - values[b] || a - b);
  const places: { value: number; rows: number[]; start: number }[] = [];
  sorted.forEach((row, i) => {
    const last = places.at(-1);
    if (last !== undefined && last.value === values[row]) last.rows.push(row);
    else places.push({ value: values[row], rows: [row], start: i });
  });
  return places.map((place) => {
    const end = place.rows.reduce((latest, row) => Math.max(latest, ends[row]), place.value);
    return { ...place, end, size: place.rows.length };
  });
}

/** Those of the places that hold rows of a kind, with these alone. */
export function placesWith(places: readonly Place[], has: (row: number) => boolean): Place[] {
  return places.flatMap((place) => {
    const rows = place.rows.filter(has);
    return rows.length === 0 ? [] : [{ ...place, rows }];
  });
}

/** What a stretch of an order is cut into. */
export interface StretchRequest {
  /** Shares of the parts within each block, in time order; parts of share 0 get nothing. */
  readonly shares: readonly number[];
  /** Times that the sequence of parts is repeated along the order. */
  readonly blocks: number;
  /** Column of the order, for messages. */
  readonly column: string;
}

/**
 * Cuts an order into `blocks` equal stretches and each of them into consecutive parts of the given shares. Borders lie
 * between different values, as near to the wanted number of rows as these allow.
 * @returns part of each place
 * @throws InputError where there are fewer different values than pieces
 */
export function cutPlaces(places: readonly Place[], { shares, blocks, column }: StretchRequest): Uint8Array {
  const rows = places.reduce((sum, place) => sum + place.rows.length, 0);
  const pieces = Array.from({ length: blocks }, (_, block) => piecesOf(shares, block)).flat();
  if (places.length < pieces.length) {
    throw new InputError(
      `data.split: ${places.length} different values of data.order ("${column}") cannot fill ${pieces.length} pieces ` +
        `(${blocks} ${blocks === 1 ? "block" : "blocks"} of ${pieces.length / blocks} parts): rows of one value stay together. ` +
        "Lower data.split.blocks, name a finer column in data.order, or split another way.",
    );
  }
  const part = new Uint8Array(places.length);
  let at = 0;
  pieces.forEach(({ part: own, end }, i) => {
    const last =
      i === pieces.length - 1
        ? places.length
        : nearest(places, at + 1, places.length - (pieces.length - 1 - i), (end * rows) / blocks);
    part.fill(own, at, last);
    at = last;
  });
  return part;
}

/** The pieces of one block with where each ends, in blocks. */
function piecesOf(shares: readonly number[], block: number): { part: number; end: number }[] {
  let end = 0;
  return shares.flatMap((share, part) => {
    end += share;
    return share > 0 ? [{ part, end: block + end }] : [];
  });
}

/** The number of places from `low` to `high` that hold closest to the wanted number of rows. */
function nearest(places: readonly Place[], low: number, high: number, wanted: number): number {
  const held = (count: number) => (count < places.length ? places[count].start : Number.POSITIVE_INFINITY);
  let best = low;
  while (best < high && Math.abs(held(best + 1) - wanted) < Math.abs(held(best) - wanted)) best++;
  return best;
}
