import { gaussLegendre, integrate } from "../../math/quadrature.js";
import { normalCdf, normalDensity, normalQuantile } from "../../math/special.js";

/**
 * Y = sqrt(base) t + product v w with t, v, w independent standard normal: N(0, base + product^2 v^2) given v.
 * All information in bits.
 */
export interface ScaleMixture {
  /** Variance of the part that is normal; above 0. */
  readonly base: number;
  readonly product: number;
}

/** Beyond this many standard deviations of v or t the normal weight is below 1e-17. */
const reach = 8.7;

/** Mean over v ~ N(0, 1) of f(v^2 product^2): twice the half line, because f is even in v. */
function overScale(mixture: ScaleMixture, f: (variance: number) => number): number {
  const { base, product } = mixture;
  if (product === 0) return f(base);
  return 2 * integrate((v) => normalDensity(v) * f(base + (product * v) ** 2), 0, reach, { tolerance: 1e-13 });
}

/** Mean over v of the entropy of N(0, variance + product^2 v^2), in bits. */
export function meanConditionalEntropy(mixture: ScaleMixture): number {
  return overScale(mixture, gaussianEntropy);
}

/** Differential entropy of N(0, variance), in bits. */
export function gaussianEntropy(variance: number): number {
  return 0.5 * Math.log2(2 * Math.PI * Math.E * variance);
}

/** Density of Y. */
export function mixtureDensity(mixture: ScaleMixture, y: number): number {
  return overScale(mixture, (variance) => normalDensity(y / Math.sqrt(variance)) / Math.sqrt(variance));
}

/** P(Y > y), accurate far into the tail. */
export function mixtureSurvival(mixture: ScaleMixture, y: number): number {
  return overScale(mixture, (variance) => normalCdf(-y / Math.sqrt(variance)));
}

/** Differential entropy of Y, in bits: -integral f log2 f by adaptive quadrature; closed form without a product. */
export function mixtureEntropy(mixture: ScaleMixture, tolerance = 1e-10): number {
  if (mixture.product === 0) return gaussianEntropy(mixture.base);
  const term = (y: number) => {
    const density = mixtureDensity(mixture, y);
    return density > 0 ? -density * Math.log2(density) : 0;
  };
  // the tail of a product of normals falls like exp(-|y| / product), slower than a normal one
  const far = reach * Math.sqrt(mixture.base) + 45 * Math.abs(mixture.product);
  return 2 * integrate(term, 0, far, { tolerance });
}

/**
 * The map y -> Phi^-1(F(y)) that makes Y standard normal, as cubic interpolation of a table.
 */
export function normalScore(mixture: ScaleMixture): (y: number) => number {
  const { base, product } = mixture;
  if (product === 0) return (y) => y / Math.sqrt(base);
  const far = reach * Math.sqrt(base) + 30 * Math.abs(product);
  const cells = 1500;
  const step = far / cells;
  const table = Float64Array.from({ length: cells + 3 }, (_, i) => {
    const y = (i - 1) * step;
    return y <= 0 ? (i === 1 ? 0 : Number.NaN) : -normalQuantile(mixtureSurvival(mixture, y));
  });
  table[0] = -table[2];
  return (y) => Math.sign(y) * cubic(table, Math.min(Math.abs(y) / step, cells - 1e-9) + 1);
}

/** Catmull-Rom value of a table at a real index. */
export function cubic(table: Float64Array, at: number): number {
  const i = Math.floor(at);
  const t = at - i;
  const [a, b, c, d] = [table[i - 1], table[i], table[i + 1], table[i + 2]];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/**
 * Share of the variance of Phi^-1(F(Y)) that a perfect regression on a modality explains: E (E[score | m, v])^2, where
 * given (m, v) Y ~ N(m, residual variance) and m ~ N(0, known variance).
 * @param known variance of the conditional mean given v, split as constant + perScale v^2
 * @param residual variance of Y given what is known, split the same way
 * @param panels panels of 8 Gauss-Legendre nodes on the half line of each of the three integrals
 */
export function explainedShare(
  score: (y: number) => number,
  known: { readonly constant: number; readonly perScale: number },
  residual: { readonly constant: number; readonly perScale: number },
  panels = 20,
): number {
  const half = halfNormalRule(panels);
  const scales = known.perScale === 0 && residual.perScale === 0 ? { nodes: [0], weights: [1] } : half;
  let share = 0;
  for (let i = 0; i < scales.nodes.length; i++) {
    const square = scales.nodes[i] ** 2;
    const sd = Math.sqrt(known.constant + known.perScale * square);
    const rest = Math.sqrt(residual.constant + residual.perScale * square);
    if (sd === 0) continue;
    for (let j = 0; j < half.nodes.length; j++) {
      const mean = meanScore(score, sd * half.nodes[j], rest, half);
      share += scales.weights[i] * half.weights[j] * mean * mean;
    }
  }
  return share;
}

/** E score(m + rest t), t ~ N(0, 1). */
function meanScore(score: (y: number) => number, m: number, rest: number, half: Rule): number {
  let mean = 0;
  for (let k = 0; k < half.nodes.length; k++) {
    const step = rest * half.nodes[k];
    mean += 0.5 * half.weights[k] * (score(m + step) + score(m - step));
  }
  return mean;
}

interface Rule {
  readonly nodes: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** Rule for E f(|T|), T ~ N(0, 1): equal panels; unlike Gauss-Hermite it resolves functions that bend near 0 only. */
function halfNormalRule(panels: number): Rule {
  const { nodes, weights } = gaussLegendre(8);
  const width = reach / panels;
  const at = Float64Array.from({ length: 8 * panels }, (_, i) => width * (Math.floor(i / 8) + (1 + nodes[i % 8]) / 2));
  return { nodes: at, weights: at.map((x, i) => width * weights[i % 8] * normalDensity(x)) };
}
