import { tryCholesky } from "../../math/dense.js";
import { quantileOfSorted, sorted } from "../../math/descriptive.js";
import { covarianceOf, momentsOfColumns } from "../covariance/moments.js";

/** Chance that rows of one distribution, whatever its tail, stand apart as far. */
const chance = 3e-3;
/** Rows that may stand apart together, and rows per one of them. */
const mostRows = 5;
const rowsPerOutlier = 12;
/** Rows behind them that show how the tail goes on. */
const tailRows = 20;
/** Times that a row must be as far out as the next one. */
const fewestTimes = 2;
/** Smallest step that a tail is taken to have: where columns have two values there is none. */
const smallestStep = 0.01;
/** Rows that quartiles are taken of. */
const quartileRows = 20_000;
/** Most work for a distance by all columns together, rows times squared columns: some seconds. */
const mostWork = 2e9;
/** Added to correlations, since columns can be combinations of others. */
const ridge = 1e-9;

/**
 * Sets of rows that stand apart from all others, largest first; none for most tables. Rows are ranked by their distance
 * from the middle, once by the column in which they are farthest out and once by all columns together (Mahalanobis). With
 * distances D_1 >= D_2 >= .. the first k stand apart when the step behind them is far above the steps that follow:
 *   T = k log(D_k / D_k+1) / mean_{i = k+1 .. k+20} i log(D_i / D_i+1),   (1 + T / 20)^-20 < 0.003
 * and row k at least twice as far out as the next. In a tail that falls as a power all these steps have one mean, whatever the power (Renyi 1953); lighter tails, the
 * normal and the lognormal among them, pass more seldom. So heavy tails by themselves do not set a row apart.
 * @param columns each [rows], finite
 */
export function outlyingRows(columns: readonly Float64Array[]): number[][] {
  const sets = [farthestColumn(columns), mahalanobis(columns)].flatMap((distance) =>
    distance === null ? [] : standingApart(distance),
  );
  const distinct = new Map(sets.map((rows) => [rows.join(), rows]));
  return [...distinct.values()].sort((a, b) => b.length - a.length);
}

/** The largest first rows of a distance that stand apart; at most one set. */
function standingApart(distance: Float64Array): number[][] {
  const most = Math.min(mostRows, Math.floor(distance.length / rowsPerOutlier));
  const tail = Math.min(tailRows, Math.floor(distance.length / 4));
  const order = largest(distance, most + tail + 1);
  const step = (i: number) => i * Math.log(distance[order[i - 1]] / distance[order[i]]);
  for (let k = most; k >= 1; k--) {
    if (!(step(k) >= k * Math.log(fewestTimes))) continue;
    let sum = 0;
    for (let i = k + 1; i < k + tail; i++) sum += step(i);
    const last = stepBelow(distance, distance[order[k + tail - 1]]);
    const mean = (sum + last.step) / Math.max(tail, last.above - k);
    const statistic = step(k) / Math.max(smallestStep, mean);
    if ((1 + statistic / tail) ** -tail < chance) return [order.slice(0, k).sort((a, b) => a - b)];
  }
  return [];
}

/**
 * The step below a value, i log(D_i / D_i+1) with i the last row that has it: rows of few values come in blocks, and only
 * the end of a block shows how the tail goes on. 0 where no value lies below.
 */
function stepBelow(distance: Float64Array, value: number): { step: number; above: number } {
  let above = 0;
  let next = 0;
  for (const d of distance) {
    if (d >= value) above++;
    else if (d > next) next = d;
  }
  return { step: next > 0 ? above * Math.log(value / next) : 0, above };
}

/** Positions of the largest values, largest first. */
function largest(values: Float64Array, count: number): number[] {
  const order: number[] = [];
  for (let r = 0; r < values.length; r++) {
    if (order.length === count && !(values[r] > values[order[count - 1]])) continue;
    let at = Math.min(order.length, count - 1);
    for (; at > 0 && values[order[at - 1]] < values[r]; at--) order[at] = order[at - 1];
    order[at] = r;
  }
  return order;
}

/** Distance from the median in the column where it is largest, in units of the quartile range (or, if 0, the spread). */
function farthestColumn(columns: readonly Float64Array[]): Float64Array {
  const rows = columns[0].length;
  const distance = new Float64Array(rows);
  const every = Math.max(1, Math.floor(rows / quartileRows));
  for (const column of columns) {
    const some = sorted(Float64Array.from({ length: Math.floor((rows - 1) / every) + 1 }, (_, i) => column[i * every]));
    const middle = quantileOfSorted(some, 0.5);
    const range = quantileOfSorted(some, 0.75) - quantileOfSorted(some, 0.25);
    const scale = range > 0 ? range : spread(column);
    if (!(scale > 0)) continue;
    for (let r = 0; r < rows; r++) {
      const d = Math.abs(column[r] - middle) / scale;
      if (d > distance[r]) distance[r] = d;
    }
  }
  return distance;
}

function spread(column: Float64Array): number {
  return Math.sqrt(covarianceOf(momentsOfColumns([column]))[0]);
}

/** Distance by the covariance of the columns; null for too few rows to tell, and for more work than it is worth. */
function mahalanobis(columns: readonly Float64Array[]): Float64Array | null {
  const width = columns.length;
  const rows = columns[0].length;
  if (rows < 5 * width || rows * width ** 2 > mostWork) return null;
  const moments = momentsOfColumns(columns);
  const covariance = covarianceOf(moments);
  const scale = Float64Array.from(columns, (_, j) => Math.sqrt(covariance[j * width + j]) || 1);
  const correlation = covariance.map((v, at) => v / scale[Math.floor(at / width)] / scale[at % width]);
  for (let j = 0; j < width; j++) correlation[j * width + j] = 1 + ridge;
  const factor = tryCholesky(correlation, width);
  if (typeof factor === "number") return null;
  const out = new Float64Array(rows);
  const white = new Float64Array(width);
  for (let r = 0; r < rows; r++) {
    let square = 0;
    for (let i = 0; i < width; i++) {
      let value = (columns[i][r] - moments.mean[i]) / scale[i];
      for (let k = 0; k < i; k++) value -= factor[i * width + k] * white[k];
      white[i] = value / factor[i * width + i];
      square += white[i] * white[i];
    }
    out[r] = Math.sqrt(square);
  }
  return out;
}
