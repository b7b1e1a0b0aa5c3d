import { correlation, sorted } from "../math/descriptive.js";
import { normalCdf, normalQuantile } from "../math/special.js";

/** How nearly normal a sample is. */
export interface NormalityTest {
  /** Shapiro-Francia W: squared correlation of the ordered values with their expected normal scores; 1 is normal. */
  readonly w: number;
  /** Probability of a W this low or lower for a normal sample of this size. */
  readonly pValue: number;
}

/** Sizes for which the distribution of W is known. */
export const normalityRows = { fewest: 5, most: 5000 } as const;

/**
 * Shapiro-Francia test of normality; location and scale do not matter.
 *   W = corr(x_(i), m_i)^2,  m_i = Phi^-1((i - 3/8) / (n + 1/4))
 *   log(1 - W) is nearly normal with mean and deviation given by u = log n, v = log u (Royston 1993)
 * With thousands of rows any departure is significant, however small: read W as the size of it.
 * Source: Shapiro & Francia 1972; Royston 1993, Statistics and Computing 3, 117-124.
 * @param values [n], any order, n within `normalityRows`
 * @returns null for a constant sample, of which neither exists
 * @throws RangeError for other sizes
 */
export function shapiroFranciaTest(values: ArrayLike<number>): NormalityTest | null {
  const n = values.length;
  const { fewest, most } = normalityRows;
  if (n < fewest || n > most) throw new RangeError(`Shapiro-Francia: expected ${fewest} to ${most} values, got ${n}`);
  const ascending = sorted(values);
  const scores = Float64Array.from({ length: n }, (_, i) => normalQuantile((i + 0.625) / (n + 0.25)));
  const r = correlation(ascending, scores);
  if (!Number.isFinite(r)) return null;
  const w = r * r;
  const { mean, deviation } = distribution(n);
  return { w, pValue: normalCdf(-(Math.log(Math.max(1 - w, Number.MIN_VALUE)) - mean) / deviation) };
}

/** Of log(1 - W) for a normal sample of n values. */
function distribution(n: number): { readonly mean: number; readonly deviation: number } {
  const u = Math.log(n);
  const v = Math.log(u);
  return { mean: -1.2725 + 1.0521 * (v - u), deviation: 1.0308 - 0.26758 * (v + 2 / u) };
}

/** The W below which a share `p` of normal samples of n values falls: for p = 0.05 it is 0.945 with 40 values, 0.989 with 250. */
export function normalW(n: number, p: number): number {
  const { mean, deviation } = distribution(n);
  return 1 - Math.exp(mean - deviation * normalQuantile(p));
}
