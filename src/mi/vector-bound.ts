import { type BoundEstimate, calibrate, calibrated, calibrationPairs, heldOutBound } from "./bound.js";
import { conditionals, type FitContext, type FoldConditional } from "./conditionals.js";
import type { CrossFitFold } from "./cross-fit.js";
import { type Block, blockOf } from "./features.js";
import { Mixtures } from "./mixtures.js";
import { type Pairs, pairsOf } from "./pairs.js";

/** Log-ratios of a fold: of rows with themselves, and of the pairs that its bounds need. Nats. */
interface FoldRatios {
  readonly fold: CrossFitFold;
  readonly of: (x: number, y: number) => number;
}

/**
 * Lower bound of the information between columns and several targets, bits, from two chains of densities,
 *   t(x, y) = sum_j log q(y_j | x, y_1 .. y_j-1) - log q(y_j | y_1 .. y_j-1),
 * each fitted on other rows than it is scored on, and t itself calibrated on validation rows. Where the columns made a density of
 * a fold worse on its validation rows, the one without them stands for it.
 * Every pair of rows that `heldOutBound` compares is a row of its own here: the columns of one, the targets of the other.
 */
export async function readPairs(
  blocks: readonly Block[],
  targets: readonly Float64Array[],
  folds: readonly CrossFitFold[],
  label: string,
  context: FitContext,
): Promise<BoundEstimate> {
  const n = targets[0].length;
  const found: FoldRatios[] = [];
  for (const fold of folds) found.push(await foldRatios(blocks, targets, fold, label, context));
  const foldOf = new Int32Array(n);
  const ratios = found.map(({ fold, of }, f) => {
    for (const r of fold.scored) foldOf[r] = f;
    return calibrated(of, calibrate(of, fold.validation, context.groups));
  });
  return heldOutBound((i, j) => ratios[foldOf[i]](i, j), n, {
    parts: folds.map(({ scored }) => scored),
    groups: context.groups,
  });
}

async function foldRatios(
  blocks: readonly Block[],
  targets: readonly Float64Array[],
  fold: CrossFitFold,
  label: string,
  context: FitContext,
): Promise<FoldRatios> {
  const n = targets[0].length;
  const pairs = pairList(fold, n, context);
  const xOf = longer(n, pairs.x);
  const yOf = longer(n, pairs.y);
  const given = blocks.map(({ linear, seen }) => ({ linear: linear.map(xOf), seen: seen.map(xOf) }));
  const long = targets.map(yOf);
  const wide = { ...fold, scored: Int32Array.from([...fold.scored, ...pairs.rows]) };
  const [ofRows, ofPairs] = [new Float64Array(n), new Float64Array(pairs.x.length)];
  const held = [...fold.validation, ...fold.scored];
  const place = new Map(held.map((r, at) => [r, at]));
  for (let j = 0; j < targets.length; j++) {
    const before = j === 0 ? [] : [blockOf(long.slice(0, j))];
    const [own] = await conditionals([...given, ...before], long[j], [wide], `density/${label}/${j}`, context);
    const without = await alone(targets, j, fold, context);
    if (!isBetter(own, without, targets[j])) continue;
    const plain = held.map((r, at) => without.logDensity(at, targets[j][r]));
    held.forEach((r, at) => {
      ofRows[r] += own.density.logDensity(at, targets[j][r]) - plain[at];
    });
    for (let p = 0; p < ofPairs.length; p++) {
      const y = pairs.y[p];
      ofPairs[p] += own.density.logDensity(held.length + p, targets[j][y]) - plain[place.get(y) as number];
    }
  }
  const at = new Map(Array.from(pairs.x, (x, p) => [x * n + pairs.y[p], p]));
  return { fold, of: (x, y) => (x === y ? ofRows[x] : ofPairs[at.get(x * n + y) as number]) };
}

/** The density of target j given those before it. */
async function alone(
  targets: readonly Float64Array[],
  j: number,
  fold: CrossFitFold,
  context: FitContext,
): Promise<Mixtures> {
  const rows = fold.validation.length + fold.scored.length;
  if (j === 0) return Mixtures.normal(new Float64Array(rows), 1);
  const [found] = await conditionals([blockOf(targets.slice(0, j))], targets[j], [fold], `targets/${j}`, context);
  return found.density;
}

function isBetter({ fold, density, rows }: FoldConditional, without: Mixtures, target: Float64Array): boolean {
  let gain = 0;
  for (let at = 0; at < fold.validation.length; at++) {
    const y = target[rows[at]];
    gain += density.logDensity(at, y) - without.logDensity(at, y);
  }
  return gain > 0;
}

/** The pairs that the calibration and the bound of a fold compare, each as a row behind the n rows. */
function pairList(fold: CrossFitFold, n: number, { groups }: FitContext) {
  const [x, y]: [number[], number[]] = [[], []];
  const add = (rows: Int32Array, pairs: Pairs) =>
    pairs.each((i, j) => {
      x.push(rows[i]);
      y.push(rows[j]);
    });
  add(fold.validation, calibrationPairs(fold.validation, groups));
  add(fold.scored, pairsOf(fold.scored, groups, n));
  return { x: Int32Array.from(x), y: Int32Array.from(y), rows: Int32Array.from(x, (_, p) => n + p) };
}

function longer(n: number, rows: Int32Array): (column: Float64Array) => Float64Array {
  return (column) => {
    const out = new Float64Array(n + rows.length);
    out.set(column);
    for (let p = 0; p < rows.length; p++) out[n + p] = column[rows[p]];
    return out;
  };
}
