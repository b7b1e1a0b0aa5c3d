import { mean, quantileOfSorted, sorted, standardDeviation } from "../../math/descriptive.js";
import { effectiveGroups, fewestGroups, rowsByGroup } from "./groups.js";

/** What a balanced deal of groups looks at. */
export interface DealtTable {
  /** Group of each row. */
  readonly group: readonly string[];
  /** [rows] values of each target. */
  readonly targets: readonly { readonly values: Float64Array }[];
}

/** Points of a target's distribution, besides mean and spread, in which the parts are to agree: its deciles. */
const quantiles = 9;
/** Weight of a departure from the wanted size, squared and relative, against one of the mean in standard deviations. */
const sizeWeight = 4;
/** Makes a shift of a normal target count as much in its distribution function as in its mean: 1 / integral of phi^3 is 10.9. */
const quantileWeight = 10;

/**
 * Sums over the rows of each group, from which all that a deal is judged by follows by addition: rows, squared rows, the
 * group itself, and per target the standardised values, their squares, and the rows at or below each decile.
 */
export class GroupTotals {
  readonly names: readonly string[];
  /** Rows of each group. */
  readonly sizes: Int32Array;
  readonly rows: number;
  readonly targets: number;
  /** Numbers per group. */
  readonly width: number;
  /** Row-major [groups, width]. */
  readonly values: Float64Array;
  /** Groups of equal size that would be as many: rows^2 / sum of squared sizes (Kish 1965). */
  readonly effective: number;

  constructor({ group, targets }: DealtTable) {
    const members = rowsByGroup(group);
    this.names = [...members.keys()];
    this.sizes = Int32Array.from(members.values(), (own) => own.length);
    this.rows = group.length;
    this.targets = targets.length;
    this.width = targetStart(targets.length);
    this.values = new Float64Array(this.names.length * this.width);
    this.sizes.forEach((size, g) => {
      this.values.set([size, size ** 2, 1], g * this.width);
    });
    targets.forEach(({ values }, t) => {
      this.addTarget([...members.values()], values, targetStart(t));
    });
    this.effective = effectiveGroups(this.sizes);
  }

  private addTarget(members: readonly (readonly number[])[], values: Float64Array, at: number): void {
    const ascending = sorted(values);
    const centre = mean(ascending);
    const scale = standardDeviation(ascending, 0) || 1;
    const deciles = Array.from({ length: quantiles }, (_, k) => quantileOfSorted(ascending, (k + 1) / (quantiles + 1)));
    const share = deciles.map((decile) => ascending.filter((value) => value <= decile).length / ascending.length);
    members.forEach((rows, g) => {
      const start = g * this.width + at;
      for (const row of rows) {
        const z = (values[row] - centre) / scale;
        this.values[start] += z;
        this.values[start + 1] += z * z;
        // Less the share of all rows, so that a part which agrees with the whole has 0.
        deciles.forEach((decile, k) => {
          this.values[start + 2 + k] += Number(values[row] <= decile) - share[k];
        });
      }
    });
  }
}

/** Where the sums of a target begin: after rows, squared rows and groups. */
function targetStart(target: number): number {
  return 3 + target * (2 + quantiles);
}

/**
 * A deal of whole groups to parts, and how far its parts are from what they should be. Per part
 *   4 (rows / wanted - 1)^2 + mean over targets of [ mean^2 + (sd - 1)^2 + 10 mean_k (F(decile_k) - F_all(decile_k))^2 ]
 *   + max(0, 1 / effective groups - 1 / wanted groups) + max(0, 1 / groups - 1 / 5),
 * with targets standardised over all rows. Wanted are as many effective groups as the part's share, and at least five: what
 * a mean over groups varies by falls with one over their number.
 */
export class GroupDeal {
  /** Part of each group. */
  readonly part: Int32Array;
  private readonly sums: Float64Array[];
  private readonly costs: number[];

  constructor(
    private readonly totals: GroupTotals,
    private readonly shares: readonly number[],
    part: ArrayLike<number>,
  ) {
    this.part = Int32Array.from(part);
    this.sums = shares.map(() => new Float64Array(totals.width));
    this.part.forEach((p, g) => {
      this.add(p, g, 1);
    });
    this.costs = shares.map((_, p) => this.costOf(p));
  }

  get cost(): number {
    return this.costs.reduce((sum, cost) => sum + cost, 0);
  }

  /** Largest departure of a part's share of the rows from the wanted one. */
  get sizeError(): number {
    return Math.max(...this.shares.map((share, p) => Math.abs(this.sums[p][0] / this.totals.rows - share)));
  }

  /** Gives groups to other parts if that lowers the cost by more than rounding; else all stays as it is. */
  tryMoves(moves: readonly { readonly group: number; readonly to: number }[]): boolean {
    const from = moves.map(({ group }) => this.part[group]);
    const touched = [...new Set([...from, ...moves.map(({ to }) => to)])];
    const before = touched.map((p) => this.costs[p]);
    this.shift(moves.map(({ group, to }) => [group, to]));
    const after = touched.map((p) => this.costOf(p));
    const gain = before.reduce((sum, cost, i) => sum + cost - after[i], 0);
    if (gain > 1e-9) {
      touched.forEach((p, i) => {
        this.costs[p] = after[i];
      });
      return true;
    }
    this.shift(moves.map(({ group }, i) => [group, from[i]]));
    return false;
  }

  /** Whether every part agrees with the whole about as well as rows that are drawn one by one do. */
  isLikeRows(): boolean {
    return this.costs.every((cost) => cost <= likeRows);
  }

  private shift(moves: readonly (readonly [number, number])[]): void {
    for (const [group, to] of moves) {
      this.add(this.part[group], group, -1);
      this.add(to, group, 1);
      this.part[group] = to;
    }
  }

  private add(p: number, group: number, sign: number): void {
    const { values, width } = this.totals;
    const sums = this.sums[p];
    for (let f = 0; f < width; f++) sums[f] += sign * values[group * width + f];
  }

  private costOf(p: number): number {
    const { rows, effective, targets } = this.totals;
    const [share, sums] = [this.shares[p], this.sums[p]];
    const [n, squared, groups] = sums;
    if (n < 0.5) return Number.POSITIVE_INFINITY;
    const wanted = Math.max(share * effective, fewestGroups);
    const few = Math.max(0, squared / n ** 2 - 1 / wanted) + Math.max(0, 1 / groups - 1 / fewestGroups);
    let apart = 0;
    for (let t = 0; t < targets; t++) apart += targetDistance(sums, targetStart(t), n);
    return sizeWeight * (n / (share * rows) - 1) ** 2 + few + apart / targets;
  }
}

/**
 * Largest cost of a part that is kept as it was first dealt. A shift of the mean by 0.2 standard deviations costs about so
 * much, and a hundred rows that are drawn one by one depart as far now and then.
 */
const likeRows = 0.08;

/** Distance of a target's distribution in a part from that in all rows, from the sums that begin at `at`. */
function targetDistance(sums: Float64Array, at: number, n: number): number {
  const shift = sums[at] / n;
  const spread = Math.sqrt(Math.max(0, sums[at + 1] / n - shift ** 2));
  let steps = 0;
  for (let k = 0; k < quantiles; k++) steps += (sums[at + 2 + k] / n) ** 2;
  return shift ** 2 + (spread - 1) ** 2 + (quantileWeight * steps) / quantiles;
}
