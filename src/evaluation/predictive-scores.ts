import { mean, quantileOfSorted, standardDeviation } from "../math/descriptive.js";
import type { ScoreList } from "./score-list.js";

/** What a value may be at least and at most. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A row whose distribution is that of `centre + scale * score`, the score any of a list, brought within the bounds. */
export interface ScoredRow {
  readonly truth: number;
  readonly centre: number;
  /** Above 0. */
  readonly scale: number;
  readonly bounds: Bounds;
}

/** A predictive distribution made of scores, and the proper scores of true values under it. */
export class PredictiveScores {
  private readonly masses: Float64Array;
  private readonly density: KernelDensity;

  constructor(private readonly list: ScoreList) {
    const { values, masses } = list;
    const total = masses?.reduce((sum, mass) => sum + mass, 0) ?? values.length;
    this.masses = Float64Array.from(values, (_, i) => (masses?.[i] ?? 1) / total);
    this.density = new KernelDensity(list);
  }

  /**
   * Continuous ranked probability score, unit of the value, lower is better; of a single value the absolute error.
   *   CRPS(F, y) = integral (F(x) - 1{y <= x})^2 dx = E|X - y| - E|X - X'| / 2        (Gneiting & Raftery 2007)
   */
  crps({ truth, centre, scale, bounds }: ScoredRow): number {
    const { values } = this.list;
    let below = 0;
    let sum = 0;
    let before = Number.NaN;
    // The integral between neighbours: F is constant there.
    const piece = (from: number, to: number) => {
      const held = Math.min(Math.max(truth, from), to);
      sum += below ** 2 * (held - from) + (1 - below) ** 2 * (to - held);
    };
    for (let i = 0; i < values.length; i++) {
      const x = Math.min(bounds.max, Math.max(bounds.min, centre + scale * values[i]));
      if (i === 0) sum += Math.max(0, x - truth);
      else piece(before, x);
      below += this.masses[i];
      before = x;
    }
    return sum + Math.max(0, truth - before);
  }

  /** Negative log density, nats; of the smoothed scores, without the bounds. Lower is better; it moves with the unit. */
  logScore({ truth, centre, scale }: Omit<ScoredRow, "bounds">): number {
    return Math.log(scale) - this.density.log((truth - centre) / scale);
  }
}

/** Degrees of freedom of a kernel: its tails say of a value beyond all scores that it is rare, not that it cannot be. */
const degrees = 5;
/** Kernels at most: quantiles of more scores than that stand for them. */
const mostKernels = 500;
/** Log of the density of Student's t with 5 degrees of freedom at 0: 8 / (3 pi sqrt 5). */
const logNorm = Math.log(8 / (3 * Math.PI * Math.sqrt(degrees)));

/**
 * Density of scores, smoothed: the mean of Student's t around each of them, its standard deviation by Silverman's rule
 *   0.9 min(sd, IQR / 1.34) n^(-1/5)
 */
class KernelDensity {
  private readonly centres: readonly number[];
  private readonly width: number;

  constructor({ values, masses }: ScoreList) {
    this.centres = masses === undefined && values.length <= mostKernels ? values : quantiles(values, masses);
    const sorted = Float64Array.from(this.centres);
    const spread = standardDeviation(sorted);
    const middle = (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)) / 1.34;
    const least = middle > 0 ? Math.min(spread, middle) : spread;
    // The variance of Student's t is degrees / (degrees - 2).
    this.width = 0.9 * Math.sqrt((degrees - 2) / degrees) * (least > 0 ? least : 1) * sorted.length ** -0.2;
  }

  log(x: number): number {
    const each = this.centres.map((centre) => {
      const u = (x - centre) / this.width;
      return (1 + u ** 2 / degrees) ** (-(degrees + 1) / 2);
    });
    return Math.log(mean(each)) + logNorm - Math.log(this.width);
  }
}

/** Values at evenly spread shares of the mass. */
function quantiles(values: readonly number[], masses: readonly number[] | undefined): number[] {
  const count = Math.min(mostKernels, values.length);
  const total = masses?.reduce((sum, mass) => sum + mass, 0) ?? values.length;
  const out: number[] = [];
  let sum = 0;
  values.forEach((value, i) => {
    sum += (masses?.[i] ?? 1) / total;
    while (out.length < count && (out.length + 0.5) / count <= sum + 1e-12) out.push(value);
  });
  return out;
}
