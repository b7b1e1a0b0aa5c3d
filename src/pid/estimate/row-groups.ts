import { InputError } from "../../errors.js";
import { normalQuantile } from "../../math/special.js";
import { studentTQuantile } from "../../math/student-t.js";
import { countedRow } from "../../row-number.js";

/** How many groups of rows there are, and how large they are. */
export interface GroupSizes {
  readonly count: number;
  /** Rows of each group. */
  readonly sizes: Int32Array;
  /** (Σ sizes)² / Σ sizes²: `count` where all are equally large, less where few hold most rows. */
  readonly effective: number;
}

/** Rows that belong together and depend on one another: those of a subject, a site, a day. */
export interface RowGroups extends GroupSizes {
  /** [rows] number of the group of each row, 0 .. count - 1 in order of first appearance */
  readonly of: Int32Array;
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

/** Said where all rows are of one group. */
export function singleGroup(rows: number, label: string): InputError {
  return new InputError(
    `groups: all ${rows} rows are of the group "${label}", and one group does not show how groups differ; ` +
      "take rows of several groups, or leave the groups out if rows are independent",
  );
}

/** The groups of some of the rows, numbered anew; null as of `rowGroups`. */
export function groupsOf({ of }: RowGroups, rows: ArrayLike<number>): RowGroups | null {
  return rowGroups(
    Int32Array.from(rows, (r) => of[r]),
    rows.length,
  );
}

function measured(of: Int32Array, count: number): GroupSizes {
  const sizes = new Int32Array(count);
  for (const g of of) sizes[g]++;
  return groupSizes(sizes);
}

/** Groups by their rows. */
export function groupSizes(sizes: Int32Array): GroupSizes {
  let rows = 0;
  let squares = 0;
  for (const size of sizes) {
    rows += size;
    squares += size * size;
  }
  return { count: sizes.length, sizes, effective: rows ** 2 / squares };
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
  return errorOfSums(groupSums(values, groups), values.length);
}

/** The same by the sums of the groups. */
export function errorOfSums(sums: Float64Array, rows: number): number {
  const square = sums.reduce((sum, s) => sum + s * s, 0);
  return Math.sqrt((sums.length / (sums.length - 1)) * square) / rows;
}

/**
 * How much wider than by the normal distribution an interval is whose error comes from few groups: Student's t with (number
 * of groups of equal size - 1) degrees of freedom over the normal quantile.
 */
export function widening({ effective }: GroupSizes, level: number): number {
  const df = Math.max(1, Math.floor(effective + 1e-9) - 1);
  return studentTQuantile(level, df) / normalQuantile((1 + level) / 2);
}

/** The level at which reported standard errors hold: 1.96 of them to either side. */
export const errorLevel = 0.95;
