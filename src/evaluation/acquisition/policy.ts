import type { Expected } from "./value.js";

/** Rows of which every modality is known, as if they were still to be acquired. */
export interface SubsetLosses {
  readonly rows: number;
  /** Per subset of the modalities the loss of every row, [2^M] of [rows]. */
  readonly losses: readonly Float64Array[];
  /** What is expected of a row of which a subset is at hand. */
  readonly expected: (have: number, row: number) => Expected;
}

/** A step of one row: what it has then, and what was expected of it for every unit of cost. */
interface Step {
  readonly have: number;
  readonly gain: number;
}

/** A point of a curve: means over rows. */
export interface CurvePoint {
  readonly cost: number;
  readonly loss: number;
}

/** Per point what each row has cost and its loss, [points] of [rows]. */
export interface RowCurve {
  readonly costs: readonly Float64Array[];
  readonly losses: readonly Float64Array[];
}

/** Points of the adaptive curve at most. */
const mostPoints = 40;

/** Subset of the modalities that cost nothing: they are there from the beginning. */
export function freeSubset(costs: readonly number[]): number {
  return costs.reduce((subset, cost, m) => (cost === 0 ? subset | (1 << m) : subset), 0);
}

export function costOfSubset(costs: readonly number[], subset: number): number {
  return costs.reduce((sum, cost, m) => ((subset >> m) & 1 ? sum + cost : sum), 0);
}

/**
 * The modality that is expected to lower the loss most for its cost, and by how much; null where a row has them all. What costs
 * nothing goes before all else where anything is expected of it, the larger drop first.
 */
export function nextOf(
  { atHand, after }: Expected,
  costs: readonly number[],
): { modality: number; gain: number } | null {
  let best: { modality: number; gain: number; drop: number } | null = null;
  for (const [modality, loss] of after.entries()) {
    if (loss === null) continue;
    const drop = atHand - loss;
    const gain = drop === 0 ? 0 : drop / costs[modality];
    if (best === null || gain > best.gain || (gain === best.gain && drop > best.drop)) best = { modality, gain, drop };
  }
  return best === null ? null : { modality: best.modality, gain: best.gain };
}

/**
 * The adaptive policy: each row acquires the modality of the largest expected drop of its loss per cost, until that falls below a
 * threshold, which is the same for all rows; one point for each threshold. The policy looks one step ahead.
 */
export function adaptiveCurve(rows: SubsetLosses, costs: readonly number[]): RowCurve {
  const paths = Array.from({ length: rows.rows }, (_, row) => pathOf(rows, costs, row));
  const start = freeSubset(costs);
  const thresholds = thresholdsOf(paths.flatMap((path) => path.map(({ gain }) => gain)));
  const at = (threshold: number) => paths.map((path) => path.findLast(({ gain }) => gain >= threshold)?.have ?? start);
  return curveOf(rows, costs, [paths.map(() => start), ...thresholds.map(at)]);
}

/** The steps of a row; a gain counts no more than those before it, so that a lower threshold never leaves out what a higher one takes. */
function pathOf({ expected }: SubsetLosses, costs: readonly number[], row: number): Step[] {
  const path: Step[] = [];
  let have = freeSubset(costs);
  for (let least = Number.POSITIVE_INFINITY; ; ) {
    const next = nextOf(expected(have, row), costs);
    if (next === null) return path;
    have |= 1 << next.modality;
    least = Math.min(least, next.gain);
    path.push({ have, gain: least });
  }
}

/** Different gains, the largest first; of many their quantiles. The last is below all, where every row has everything. */
function thresholdsOf(gains: readonly number[]): number[] {
  const different = [...new Set(gains)].sort((a, b) => b - a);
  const last = Number.NEGATIVE_INFINITY;
  if (different.length < mostPoints) return [...different.slice(0, -1), last];
  const all = gains.toSorted((a, b) => b - a);
  const quantiles = Array.from(
    { length: mostPoints - 1 },
    (_, k) => all[Math.floor(((k + 1) * all.length) / mostPoints)],
  );
  return [...new Set([different[0], ...quantiles]), last];
}

