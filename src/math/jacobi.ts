import { RunError } from "../errors.js";
import { dot } from "./dot.js";

const MAX_SWEEPS = 60;
const THRESHOLD = 1e-15;

/**
 * One-sided Jacobi (Hestenes 1958): rotates pairs of columns until all are orthogonal to relative accuracy 1e-15.
 * Afterwards column j is sigma_j u_j, with sigma_j the singular values to high relative accuracy (Demmel & Veselic 1992).
 * @param columns   k columns of one length >= k, overwritten by sigma_j u_j
 * @param companion k vectors rotated along (start with the identity to get right singular vectors); may be empty
 * @returns singular values, in the order of the columns (not sorted)
 * @throws RunError when 60 sweeps do not suffice (never seen on finite input)
 */
export function jacobiSvd(columns: Float64Array[], companion: Float64Array[] = []): Float64Array {
  const k = columns.length;
  for (let sweep = 0; ; sweep++) {
    if (sweep === MAX_SWEEPS)
      throw new RunError(`one-sided Jacobi: no convergence in ${MAX_SWEEPS} sweeps, order ${k}`);
    let rotated = false;
    for (let i = 0; i < k - 1; i++) {
      for (let j = i + 1; j < k; j++) if (orthogonalise(columns, companion, i, j)) rotated = true;
    }
    if (!rotated) break;
  }
  return Float64Array.from(columns, (c) => Math.sqrt(dot(c, c, c.length)));
}

/** Rotates columns i and j so that they become orthogonal; false when they already are. */
function orthogonalise(columns: Float64Array[], companion: Float64Array[], i: number, j: number): boolean {
  const a = columns[i];
  const b = columns[j];
  const aa = dot(a, a, a.length);
  const bb = dot(b, b, b.length);
  const ab = dot(a, b, a.length);
  if (Math.abs(ab) <= THRESHOLD * Math.sqrt(aa) * Math.sqrt(bb)) return false;
  const zeta = (bb - aa) / (2 * ab);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + t * t);
  rotate(a, b, cosine, cosine * t);
  if (companion.length > 0) rotate(companion[i], companion[j], cosine, cosine * t);
  return true;
}

function rotate(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let k = 0; k < a.length; k++) {
    const x = a[k];
    const y = b[k];
    a[k] = cosine * x - sine * y;
    b[k] = sine * x + cosine * y;
  }
}
