import { quantileOfSorted, sorted, standardDeviation } from "../../math/descriptive.js";
import type { Rng } from "../../math/rng.js";
import { normalCdf, normalQuantile } from "../../math/special.js";
import { namedValues } from "../closed-form/flat-values.js";
import type { PidBootstrap } from "./estimate-types.js";
import { groupSums, membersOf, type RowGroups } from "./row-groups.js";

/** What a bootstrap resamples. */
export interface BootstrapProblem {
  readonly names: readonly string[];
  readonly rows: number;
  /** of rows that depend on one another: whole groups are drawn; null where rows are independent */
  readonly groups: RowGroups | null;
  /** the estimate, in the order of `flatLayout` */
  readonly values: Float64Array;
  /** influence of every row on each value, for the acceleration */
  readonly influences: readonly Float64Array[];
  /** the estimate on resampled rows */
  readonly replicate: (rows: Int32Array) => Float64Array;
}

/**
 * Nonparametric bootstrap over rows: standard errors, basic and BCa intervals (Efron 1987; acceleration from the
 * influence of the rows, a = Σ ψ³ / (6 (Σ ψ²)^1.5)). No interval reaches below 0.
 * @param replicates at least 1; intervals at 95 % want 1000 or more
 */
export function bootstrap(
  problem: BootstrapProblem,
  replicates: number,
  level: number,
  rng: Rng,
  onProgress?: (done: number) => void,
): PidBootstrap {
  const { names, rows, values } = problem;
  const draws = Array.from(values, () => new Float64Array(replicates));
  const draw = problem.groups === null ? drawRows(rows) : drawGroups(problem.groups);
  for (let b = 0; b < replicates; b++) {
    problem.replicate(draw(rng.split(String(b)))).forEach((v, i) => {
      draws[i][b] = v;
    });
    onProgress?.(b + 1);
  }
  const ascending = draws.map((d) => sorted(d));
  const tail = (1 - level) / 2;
  const each = (compute: (i: number) => number) =>
    namedValues(
      names,
      Float64Array.from(values, (_, i) => Math.max(0, compute(i))),
    );
  const basic = (p: number) => each((i) => 2 * values[i] - quantileOfSorted(ascending[i], p));
  const bca = (p: number) =>
    each((i) => quantileOfSorted(ascending[i], bcaLevel(ascending[i], values[i], sharesOf(problem, i), p)));
  return {
    replicates,
    standardErrors: each((i) => (replicates > 1 ? standardDeviation(draws[i]) : 0)),
    basic: { level, method: "bootstrap, basic", lower: basic(1 - tail), upper: basic(tail) },
    bca: { level, method: "bootstrap, BCa", lower: bca(tail), upper: bca(1 - tail) },
  };
}

/** What the acceleration is made of: the influence of what is drawn. */
function sharesOf({ influences, groups }: BootstrapProblem, i: number): Float64Array {
  return groups === null ? influences[i] : groupSums(influences[i], groups);
}

/** As many rows as there are, each any of them; the array is used again by the next draw. */
function drawRows(rows: number): (stream: Rng) => Int32Array {
  const sample = new Int32Array(rows);
  return (stream) => {
    for (let r = 0; r < rows; r++) sample[r] = stream.integer(rows);
    return sample;
  };
}

/** The rows of as many groups as there are, each any of them. */
function drawGroups(groups: RowGroups): (stream: Rng) => Int32Array {
  const members = membersOf(groups);
  return (stream) => {
    const drawn = Array.from(members, () => members[stream.integer(members.length)]);
    const sample = new Int32Array(drawn.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const rows of drawn) {
      sample.set(rows, at);
      at += rows.length;
    }
    return sample;
  };
}

/** The quantile of the replicates that BCa reads for the nominal level p. */
function bcaLevel(ascending: Float64Array, value: number, influence: Float64Array, p: number): number {
  const below = ascending.reduce((count, v) => count + (v < value ? 1 : v === value ? 0.5 : 0), 0);
  const share = Math.min(1 - 0.5 / ascending.length, Math.max(0.5 / ascending.length, below / ascending.length));
  const shift = normalQuantile(share);
  let square = 0;
  let cube = 0;
  for (const v of influence) {
    square += v * v;
    cube += v * v * v;
  }
  const acceleration = square === 0 ? 0 : cube / (6 * square ** 1.5);
  const z = shift + normalQuantile(p);
  return normalCdf(shift + z / (1 - acceleration * z));
}
