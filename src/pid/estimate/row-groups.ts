import { InputError } from "../../errors.js";
import { normalQuantile } from "../../math/special.js";
import { studentTQuantile } from "../../math/student-t.js";
import { countedRow } from "../../row-number.js";

/** Rows that belong together and depend on one another: those of a subject, a site, a day. */
export interface RowGroups {
  /** [rows] number of the group of each row, 0 .. count - 1 in order of first appearance */
  readonly of: Int32Array;
  readonly count: number;
  /** Rows of each group. */
  readonly sizes: Int32Array;
  /** (Σ sizes)² / Σ sizes²: `count` where all are equally large, less where few hold most rows. */
  readonly effective: number;
}

/** Label of a row's group. */
export type GroupLabel = string | number | bigint | boolean | null | undefined;

/** Below so many groups (of equal size) errors are only roughly known: the flag `few-groups`. */
export const fewGroups = 20;

/** Below so many, errors allow for what leaving a group out does to the numbers (`fewGroupErrors`). */
export const groupsToLeaveOut = 60;

/**
 * Groups of the rows by their labels.
 * @param labels one per row; equal text is the same group
 * @returns null where every row is a group of its own: such rows are independent, as rows without labels are
 * @throws InputError for another number of labels than rows, and for a row without a label
 */
export function rowGroups(labels: ArrayLike<GroupLabel>, rows: number): RowGroups | null {
  if (labels.length !== rows) {
    throw new InputError(`groups: expected one label per row, ${rows} in all, got ${labels.length}`);
  }
  const known = new Map<string, number>();
  const of = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    const label = labels[r];
    if (label === null || label === undefined || label === "" || Number.isNaN(label)) {
      throw new InputError(`groups: ${countedRow(r)} has no label; give it one, or leave the row out`);
    }
    const key = String(label);
    const group = known.get(key) ?? known.size;
    known.set(key, group);
    of[r] = group;
  }
  return known.size === rows ? null : { of, ...measured(of, known.size) };
}

/** The groups of some of the rows, numbered anew; null as of `rowGroups`. */
export function groupsOf({ of }: RowGroups, rows: ArrayLike<number>): RowGroups | null {
  return rowGroups(
    Int32Array.from(rows, (r) => of[r]),
    rows.length,
  );
}

function measured(of: Int32Array, count: number): Pick<RowGroups, "count" | "sizes" | "effective"> {
  const sizes = new Int32Array(count);
  for (const g of of) sizes[g]++;
  const squares = sizes.reduce((sum, size) => sum + size * size, 0);
  return { count, sizes, effective: of.length ** 2 / squares };
}

/** Row numbers of every group, ascending. */
export function membersOf({ of, sizes }: RowGroups): Int32Array[] {
  const members = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(sizes.length);
  of.forEach((g, r) => {
    members[g][filled[g]++] = r;
  });
  return members;
}

/** Sum of a value over the rows of each group. */
export function groupSums(values: Float64Array, { of, count }: RowGroups): Float64Array {
  const sums = new Float64Array(count);
  for (let r = 0; r < of.length; r++) sums[of[r]] += values[r];
  return sums;
}

/**
 * Standard error of the mean of values that are correlated within groups, before `widening`: with s_g the sum over group g
 * of the deviations from the mean,  sqrt(G / (G - 1) Σ s_g²) / rows  (Liang & Zeger 1986).
 * @param values centred
 */
export function groupedError(values: Float64Array, groups: RowGroups): number {
  const square = groupSums(values, groups).reduce((sum, s) => sum + s * s, 0);
  return Math.sqrt((groups.count / (groups.count - 1)) * square) / values.length;
}

/**
 * How much wider than by the normal distribution an interval is whose error comes from few groups: Student's t with (number
 * of groups of equal size - 1) degrees of freedom over the normal quantile.
 */
export function widening({ effective }: RowGroups, level: number): number {
  const df = Math.max(1, Math.floor(effective + 1e-9) - 1);
  return studentTQuantile(level, df) / normalQuantile((1 + level) / 2);
}

/** The level at which reported standard errors hold: 1.96 of them to either side. */
export const errorLevel = 0.95;
