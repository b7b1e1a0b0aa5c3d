import { logGamma } from "../../math/chi-square.js";
import type { PosteriorCells, Posteriors } from "./posterior-cells.js";

/** Counts of the rows of each class and cell, [classes * cells], and how many rows each cell holds, [cells]. */
export interface CellCounts {
  readonly counts: Float64Array;
  readonly rows: Float64Array;
}

/** Cells of rows, and the classes that some of the rows have: number of a class among these, -1 of the others. */
export interface CountedCells extends PosteriorCells {
  readonly numbers: Int32Array;
  readonly present: number;
}

/**
 * Mean posterior of the rows of each cell over the classes that are present, columns of sum 1; [present * cells].
 * @param chosen rows, each as often as it is named
 */
export function cellPosteriors(posteriors: Posteriors, cells: CountedCells, chosen: ArrayLike<number>): Float64Array {
  const { of, count, numbers, present } = cells;
  const classes = numbers.length;
  const mean = new Float64Array(present * count);
  for (let i = 0; i < chosen.length; i++) {
    const row = chosen[i];
    for (let y = 0; y < classes; y++) {
      if (numbers[y] >= 0) mean[numbers[y] * count + of[row]] += posteriors[row * classes + y];
    }
  }
  for (let c = 0; c < count; c++) {
    let sum = 0;
    for (let y = 0; y < present; y++) sum += mean[y * count + c];
    for (let y = 0; y < present; y++) mean[y * count + c] = sum > 0 ? mean[y * count + c] / sum : 1 / present;
  }
  return mean;
}

/** Rows that a mean posterior may count as, powers of the root of 2. */
const [least, most] = [2 ** -4, 2 ** 16];
/** A probability of 0 that a row belies would end the comparison. */
const floor = 1e-9;

/**
 * As how many rows the mean posterior of a cell counts beside the rows in it: the strength k under which the counts are likeliest
 * when class shares of a cell vary about its mean posterior as a Dirichlet distribution of parameters k q (empirical Bayes). Where
 * posteriors are as right as counts can tell it is large; where they are wrong it is small, and the counts decide.
 * @param posterior [classes * cells] of `cellPosteriors`
 * @param effect factor on the variance of counts of rows that depend on one another; each row counts as 1 / effect
 */
export function posteriorRows({ counts, rows }: CellCounts, posterior: Float64Array, effect: number): number {
  const cells = rows.length;
  const likelihood = (strength: number) => {
    let sum = 0;
    for (let c = 0; c < cells; c++) {
      if (rows[c] > 0) sum += logGamma(strength) - logGamma(strength + rows[c] / effect);
    }
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      const prior = strength * Math.max(floor, posterior[i]);
      sum += logGamma(prior + counts[i] / effect) - logGamma(prior);
    }
    return sum;
  };
  let best = { strength: least, value: likelihood(least) };
  for (let strength = least * Math.SQRT2; strength <= most * 1.001; strength *= Math.SQRT2) {
    const value = likelihood(strength);
    if (value > best.value) best = { strength, value };
  }
  return best.strength;
}

/**
 * Joint table of class and cell, [classes * cells]: the shares of each cell are the mean of its counts and its mean posterior, which
 * counts as so many rows; scaled to the shares of classes and of cells that the rows have (iterative proportional fitting).
 */
export function shrunkTable(
  { counts, rows }: CellCounts,
  {
    posterior,
    strength,
    effect,
  }: { readonly posterior: Float64Array; readonly strength: number; readonly effect: number },
  shares: Float64Array,
): Float64Array {
  const n = rows.reduce((a, b) => a + b, 0);
  const cells = rows.length;
  const table = Float64Array.from(counts, (count, i) => {
    const held = rows[i % cells];
    if (held === 0) return 0;
    return ((count / effect + strength * posterior[i]) / (held / effect + strength)) * (held / n);
  });
  fitMargins(
    table,
    shares,
    rows.map((held) => held / n),
  );
  return table;
}

/** Largest distance of a margin of cells, and most rounds. */
const fitted = { distance: 1e-12, rounds: 500 };

/** Scales rows and columns by turns; ends on the rows, whose sums are then `shares` exactly. */
function fitMargins(table: Float64Array, shares: Float64Array, columns: Float64Array): void {
  const cells = columns.length;
  for (let round = 0; round < fitted.rounds; round++) {
    for (let y = 0; y < shares.length; y++) {
      let sum = 0;
      for (let c = 0; c < cells; c++) sum += table[y * cells + c];
      for (let c = 0; c < cells; c++) table[y * cells + c] *= shares[y] / sum;
    }
    let distance = 0;
    const factors = columns.map((wanted, c) => {
      let sum = 0;
      for (let y = 0; y < shares.length; y++) sum += table[y * cells + c];
      distance = Math.max(distance, Math.abs(sum - wanted));
      return sum > 0 ? wanted / sum : 1;
    });
    if (distance < fitted.distance) return;
    if (round === fitted.rounds - 1) return;
    for (let i = 0; i < table.length; i++) table[i] *= factors[i % cells];
  }
}

/**
 * What independent classes and cells show on average in such a table, bits: (m - 1)(K - 1) / (2 n ln 2) of counts alone, less
 * where each cell's shares rest on more than its own rows.
 */
export function tableBias(
  { rows }: CellCounts,
  classes: number,
  { strength, effect }: { readonly strength: number; readonly effect: number },
): number {
  const n = rows.reduce((a, b) => a + b, 0);
  const occupied = rows.reduce((count, held) => count + (held > 0 ? 1 : 0), 0);
  const free = rows.reduce((sum, held) => sum + (held > 0 ? held / (held / effect + strength) : 0), 0);
  return ((classes - 1) * (occupied - 1) * free) / (2 * n * occupied * Math.LN2);
}
