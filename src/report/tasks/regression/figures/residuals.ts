import type { TopLevelSpec } from "vega-lite";
import { studentTQuantile } from "../../../../math/student-t.js";
import { colour } from "../../../palette.js";

/** Rows of similar true value and how they are missed on average. */
export interface ErrorGroup {
  /** Bounds of the true value. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Mean of prediction - truth, its standard error, and half its 95 % interval by Student's t. */
  readonly bias: number;
  readonly standardError: number;
  readonly margin: number;
  readonly mae: number;
}

/** Fewer rows are no group of their own. */
const fewestRows = 5;

/**
 * The rows in at most `count` groups by true value, as near to equal size as it goes: rows of equal value stay together,
 * and groups of fewer than 5 rows join the one before them.
 */
export function errorByRange(truth: ArrayLike<number>, prediction: ArrayLike<number>, count: number): ErrorGroup[] {
  const order = Array.from({ length: truth.length }, (_, i) => i).sort((i, j) => truth[i] - truth[j] || i - j);
  const groups: number[][] = [];
  let start = 0;
  for (let g = 1; g <= count && start < order.length; g++) {
    let end = Math.max(start + 1, Math.round((g * order.length) / count));
    while (end < order.length && truth[order[end]] === truth[order[end - 1]]) end++;
    const rows = order.slice(start, end);
    const before = groups.at(-1);
    if (before !== undefined && Math.min(before.length, rows.length) < fewestRows) before.push(...rows);
    else groups.push(rows);
    start = end;
  }
  return groups.map((rows) => summarise(rows, truth, prediction));
}

function summarise(rows: readonly number[], truth: ArrayLike<number>, prediction: ArrayLike<number>): ErrorGroup {
  const errors = rows.map((i) => prediction[i] - truth[i]);
  const n = rows.length;
  const bias = errors.reduce((a, b) => a + b, 0) / n;
  const squares = errors.reduce((sum, e) => sum + (e - bias) ** 2, 0);
  const standardError = n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0;
  return {
    from: truth[rows[0]],
    to: truth[rows[n - 1]],
    n,
    bias,
    standardError,
    margin: n > 1 ? studentTQuantile(0.95, n - 1) * standardError : 0,
    mae: errors.reduce((a, e) => a + Math.abs(e), 0) / n,
  };
}

/** Mean error of each group against its true values: a slope is regression towards the mean. */
export function biasSpec(groups: readonly ErrorGroup[], xTitle: string, yTitle: string, width: number): TopLevelSpec {
  const values = groups.map((g) => ({
    ...g,
    middle: (g.from + g.to) / 2,
    low: g.bias - g.margin,
    high: g.bias + g.margin,
  }));
  const x = {
    field: "middle",
    type: "quantitative" as const,
    title: xTitle,
    scale: { zero: false, nice: false, domain: [groups[0].from, groups[groups.length - 1].to] },
    axis: { tickCount: 5, grid: false },
  };
  const y = { field: "bias", type: "quantitative" as const, title: yTitle, axis: { tickCount: 5 } };
  return {
    width,
    height: width,
    data: { values },
    layer: [
      { mark: { type: "rule", color: colour("ink"), strokeWidth: 1 }, encoding: { y: { datum: 0 } } },
      {
        mark: { type: "rule", color: colour("modality0"), strokeWidth: 2 },
        encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y },
      },
      {
        mark: { type: "rule", color: colour("modality0"), strokeWidth: 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      { mark: { type: "point", filled: true, size: 50, color: colour("modality0"), opacity: 1 }, encoding: { x, y } },
    ],
  };
}

/** Distribution of the errors in bins of equal width. */
export function histogramSpec(errors: ArrayLike<number>, xTitle: string, width: number): TopLevelSpec {
  const bins = histogram(errors, 24);
  const domain = [bins[0].from, bins[bins.length - 1].to];
  const scale = { zero: false, nice: false, domain };
  const x = { field: "from", type: "quantitative" as const, title: xTitle, scale, axis: { tickCount: 5, grid: false } };
  return {
    width,
    height: width,
    data: { values: bins },
    layer: [
      {
        mark: { type: "rect", color: colour("modality0"), opacity: 0.75, stroke: colour("page"), strokeWidth: 1 },
        encoding: {
          x,
          x2: { field: "to" },
          y: { field: "count", type: "quantitative", title: "rows", axis: { tickCount: 5 } },
          y2: { datum: 0 },
        },
      },
      {
        mark: { type: "rule", color: colour("ink"), strokeWidth: 1, strokeDash: [4, 3] },
        encoding: { x: { ...x, field: undefined, datum: 0 } },
      },
    ],
  } as TopLevelSpec;
}

/** Counts in `count` bins of equal width, placed symmetrically about 0 so that bias shows. */
export function histogram(values: ArrayLike<number>, count: number): { from: number; to: number; count: number }[] {
  let reach = 0;
  for (let i = 0; i < values.length; i++) reach = Math.max(reach, Math.abs(values[i]));
  if (reach === 0) reach = 1;
  const width = (2 * reach) / count;
  const bins = Array.from({ length: count }, (_, b) => ({
    from: b * width - reach,
    to: (b + 1) * width - reach,
    count: 0,
  }));
  for (let i = 0; i < values.length; i++) bins[Math.min(count - 1, Math.floor((values[i] + reach) / width))].count++;
  return bins;
}
