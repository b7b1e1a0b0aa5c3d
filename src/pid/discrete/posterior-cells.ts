import type { Rng } from "../../math/rng.js";

/** Posterior probabilities of the classes, one row per row of the table: [rows * classes], each row of sum 1. */
export type Posteriors = Float64Array;

/** Which cell of the simplex each row's posterior lies in. */
export interface PosteriorCells {
  /** [rows] 0 .. count - 1 */
  readonly of: Int32Array;
  /** Cells that hold a row. */
  readonly count: number;
}

/** Cells by number of classes: 2, 3 to 6, more. */
const usual = [
  { classes: 2, cells: 12 },
  { classes: 6, cells: 16 },
  { classes: Number.POSITIVE_INFINITY, cells: 24 },
];
/** Most cells per source by number of sources beyond two: the coupling of all of them is held. */
const mostOf = new Map([
  [3, 10],
  [4, 8],
]);
/** Rows per cell at least. */
export const rowsPerCell = 50;

/** Cells that the simplex is cut into: 12, 16 or 24 for 2, 3 to 6 or more classes, at most a cell per 50 rows. */
export function cellsFor(rows: number, classes: number, sources: number): number {
  const wanted = usual.find((limit) => classes <= limit.classes)?.cells as number;
  return Math.max(2, Math.min(wanted, mostOf.get(sources) ?? wanted, Math.floor(rows / rowsPerCell)));
}

/**
 * Cuts posteriors into cells. The posterior is a sufficient statistic of a source for the class, so only the cutting loses
 * information, and it never adds any. Two classes: quantiles of p(y = 1 | x). More: k-means on the square roots of the
 * probabilities, whose distances are Hellinger's.
 */
export function posteriorCells(posteriors: Posteriors, classes: number, cells: number, rng: Rng): PosteriorCells {
  const rows = posteriors.length / classes;
  const of = classes === 2 ? quantileCells(posteriors, rows, cells) : nearestCentres(posteriors, classes, cells, rng);
  return numbered(of);
}

function quantileCells(posteriors: Posteriors, rows: number, cells: number): Int32Array {
  const p = Float64Array.from({ length: rows }, (_, r) => posteriors[2 * r + 1]);
  const ends = cellEnds(p.slice().sort(), cells);
  return Int32Array.from(p, (value) => {
    let cell = 0;
    while (value > ends[cell]) cell++;
    return cell;
  });
}

/**
 * Largest value of each cell: as many rows in each as there are left for the cells that are left, rows of equal
 * probability in one cell. Where many are equal, they have a cell of their own, and the others are cut the finer, down to a quarter of
 * the usual size.
 */
function cellEnds(ascending: Float64Array, cells: number): number[] {
  const rows = ascending.length;
  const least = rows / (4 * cells);
  const ends: number[] = [];
  let start = 0;
  while (start < rows && ends.length < cells - 1) {
    const size = Math.max(1, least, (rows - start) / (cells - ends.length));
    let end = Math.min(rows, start + Math.round(size));
    let first = end - 1;
    while (first > start && ascending[first - 1] === ascending[first]) first--;
    while (end < rows && ascending[end] === ascending[end - 1]) end++;
    if (first > start && end - first > size) end = first;
    ends.push(ascending[end - 1]);
    start = end;
  }
  return [...ends.slice(0, start < rows ? ends.length : ends.length - 1), Number.POSITIVE_INFINITY];
}

/** Rows that centres are fitted on. */
const mostFitted = 5000;
const iterations = 30;

function nearestCentres(posteriors: Posteriors, classes: number, cells: number, rng: Rng): Int32Array {
  const rows = posteriors.length / classes;
  const roots = posteriors.map(Math.sqrt);
  const chosen = rng.split("rows").permutation(rows).subarray(0, mostFitted);
  const centres = startCentres(roots, classes, cells, chosen, rng.split("centres"));
  for (let i = 0; i < iterations; i++) if (!moveCentres(roots, classes, chosen, centres)) break;
  return Int32Array.from({ length: rows }, (_, r) => nearest(roots, r, classes, centres).cell);
}

/** Each further centre is a row, drawn in proportion to its squared distance from those before (Arthur & Vassilvitskii 2007). */
function startCentres(
  roots: Float64Array,
  classes: number,
  cells: number,
  chosen: Int32Array,
  rng: Rng,
): Float64Array[] {
  const row = (r: number) => roots.slice(r * classes, (r + 1) * classes);
  const centres = [row(chosen[rng.integer(chosen.length)])];
  while (centres.length < cells) {
    const distances = Array.from(chosen, (r) => nearest(roots, r, classes, centres).distance);
    const sum = distances.reduce((a, b) => a + b, 0);
    if (sum < 1e-12) break;
    let left = rng.uniform() * sum;
    const at = distances.findIndex((d) => {
      left -= d;
      return left < 0;
    });
    centres.push(row(chosen[at < 0 ? chosen.length - 1 : at]));
  }
  return centres;
}

function nearest(roots: Float64Array, r: number, classes: number, centres: readonly Float64Array[]) {
  let [cell, distance] = [0, Number.POSITIVE_INFINITY];
  for (const [c, centre] of centres.entries()) {
    let square = 0;
    for (let y = 0; y < classes; y++) square += (roots[r * classes + y] - centre[y]) ** 2;
    if (square < distance) [cell, distance] = [c, square];
  }
  return { cell, distance };
}

/** Moves every centre to the mean of its rows; whether any moved. */
function moveCentres(
  roots: Float64Array,
  classes: number,
  chosen: Int32Array,
  centres: readonly Float64Array[],
): boolean {
  const sums = centres.map(() => new Float64Array(classes));
  const counts = new Int32Array(centres.length);
  for (const r of chosen) {
    const { cell } = nearest(roots, r, classes, centres);
    counts[cell]++;
    for (let y = 0; y < classes; y++) sums[cell][y] += roots[r * classes + y];
  }
  let moved = 0;
  centres.forEach((centre, c) => {
    if (counts[c] === 0) return;
    for (let y = 0; y < classes; y++) {
      const mean = sums[c][y] / counts[c];
      moved += Math.abs(mean - centre[y]);
      centre[y] = mean;
    }
  });
  return moved > 1e-9;
}

/** Cells that hold no row are left out. */
function numbered(of: Int32Array): PosteriorCells {
  const numbers = new Map<number, number>();
  for (const cell of [...new Set(of)].sort((a, b) => a - b)) numbers.set(cell, numbers.size);
  return { of: of.map((cell) => numbers.get(cell) as number), count: numbers.size };
}
