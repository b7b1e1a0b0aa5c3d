import { InputError } from "../errors.js";
import type { Rng } from "../math/rng.js";
import { bitsPerNat, type Estimate, errorOfMean } from "./estimate.js";

type Columns = readonly Float64Array[];

/**
 * Mutual information from the kinds of nearest neighbours, bits: of the k points nearest to each point (x_i, y_s(i)) of the product
 * sample, N_i are of the joint sample (x_j, y_j) and M_i of the product sample,
 *   rho_i = N_i / (M_i + 1),   I = mean_i rho_i log rho_i
 * with Euclidean distances and 0 log 0 = 0. Not a bound, and not cut off at 0 as in the paper: where nothing is known it is about
 * 2 / k nats too large, the variance of rho. The standard error is that of the mean, and only a guide: points that are near one
 * another share neighbours.
 * Source: Noshad, Moon, Sekeh & Hero 2017 (arXiv 1702.05222), both samples of equal size.
 * @param x    columns, each [n]
 * @param y    columns, each [n]
 * @param next [n] s, the row whose y is put to each x; no row its own
 * @param k    neighbours; default the square root of n
 * @throws InputError for fewer than k + 2 rows
 */
export function nnRatio(x: Columns, y: Columns, next: Int32Array, k?: number): Estimate {
  const n = next.length;
  const nearest = k ?? Math.round(Math.sqrt(n));
  if (n < nearest + 2)
    throw new InputError(`nn-ratio: at least ${nearest + 2} rows are needed for k = ${nearest}, got ${n}`);
  const moved = y.map((column) => Float64Array.from(next, (r) => column[r]));
  const pooled = [...x.map((column) => joined(column, column)), ...y.map((column, j) => joined(column, moved[j]))];
  const joint = jointNeighbours(pooled, n, nearest);
  const terms = Float64Array.from(joint, (count) => {
    const rho = count / (nearest - count + 1);
    return rho === 0 ? 0 : rho * Math.log(rho);
  });
  return {
    bits: (terms.reduce((sum, t) => sum + t, 0) / n) * bitsPerNat,
    standardError: errorOfMean(terms, null) * bitsPerNat,
    n,
    converged: true,
    warnings: [],
  };
}

/** Another row for every row, each once: rows go round in one circle of random order. */
export function otherRows(n: number, rng: Rng): Int32Array {
  const order = rng.permutation(n);
  const next = new Int32Array(n);
  for (let p = 0; p < n; p++) next[order[p]] = order[(p + 1) % n];
  return next;
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const out = new Float64Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}

/** How many of the k points nearest to each of the points n .. 2n - 1 are of the points 0 .. n - 1. */
function jointNeighbours(columns: Columns, n: number, k: number): Int32Array {
  const [first] = columns;
  const order = Int32Array.from(first.keys()).sort((a, b) => first[a] - first[b]);
  const counts = new Int32Array(n);
  const distances = new Float64Array(k);
  const points = new Int32Array(k);
  const take = (d: number, point: number) => {
    let at = k - 1;
    for (; at > 0 && distances[at - 1] > d; at--) {
      distances[at] = distances[at - 1];
      points[at] = points[at - 1];
    }
    distances[at] = d;
    points[at] = point;
  };
  for (let p = 0; p < order.length; p++) {
    const i = order[p];
    if (i < n) continue;
    distances.fill(Number.POSITIVE_INFINITY);
    let [below, above] = [p - 1, p + 1];
    // outwards along the first column, until it alone is too far away
    for (;;) {
      const down = below >= 0 ? first[i] - first[order[below]] : Number.POSITIVE_INFINITY;
      const up = above < order.length ? first[order[above]] - first[i] : Number.POSITIVE_INFINITY;
      if (Math.min(down, up) ** 2 >= distances[k - 1]) break;
      const point = down <= up ? order[below--] : order[above++];
      const d = squaredDistance(columns, i, point);
      if (d < distances[k - 1]) take(d, point);
    }
    counts[i - n] = points.reduce((sum, point) => sum + Number(point < n), 0);
  }
  return counts;
}

function squaredDistance(columns: Columns, a: number, b: number): number {
  let sum = 0;
  for (const column of columns) sum += (column[a] - column[b]) ** 2;
  return sum;
}
