import { normalQuantile } from "../../math/special.js";

/** The farthest of so many rows show how a tail falls. */
const tailShare = 10;
/** Index of a tail whose variance is no longer finite, and the chance that a tail of that index passes for a heavier one. */
const finiteVariance = 2;
const chance = 0.05;
/** Rows whose influence makes an error up must be fewer than this. */
const fewRows = 15;

/**
 * Whether standard errors rest on few rows of a heavy tail, so that intervals hold less often than they say. The influence
 * ψ of the rows on an amount is quadratic in them: it has no variance where the rows have infinite fourth moments. Its tail
 * index, from the k farthest of 10 k rows (Hill 1975), and the number of rows that its squares are worth are
 *   α = k / Σ_{i <= k} log(|ψ|_i / |ψ|_k+1),   (Σ ψ²)² / Σ ψ⁴
 * and both must be low for one of the amounts: α (1 + 1.64 / √k) < 2, with the error of α that a power tail gives, and fewer
 * than 15 rows. A finite variance ends the second by itself when rows are many.
 * @param influences centred, of the amounts that are judged, each [rows], or their sums over groups of rows that depend on
 * one another
 */
export function restOnHeavyTails(influences: readonly Float64Array[]): boolean {
  return influences.some(isHeavy);
}

function isHeavy(influence: Float64Array): boolean {
  let square = 0;
  let fourth = 0;
  for (const v of influence) {
    square += v ** 2;
    fourth += v ** 4;
  }
  return fourth > 0 && square ** 2 / fourth < fewRows && highestIndex(influence) < finiteVariance;
}

/** Upper bound of the tail index; infinite where the tail does not fall. */
function highestIndex(influence: Float64Array): number {
  const sizes = influence.map(Math.abs).sort().reverse();
  const k = Math.ceil(sizes.length / tailShare);
  if (!(sizes[k] > 0)) return Number.POSITIVE_INFINITY;
  const fall = sizes.subarray(0, k).reduce((sum, size) => sum + Math.log(size / sizes[k]), 0);
  return (k / fall) * (1 + normalQuantile(1 - chance) / Math.sqrt(k));
}
