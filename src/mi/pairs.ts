import { InputError } from "../errors.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";

/** Pairs of different rows, which stand for independent draws of the two sides. */
export interface Pairs {
  /** Ordered pairs. */
  readonly count: number;
  /** Calls back with every pair, as positions in the list of rows. */
  each(visit: (i: number, j: number) => void): void;
}

/** Rows in all up to which every pair is taken. */
const allPairs = 2000;
/** Cyclic shifts beyond that. */
const shiftsBeyond = 64;

/**
 * Pairs of rows of different groups: all of them, or those of 64 evenly spaced cyclic shifts.
 * @param rows     rows that one model scored
 * @param groups   null where rows are independent
 * @param together rows that are scored in all
 * @param most     rows in all up to which every pair is taken
 * @throws InputError where no two rows are independent
 */
export function pairsOf(rows: ArrayLike<number>, groups: RowGroups | null, together: number, most = allPairs): Pairs {
  const n = rows.length;
  const shifts = together <= most || n <= shiftsBeyond ? everyShift(n) : evenlySpaced(n);
  const apart = (i: number, j: number) => groups === null || groups.of[rows[i]] !== groups.of[rows[j]];
  const each = (visit: (i: number, j: number) => void) => {
    for (const shift of shifts) {
      for (let i = 0; i < n; i++) {
        const j = i + shift < n ? i + shift : i + shift - n;
        if (apart(i, j)) visit(i, j);
      }
    }
  };
  let count = 0;
  each(() => {
    count++;
  });
  if (count > 0) return { count, each };
  throw new InputError(
    n < 2
      ? `a bound needs at least 2 rows to compare with one another, got ${n}`
      : n === together
        ? `a bound needs rows of two groups to compare with one another; all ${n} rows are of one group`
        : `a bound needs rows of two groups to compare with one another wherever rows are held out together, and one group fills a ` +
          `fold, with ${n} of the ${together} rows`,
  );
}

function everyShift(n: number): number[] {
  return Array.from({ length: Math.max(0, n - 1) }, (_, k) => k + 1);
}

/** Different shifts in 1 .. n - 1, whatever order the rows are in. */
function evenlySpaced(n: number): number[] {
  return Array.from({ length: shiftsBeyond }, (_, k) => 1 + Math.floor((k * (n - 1)) / shiftsBeyond));
}
