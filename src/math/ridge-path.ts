import { solveShifted, type Tridiagonal, tridiagonalise } from "./tridiagonal.js";

/** A penalty that was tried, with what it gave. */
export interface RidgeFit {
  readonly alpha: number;
  /** Generalised cross-validation error, mean squared, in the unit of the target squared. */
  readonly gcv: number;
  /** Coefficients of the columns, or in the dual form weights of the rows, [size]. */
  readonly coefficients: Float64Array;
}

/**
 * Degrees of freedom that a penalty has to leave where there are hardly more rows than columns. The error of a fit that leaves d
 * of them is a chi-square of d over d^2: with 1 or 2 it is the smallest of all by chance in one table of twenty, and such a fit
 * nearly goes through every row. With 10 that happens less than once in a hundred thousand.
 */
const fewestDegrees = 10;

/**
 * Ridge regressions |y - X b|^2 + alpha |b|^2 on one centred X [rows, columns] for any targets and penalties. One
 * reduction of X'X, or of XX' when that is smaller, to tridiagonal form serves them all; each penalty then costs O(size)
 * (Elden 1977). No eigenvector is ever formed.
 */
export class RidgePath {
  private readonly tridiagonal: Tridiagonal;

  /**
   * @param gram X'X [columns, columns] (`form: "columns"`) or XX' [rows, rows] (`form: "rows"`), row-major; overwritten
   * @param rows number of rows of X
   */
  constructor(
    gram: Float64Array,
    private readonly size: number,
    private readonly form: "columns" | "rows",
    private readonly rows: number,
  ) {
    this.tridiagonal = tridiagonalise(gram, size);
  }

  /** Tridiagonal form of the Gram matrix: it has the same eigenvalues. */
  get reduced(): Pick<Tridiagonal, "diagonal" | "offDiagonal"> {
    return this.tridiagonal;
  }

  /**
   * The fit whose penalty minimises the generalised cross-validation error (Golub, Heath & Wahba 1979)
   *   GCV(alpha) = n RSS(alpha) / (n - 1 - trace of the hat matrix)^2
   * among those that leave degrees of freedom to judge them by.
   * @param side   X'y ("columns") or y ("rows"), [size], y centred
   * @param total  y'y
   * @param alphas penalties to try, above 0
   */
  best(side: Float64Array, total: number, alphas: readonly number[]): RidgeFit {
    const rotated = side.slice();
    this.tridiagonal.rotate(rotated);
    let best: RidgeFit | undefined;
    for (const alpha of alphas) {
      const fit = this.fit(rotated, total, alpha);
      // Where no penalty can be judged, the largest: it follows single rows the least.
      if (best === undefined || fit.gcv < best.gcv || !Number.isFinite(best.gcv)) best = fit;
    }
    if (best === undefined) throw new RangeError("a ridge regression needs at least one penalty");
    this.tridiagonal.rotateBack(best.coefficients);
    return best;
  }

  /** In the dual form every small penalty leaves few, of all rows alike where columns are many more; just above as many it can err. */
  private get leastDegrees(): number {
    return this.form === "columns" ? Math.min(fewestDegrees, (this.rows - 1) / 2) : 0;
  }

  /** Rotated coefficients and error at one penalty. */
  private fit(rotated: Float64Array, total: number, alpha: number): RidgeFit {
    const { solution, traceOfInverse } = solveShifted(this.tridiagonal, alpha, rotated);
    let explained = 0;
    let square = 0;
    for (let i = 0; i < solution.length; i++) {
      explained += rotated[i] * solution[i];
      square += solution[i] * solution[i];
    }
    // Rows: residuals are alpha (XX' + alpha)^-1 y. Columns: RSS = y'y - b'X'y - alpha |b|^2, which rounding can turn
    // negative when the columns explain everything.
    const rss = this.form === "rows" ? alpha * alpha * square : Math.max(0, total - explained - alpha * square);
    const degrees = this.rows - 1 - (this.size - alpha * traceOfInverse);
    return {
      alpha,
      gcv: degrees > this.leastDegrees ? (this.rows * rss) / degrees ** 2 : Number.POSITIVE_INFINITY,
      coefficients: solution,
    };
  }
}
