import { integrate } from "../../math/quadrature.js";
import { normalCdf, normalDensity, normalQuantile } from "../../math/special.js";
import { gaussianEntropy } from "./scale-mixture.js";

/*
 * Y = S + noise t, S = +1 or -1 with equal chances, t standard normal.
 */

/** Beyond this many standard deviations of t its weight is below 1e-17. */
const reach = 8.7;

/** Density of Y. */
export function signDensity(noise: number, y: number): number {
  return (normalDensity((y - 1) / noise) + normalDensity((y + 1) / noise)) / (2 * noise);
}

/** I(Y; S) = h(Y) - h(noise t), bits, by adaptive quadrature. */
export function signInformation(noise: number): number {
  const term = (y: number) => {
    const density = signDensity(noise, y);
    return density > 0 ? -density * Math.log2(density) : 0;
  };
  const far = 1 + reach * noise;
  const near = Math.max(0, 1 - reach * noise);
  const options = { tolerance: 1e-11 };
  return 2 * (integrate(term, near, 1, options) + integrate(term, 1, far, options)) - gaussianEntropy(noise ** 2);
}

/** Share of the variance of Phi^-1(F(Y)) that knowing S explains: (E Phi^-1(F(1 + noise t)))^2. */
export function signExplainedShare(noise: number): number {
  const score = (y: number) => (y < 0 ? -upperScore(noise, -y) : upperScore(noise, y));
  const at = (t: number) => normalDensity(t) * score(1 + noise * t);
  // the score bends sharply where the two halves meet, at y = 0
  const middle = Math.max(-reach, -1 / noise);
  const options = { tolerance: 1e-10 };
  return (integrate(at, -reach, middle, options) + integrate(at, middle, reach, options)) ** 2;
}

/** Phi^-1(F(y)) for y >= 0, from the survival function, which keeps its digits in the tail. */
function upperScore(noise: number, y: number): number {
  const survival = (normalCdf((1 - y) / noise) + normalCdf((-1 - y) / noise)) / 2;
  return survival >= 0.5 ? 0 : -normalQuantile(survival);
}
