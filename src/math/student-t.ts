import { logGamma } from "./chi-square.js";
import { integratePanels } from "./quadrature.js";

/**
 * P(|T| <= t) for Student's t, for a whole number of degrees of freedom by the finite series in theta = atan(t/sqrt(df)):
 *   odd df:  2/pi (theta + sin theta (cos theta + 2/3 cos^3 theta + .. )),  even df:  sin theta (1 + 1/2 cos^2 theta + ..)
 * and between whole numbers (Satterthwaite's) by quadrature of its density in theta, which is proportional to cos^(df - 1).
 * Absolute accuracy about 1e-15 and 1e-9. Source: Abramowitz & Stegun 26.7.1, 26.7.3 and 26.7.4.
 * @param t  at least 0
 * @param df at least 1
 * @throws RangeError
 */
export function studentTWithin(t: number, df: number): number {
  if (!(t >= 0)) throw new RangeError(`studentTWithin: t must be at least 0, got ${t}`);
  if (!(df >= 1)) throw new RangeError(`studentTWithin: df must be at least 1, got ${df}`);
  if (!Number.isInteger(df)) return withinByQuadrature(t, df);
  const theta = Math.atan(t / Math.sqrt(df));
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const odd = df % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = df === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= df - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}

function withinByQuadrature(t: number, df: number): number {
  const logScale = logGamma((df + 1) / 2) - logGamma(df / 2) + Math.log(2) - 0.5 * Math.log(Math.PI);
  const theta = Math.atan(t / Math.sqrt(df));
  // Of many degrees of freedom the density is narrow.
  const panels = df < 30 ? 4 : 16;
  return Math.min(1, Math.exp(logScale) * integratePanels((u) => Math.cos(u) ** (df - 1), 0, theta, panels));
}

/** Degrees of freedom from which Student's t is so nearly normal that a series of so many terms is not worth it. */
const nearlyNormal = 2000;

/**
 * The t with P(|T| <= t) = level, by bisection to full accuracy: half the width of a two-sided interval in standard errors.
 * @param level in (0, 1)
 * @param df    at least 1, whole or not; more than 2000 count as 2000
 * @throws RangeError
 */
export function studentTQuantile(level: number, df: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`studentTQuantile: level must lie in (0, 1), got ${level}`);
  const used = Math.min(df, nearlyNormal);
  let [low, high] = [0, Math.PI / 2];
  const at = (theta: number) => Math.sqrt(used) * Math.tan(theta);
  for (let i = 0; i < 100 && high - low > 1e-16; i++) {
    const middle = (low + high) / 2;
    if (studentTWithin(at(middle), used) < level) low = middle;
    else high = middle;
  }
  return at(low);
}