/** The same order for all rows: one point for each modality more. */
export function orderCurve(rows: SubsetLosses, costs: readonly number[], order: readonly number[]): RowCurve {
  const subsets = [freeSubset(costs)];
  for (const m of order) subsets.push(subsets[subsets.length - 1] | (1 << m));
  return curveOf(
    rows,
    costs,
    subsets.map((subset) => Array.from({ length: rows.rows }, () => subset)),
  );
}

/** What a random order costs and errs: per number of modalities the mean over all subsets of that size. */
export function randomCurve(rows: SubsetLosses, costs: readonly number[]): RowCurve {
  const start = freeSubset(costs);
  const subsets = rows.losses.map((_, subset) => subset).filter((subset) => (subset & start) === start);
  const sizes = [...new Set(subsets.map(bits))].sort((a, b) => a - b);
  const groups = sizes.map((size) => subsets.filter((subset) => bits(subset) === size));
  const averaged = (of: (subset: number, row: number) => number) =>
    groups.map((group) =>
      Float64Array.from(
        { length: rows.rows },
        (_, row) => group.reduce((sum, s) => sum + of(s, row), 0) / group.length,
      ),
    );
  return {
    costs: averaged((subset) => costOfSubset(costs, subset)),
    losses: averaged((subset, row) => rows.losses[subset][row]),
  };
}

function bits(subset: number): number {
  return subset === 0 ? 0 : (subset & 1) + bits(subset >> 1);
}

function curveOf({ losses }: SubsetLosses, costs: readonly number[], points: readonly (readonly number[])[]): RowCurve {
  const prices = losses.map((_, subset) => costOfSubset(costs, subset));
  return {
    costs: points.map((have) => Float64Array.from(have, (subset) => prices[subset])),
    losses: points.map((have) => Float64Array.from(have, (subset, row) => losses[subset][row])),
  };
}

/** Means over rows. @param counts how often each row counts; all once if left out */
export function meanCurve({ costs, losses }: RowCurve, counts?: ArrayLike<number>): CurvePoint[] {
  const meanOf = (values: Float64Array) => {
    let [sum, weight] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const count = counts?.[i] ?? 1;
      sum += count * values[i];
      weight += count;
    }
    return sum / weight;
  };
  return costs.map((cost, k) => ({ cost: meanOf(cost), loss: meanOf(losses[k]) }));
}

/** Mean loss over all budgets from the first point to the last: the area under the curve over the range of its costs. */
export function meanOverBudgets(points: readonly CurvePoint[]): number {
  const [first, last] = [points[0], points[points.length - 1]];
  if (last.cost === first.cost) return last.loss;
  const area = points
    .slice(1)
    .reduce((sum, { cost, loss }, k) => sum + ((cost - points[k].cost) * (loss + points[k].loss)) / 2, 0);
  return area / (last.cost - first.cost);
}

/** Loss at a budget: between two points, rows are dealt out to both. */
export function lossAt(points: readonly CurvePoint[], budget: number): number {
  const k = points.findIndex(({ cost }) => cost >= budget - 1e-12 * Math.abs(budget));
  if (k < 0) return points[points.length - 1].loss;
  if (k === 0 || points[k].cost === points[k - 1].cost) return points[k].loss;
  const [a, b] = [points[k - 1], points[k]];
  return a.loss + ((b.loss - a.loss) * (budget - a.cost)) / (b.cost - a.cost);
}

/**
 * The order, the same for all rows, of the lowest mean loss over all budgets; by the losses that are given, which should be of other
 * rows than those that it is then compared on.
 * @param base mean loss of each subset, [2^M]
 */
export function bestOrder(base: readonly number[], costs: readonly number[]): number[] {
  const start = freeSubset(costs);
  const left = costs.flatMap((_, m) => ((start >> m) & 1 ? [] : [m]));
  const value = (order: readonly number[]) => {
    let have = start;
    const points = [{ cost: costOfSubset(costs, have), loss: base[have] }];
    for (const m of order) {
      have |= 1 << m;
      points.push({ cost: costOfSubset(costs, have), loss: base[have] });
    }
    return meanOverBudgets(points);
  };
  return ordersOf(left).reduce((best, order) => (value(order) < value(best) ? order : best));
}

function ordersOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, k) => ordersOf(items.filter((_, j) => j !== k)).map((rest) => [item, ...rest]));
}
