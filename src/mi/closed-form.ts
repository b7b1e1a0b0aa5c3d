import { logDetOfFactor, tryCholesky } from "../math/dense.js";
import { dot } from "../math/dot.js";
import { psiBias } from "../pid/estimate/bias.js";
import { bitsPerNat } from "./estimate.js";

/** Rows needed beyond the columns: with fewer the correction is larger than what it corrects. */
export const spareRows = 4;

/**
 * Mutual information of normal variables from their sample covariance, bias-corrected, bits:
 *   1/2 log2 (det S_x det S_y / det S_xy) - bias
 * @param x columns of mean 0
 * @param y columns of mean 0
 * @returns null where rows are too few, or columns combinations of others
 */
export function closedForm(x: readonly Float64Array[], y: readonly Float64Array[]): number | null {
  const n = y[0].length;
  if (n < x.length + y.length + spareRows) return null;
  const logDet = (columns: readonly Float64Array[]) => {
    const d = columns.length;
    const length = columns.map((c) => Math.sqrt(dot(c, c, n)));
    const matrix = new Float64Array(d * d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) matrix[i * d + j] = dot(columns[i], columns[j], n) / (length[i] * length[j]);
    }
    const factor = tryCholesky(matrix, d);
    if (typeof factor === "number") return null;
    for (let i = 0; i < d; i++) if (factor[i * d + i] < 1e-5) return null; // a variance of 1e-10: rounding
    return logDetOfFactor(factor, d);
  };
  const [ofX, ofY, ofBoth] = [logDet(x), logDet(y), logDet([...x, ...y])];
  if (ofX === null || ofY === null || ofBoth === null) return null;
  return 0.5 * (ofX + ofY - ofBoth) * bitsPerNat - psiBias(y.length, x.length, n);
}
