import { normalCdf, normalDensity, normalQuantile } from "../../math/special.js";
import { cubic, gaussianEntropy } from "./scale-mixture.js";

/*
 * Y = sin(frequency U) + noise T, U and T standard normal. Integrands are analytic and vanish at the ends, so the
 * trapezoid rule converges faster than any power of its step.
 */

/** Beyond this many standard deviations a normal has weight below 1e-17. */
const reach = 8.7;

/** What a perfect reader of U knows about Y. */
export interface CurveTruth {
  /** I(Y; U) = h(Y) - h(noise T), bits. */
  readonly information: number;
  /** Share of the variance of Phi^-1(F(Y)) that U explains: E (E[Phi^-1(F(Y)) | U])^2. */
  readonly explainedShare: number;
}

/** @param points nodes of every integral */
export function curveTruth(frequency: number, noise: number, points: number): CurveTruth {
  const u = trapezoid(reach, points);
  const weights = u.nodes.map((node, i) => u.weights[i] * normalDensity(node));
  const means = u.nodes.map((node) => Math.sin(frequency * node));
  const mix = (of: (t: number) => number, y: number) =>
    means.reduce((sum, mean, i) => sum + weights[i] * of((y - mean) / noise), 0);
  const far = 1 + reach * noise;
  const y = trapezoid(far, points);
  const entropy = y.nodes.reduce((sum, node, i) => {
    const density = mix(normalDensity, node) / noise;
    return density > 0 ? sum - y.weights[i] * density * Math.log2(density) : sum;
  }, 0);
  // Y and -Y are alike: the score is odd, and on the upper half the survival function keeps its digits.
  const step = far / points;
  const upper = Float64Array.from({ length: points + 3 }, (_, i) =>
    i < 2 ? 0 : -normalQuantile(mix((t) => normalCdf(-t), (i - 1) * step)),
  );
  upper[0] = -upper[2];
  const score = (at: number) => Math.sign(at) * cubic(upper, Math.min(Math.abs(at) / step, points - 1e-9) + 1);
  const explained = means.reduce((sum, mean, i) => {
    const expected = u.nodes.reduce((total, t, k) => total + weights[k] * score(mean + noise * t), 0);
    return sum + weights[i] * expected ** 2;
  }, 0);
  return { information: entropy - gaussianEntropy(noise ** 2), explainedShare: explained };
}

/** Equally spaced nodes on [-far, far]. */
function trapezoid(far: number, points: number): { nodes: Float64Array; weights: Float64Array } {
  const step = (2 * far) / (points - 1);
  const nodes = Float64Array.from({ length: points }, (_, i) => -far + i * step);
  return { nodes, weights: nodes.map((_, i) => (i === 0 || i === points - 1 ? step / 2 : step)) };
}
