import type { PidLayout } from "../closed-form/gaussian-pid.js";
import type { Gradient } from "../closed-form/gradients.js";
import { isSaturated } from "../closed-form/saturation.js";
import { standardise } from "../covariance/covariance.js";
import { covarianceOf, MomentAccumulator, type Moments } from "../covariance/moments.js";
import { errorSets, type ModalitySet } from "../multi/modality-sets.js";
import type { ErrorEvidence } from "./evidence.js";
import { GatheredGroups, type GroupTotals } from "./gathered-groups.js";
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
  private readonly groups: GatheredGroups | null;

  /**
   * @param moments of all rows of the table
   * @param labels  of groups of rows that depend on one another, with all their rows; null where rows are independent
   * @throws InputError where they cannot be decomposed
   */
  constructor(
    private readonly moments: Moments,
    layout: PidLayout,
    labels: ReadonlyMap<string, number> | null = null,
  ) {
    this.fitted = sampleSystem(standardise(covarianceOf(moments), layout.targets, layout.sources));
    this.sets = errorSets(layout.sources.length);
    this.accumulator = new MomentAccumulator(this.sets.length * pairsOf(this.fitted.system.n).length);
    // A target that the columns determine has no errors.
    const none = labels === null || isSaturated(this.fitted.system);
    this.groups = none ? null : new GatheredGroups(this.fitted, moments, labels);
  }

  /** @param columns targets first, each [rows], gaps filled @param labels [rows], where rows have groups */
  add(columns: readonly Float64Array[], labels: readonly string[] = []): void {
    const rows = columns[0].length;
    for (let start = 0; start < rows; start += blockRows) {
      const end = Math.min(rows, start + blockRows);
      this.addBlock(
        columns.map((column) => column.subarray(start, end)),
        labels.slice(start, end),
      );
    }
  }

  /** Moments of the products, set by set. */
  total(): Moments {
    return this.accumulator.total();
  }

  /** What is known of the groups; null where rows are independent. */
  groupTotals(): GroupTotals | null {
    return this.groups?.total() ?? null;
  }

  private addBlock(columns: readonly Float64Array[], labels: readonly string[]): void {
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
    this.groups?.add(columns, labels, block);
  }
}

/**
 * Errors from the products of residuals of all rows: those of `rowEvidence` without groups, from sums alone.
 * @param features  moments of the products, as `ResidualFeatures` gathers them
 * @param n         target columns
 * @param inflation factor on standard errors for residuals that were fitted on the same rows
 */
export function featureEvidence(features: Moments, modalities: number, n: number, inflation: number): ErrorEvidence {
  const weights = featureWeights(modalities, n);
  const size = features.mean.length;
  const standardError = (gradient: Gradient) => {
    const w = weights(gradient);
    let square = 0;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) square += w[a] * features.comoment[a * size + b] * w[b];
    }
    return inflation * Math.sqrt(Math.max(0, square) / (features.n - 1) / features.n);
  };
  return { influence: null, independent: null, standardError, source: "rows", groups: null, inflation };
}

/** The influence on a number as a linear form of the products, by the number's derivative. @param n target columns */
export function featureWeights(modalities: number, n: number): (gradient: Gradient) => Float64Array {
  const sets = errorSets(modalities);
  const pairs = pairsOf(n);
  return (gradient) => {
    const out = new Float64Array(sets.length * pairs.length);
    for (const [s, set] of sets.entries()) {
      const matrix = gradient.get(set);
      if (matrix === undefined) continue;
      for (const [p, [i, j]] of pairs.entries()) {
        out[s * pairs.length + p] = i === j ? matrix[i * n + i] : matrix[i * n + j] + matrix[j * n + i];
      }
    }
    return out;
  };
}

/** Places of the squares of the residuals among the products of a set, by target column. */
export function squaresAt(n: number): number[] {
  return Array.from({ length: n }, (_, j) => pairsOf(n).findIndex(([a, b]) => a === j && b === j));
}

function pairsOf(n: number): (readonly [number, number])[] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: i + 1 }, (_u, j) => [j, i] as const)).flat();
}
