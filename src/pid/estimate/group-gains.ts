import { choleskyFactor, forwardSolve } from "../../math/dense.js";
import { emptySet, errorSets } from "../multi/modality-sets.js";
import { gainOfRow, gainsOfProducts, gainsOfRows } from "./effective-rows.js";
import type { GroupRows } from "./group-rows.js";
import type { SampleSystem } from "./in-sample.js";
import { residualRows, type SetPrediction } from "./predictions.js";

/** A set of modalities, whose orthonormal scores of a row with deviations x from the means are L^-1 (x / length). */
interface SetScores {
  readonly prediction: SetPrediction;
  /** Cholesky factor of the correlations of the columns used, flat [pivots, pivots]. */
  readonly factor: Float64Array;
}

/**
 * What leaving out groups, and single rows, gains of the squares of the residuals (`effectiveRows`), by set of modalities
 * and target column: sums over groups and rows that shards can add up, once the moments of all rows are known.
 */
export class GroupGains {
  /** In the order of `errorSets`; null for a set without columns. */
  private readonly sets: readonly (SetScores | null)[];

  /** @param rows of the table, all together */
  constructor(
    private readonly fitted: SampleSystem,
    private readonly rows: number,
  ) {
    const { standard, predictions } = fitted;
    this.sets = errorSets(standard.sources.length).map((set) => {
      const prediction = predictions.get(set);
      if (set === emptySet || prediction === undefined || prediction.pivots.length === 0) return null;
      const { pivots } = prediction;
      const own = Float64Array.from(pivots.flatMap((x) => pivots.map((z) => standard.r[x * standard.n + z])));
      return { prediction, factor: choleskyFactor(own, pivots.length, "correlations of independent columns") };
    });
  }

  /** Number of sums. */
  get size(): number {
    return this.sets.length * this.fitted.system.n;
  }

  /** Of a group with all its rows, [sets, target columns]. */
  ofGroup(group: GroupRows): Float64Array {
    const columns = group.deviations();
    return this.bySet((set) =>
      columns === null ? this.fromProducts(group.productsOfRows(), set) : this.fromRows(columns, set),
    );
  }

  /** Of rows as if each was a group of its own. @param columns deviations, [columns][rows] */
  ofSingleRows(columns: readonly Float64Array[]): Float64Array {
    return this.bySet((set) => {
      const scores = this.scores(columns, set);
      const leverage = columns[0].map((_, r) => scores.reduce((sum, q) => sum + q[r] * q[r], 0));
      return this.residuals(columns, set).map((e) =>
        e.reduce((sum, value, r) => sum + gainOfRow(value * value, leverage[r]), 0),
      );
    });
  }

  private bySet(gains: (set: SetScores) => readonly number[]): Float64Array {
    const { n } = this.fitted.system;
    const out = new Float64Array(this.size);
    for (const [s, set] of this.sets.entries()) if (set !== null) out.set(gains(set), s * n);
    return out;
  }

  private fromRows(columns: readonly Float64Array[], set: SetScores): number[] {
    const members = Int32Array.from(columns[0].keys());
    return gainsOfRows(members, this.scores(columns, set), this.residuals(columns, set));
  }

  /** A = L^-1 D P D L^-T and Q'e = L^-1 D P v for residuals e = v'x, with the products P and D = 1 / lengths. */
  private fromProducts(products: Float64Array, { prediction, factor }: SetScores): number[] {
    const { standard, system } = this.fitted;
    const { pivots, coefficients } = prediction;
    const width = standard.n;
    const lengths = pivots.map((x) => this.lengthOf(x));
    const unit = pivots.flatMap((x, a) => pivots.map((z, b) => products[x * width + z] / (lengths[a] * lengths[b])));
    const half = forwardSolve(factor, pivots.length, Float64Array.from(unit));
    const own = forwardSolve(factor, pivots.length, transposed(half, pivots.length));
    const overlaps = system.retained.map((y, j) => {
      const overlap = pivots.map((x, a) => {
        const predicted = pivots.reduce(
          (sum, z, p) => sum + (coefficients[p * system.n + j] / standard.scale[z]) * products[x * width + z],
          0,
        );
        return (products[x * width + y] / standard.scale[y] - predicted) / lengths[a];
      });
      return forwardSolve(factor, pivots.length, Float64Array.from(overlap), 1);
    });
    return gainsOfProducts(own, overlaps);
  }

  /** [pivots][rows] */
  private scores(columns: readonly Float64Array[], { prediction, factor }: SetScores): Float64Array[] {
    const rows = columns[0].length;
    const unit = new Float64Array(prediction.pivots.length * rows);
    for (const [p, x] of prediction.pivots.entries()) {
      const length = this.lengthOf(x);
      for (let r = 0; r < rows; r++) unit[p * rows + r] = columns[x][r] / length;
    }
    const scores = forwardSolve(factor, prediction.pivots.length, unit, rows);
    return prediction.pivots.map((_, p) => scores.subarray(p * rows, (p + 1) * rows));
  }

  /** [target columns][rows] */
  private residuals(columns: readonly Float64Array[], { prediction }: SetScores): Float64Array[] {
    const { standard, system } = this.fitted;
    const { n, retained } = system;
    const left = residualRows(standard, retained, prediction, columns, new Float64Array(columns.length));
    return retained.map((_, j) => columns[0].map((_v, r) => left[r * n + j]));
  }

  private lengthOf(column: number): number {
    return this.fitted.standard.scale[column] * Math.sqrt(this.rows - 1);
  }
}

function transposed(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % size) * size + Math.floor(at / size)]);
}
