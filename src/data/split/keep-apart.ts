import { durationMs } from "../../config/duration.js";
import { InputError } from "../../errors.js";
import type { RowOrder } from "../order/row-order.js";
import { type Place, placesOf, placesWith } from "./time-split.js";

/** What must lie between rows of different parts. */
export interface Distance {
  /** Rows that are left out at a border, or a length of time such as `24h`. */
  readonly gap: number | string;
  /** Group of each row; rows of one never stand in two parts. */
  readonly group?: readonly string[] | undefined;
}

/** Rows that no part takes, with the reason. */
export interface LeftOut {
  readonly gap: readonly number[];
  readonly group: readonly number[];
}

/** Parts by how much rests on them: a row gives way to those of the parts before its own. */
const byWeight = ["test", "validation", "train"] as const;

/**
 * Takes rows out of training and validation until parts are apart: a row goes where a row of a part that weighs more (test
 * before validation before training) lies within the gap, or is of its group. A time is measured from the end of what the
 * earlier value stands for, a moment, a day or a month. Rows of one value go together. No row of the
 * test part is ever taken.
 * @param parts part of each row, by name; rows of no part are null
 * @returns the rows that were taken out
 * @throws InputError where the gap is a time and the order has none
 */
export function keepApart(
  order: RowOrder,
  parts: readonly ((typeof byWeight)[number] | null)[],
  { gap, group }: Distance,
): LeftOut {
  const places = placesOf(order);
  const within = withinGap(order, gap);
  const left: { gap: number[]; group: number[] } = { gap: [], group: [] };
  const ahead: number[] = [];
  for (const part of byWeight) {
    const own = placesWith(places, (row) => parts[row] === part);
    const before = new Set(ahead);
    const near = nearTo(
      own,
      placesWith(places, (row) => before.has(row)),
      within,
    );
    const groups = new Set(group === undefined ? [] : ahead.map((row) => group[row]));
    const kept: number[] = [];
    for (const place of own) {
      for (const row of place.rows) {
        if (near.has(place.value)) left.gap.push(row);
        else if (group !== undefined && groups.has(group[row])) left.group.push(row);
        else kept.push(row);
      }
    }
    ahead.push(...kept);
  }
  const ascending = (rows: readonly number[]) => rows.toSorted((a, b) => a - b);
  return { gap: ascending(left.gap), group: ascending(left.group) };
}

/** Whether two places, the first of them earlier, are within the gap of each other. */
type IsWithin = (earlier: Place, later: Place) => boolean;

function withinGap({ kind, column }: RowOrder, gap: number | string): IsWithin {
  if (typeof gap === "number") return (a, b) => b.start - (a.start + a.size - 1) <= gap;
  const length = durationMs(gap);
  if (length === undefined) throw new RangeError(`the config let the gap "${gap}" through`);
  if (kind === "number") {
    throw new InputError(
      `data.split.gap: "${gap}" is a length of time, and data.order ("${column}") is a column of numbers, whose unit nobody ` +
        "knows: give the gap as a number of rows, or write the column as dates.",
    );
  }
  // The last moment of a day or month lies before its end: what begins a whole gap after the end is farther than the gap.
  return (a, b) => (a.end > a.value ? b.value - a.end < length : b.value - a.value <= length);
}

/** Values of the places that are within the gap of one of the others, whichever stands first; both ascending. */
function nearTo(own: readonly Place[], others: readonly Place[], within: IsWithin): Set<number> {
  const near = new Set<number>();
  let next = 0;
  // A day ends after the moments in it: the last to end need not be the last to begin.
  let lasting: Place | undefined;
  for (const place of own) {
    while (next < others.length && others[next].value < place.value) {
      if (lasting === undefined || others[next].end >= lasting.end) lasting = others[next];
      next++;
    }
    const [before, after] = [others[next - 1], others[next]];
    const same = after !== undefined && after.value === place.value;
    const follows = [before, lasting].some((earlier) => earlier !== undefined && within(earlier, place));
    if (same || follows || (after !== undefined && within(place, after))) near.add(place.value);
  }
  return near;
}
