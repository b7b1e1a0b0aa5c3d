import { fewestGroups, rowsByGroup } from "../data/split/groups.js";
import type { Rng } from "../math/rng.js";

/** Group of each row (subject, site, ..), as rows that are alike; null where rows have none. */
export type RowGroupNames = readonly string[] | null;

/**
 * What a bootstrap draws with replacement: rows, or whole groups of rows that are alike, because another sample would
 * hold other groups. Sources: Efron & Tibshirani 1993, chapter 8; Davison & Hinkley 1997, section 3.8.
 */
export interface Resampling {
  /** Row indices of each unit; null where every row is a unit of its own. */
  readonly units: readonly Int32Array[] | null;
  /** Number of units. */
  readonly count: number;
  /** What is drawn, as the end of "bootstrap ..". */
  readonly text: string;
  /** What follows it where groups are too few; nothing else. */
  readonly caution: string;
}

/** Units of `rows` rows. @param groups group of each row; null or left out for rows that are independent */
export function resamplingOf(rows: number, groups?: RowGroupNames): Resampling {
  if (groups === null || groups === undefined) return { units: null, count: rows, text: "over rows", caution: "" };
  const members = rowsByGroup(groups);
  const { size: count } = members;
  if (count < fewestGroups) {
    const few = `${count} ${count === 1 ? "group" : "groups"}`;
    return {
      units: null,
      count: rows,
      text: "over rows",
      caution: `, which come from ${few}: too few to draw from, so that intervals are too narrow for other groups`,
    };
  }
  return {
    units: [...members.values()].map((own) => Int32Array.from(own)),
    count,
    text: `over ${count} whole groups`,
    caution: "",
  };
}

/** Adds to `counts` [rows] how often every row is in one resample. */
export function drawCounts({ units, count }: Resampling, rng: Rng, counts: Uint16Array): void {
  for (let i = 0; i < count; i++) {
    const drawn = rng.integer(count);
    if (units === null) counts[drawn]++;
    else for (const row of units[drawn]) counts[row]++;
  }
}

/**
 * Rows of one resample, the same as those that `drawCounts` counts from the same generator.
 * @param index [rows], overwritten and returned where rows are drawn; groups may make another number of rows
 */
export function drawIndex({ units, count }: Resampling, rng: Rng, index: Int32Array): Int32Array {
  if (units !== null) {
    const drawn = Array.from({ length: count }, () => units[rng.integer(count)]);
    const rows = new Int32Array(drawn.reduce((sum, own) => sum + own.length, 0));
    drawn.reduce((at, own) => {
      rows.set(own, at);
      return at + own.length;
    }, 0);
    return rows;
  }
  for (let i = 0; i < count; i++) index[i] = rng.integer(count);
  return index;
}
