import type { PidLayout } from "../closed-form/gaussian-pid.js";
import type { Gradient } from "../closed-form/gradients.js";
import { isSaturated } from "../closed-form/saturation.js";
import { standardise } from "../covariance/covariance.js";
import { covarianceOf, MomentAccumulator, type Moments } from "../covariance/moments.js";
import { errorSets, type ModalitySet } from "../multi/modality-sets.js";
import type { ErrorEvidence } from "./evidence.js";
import { type SampleSystem, sampleSystem } from "./in-sample.js";
import { residualRows } from "./predictions.js";

/*
 * The influence of a row on a number of the decomposition is a quadratic form in its residuals, ψ = Σ_set e' G_set e. It is
 * linear in their products e_i e_j, i <= j, of which there are few: with their means and co-moments over the rows, which
 * are sums that shards can add up, the variance of ψ is known for every G.
 */

/** Rows that are taken at once. */
const blockRows = 512;

/** Gathers the products of residuals of some rows around the moments of all rows. */
export class ResidualFeatures {
  private readonly accumulator: MomentAccumulator;
  private readonly fitted: SampleSystem;
  private readonly sets: readonly ModalitySet[];

  /** @param moments of all rows of the table @throws InputError where they cannot be decomposed */
  constructor(
    private readonly moments: Moments,
    layout: PidLayout,
  ) {
    this.fitted = sampleSystem(standardise(covarianceOf(moments), layout.targets, layout.sources));
    this.sets = errorSets(layout.sources.length);
    this.accumulator = new MomentAccumulator(this.sets.length * pairsOf(this.fitted.system.n).length);
  }

  /** Whether the columns determine the target: then there is no error to be told. */
  get saturated(): boolean {
    return isSaturated(this.fitted.system);
  }

  /** @param columns targets first, each [rows], gaps filled */
  add(columns: readonly Float64Array[]): void {
    const rows = columns[0].length;
    for (let start = 0; start < rows; start += blockRows) {
      this.addBlock(columns.map((column) => column.subarray(start, Math.min(rows, start + blockRows))));
    }
  }

  /** Moments of the products, set by set. */
  total(): Moments {
    return this.accumulator.total();
  }

  private addBlock(columns: readonly Float64Array[]): void {
    const rows = columns[0].length;
    const { standard, system, predictions } = this.fitted;
    const pairs = pairsOf(system.n);
    const block = new Float64Array(this.accumulator.columns * rows);
    for (const [s, set] of this.sets.entries()) {
      const prediction = predictions.get(set);
      if (prediction === undefined) throw new RangeError(`no prediction from set ${set}`);
      const left = residualRows(standard, system.retained, prediction, columns, this.moments.mean);
      for (const [p, [i, j]] of pairs.entries()) {
        const at = (s * pairs.length + p) * rows;
        for (let r = 0; r < rows; r++) block[at + r] = left[r * system.n + i] * left[r * system.n + j];
      }
    }
    this.accumulator.addBlock(block, rows, rows);
  }
}

/**
 * Errors from the products of residuals of all rows: those of `rowEvidence` without groups, from sums alone.
 * @param features  moments of the products, as `ResidualFeatures` gathers them
 * @param n         target columns
 * @param inflation factor on standard errors for residuals that were fitted on the same rows
 */
export function featureEvidence(features: Moments, modalities: number, n: number, inflation: number): ErrorEvidence {
  const sets = errorSets(modalities);
  const pairs = pairsOf(n);
  const size = features.mean.length;
  if (size !== sets.length * pairs.length) throw new RangeError(`expected ${sets.length * pairs.length} products`);
  const weights = (gradient: Gradient) => {
    const out = new Float64Array(size);
    for (const [s, set] of sets.entries()) {
      const matrix = gradient.get(set);
      if (matrix === undefined) continue;
      for (const [p, [i, j]] of pairs.entries()) {
        out[s * pairs.length + p] = i === j ? matrix[i * n + i] : matrix[i * n + j] + matrix[j * n + i];
      }
    }
    return out;
  };
  const standardError = (gradient: Gradient) => {
    const w = weights(gradient);
    let square = 0;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) square += w[a] * features.comoment[a * size + b] * w[b];
    }
    return inflation * Math.sqrt(Math.max(0, square) / (features.n - 1) / features.n);
  };
  return { influence: null, standardError, source: "rows", groups: null, inflation };
}

function pairsOf(n: number): (readonly [number, number])[] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: i + 1 }, (_u, j) => [j, i] as const)).flat();
}
