import { mean } from "../math/descriptive.js";
import { logNormalDensity } from "../math/special.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import { type BoundEstimate, calibrate, calibrated, heldOutBound } from "./bound.js";
import type { Gap } from "./check-types.js";
import {
  conditionals,
  type FitContext,
  type FoldConditional,
  ownLogDensities,
  type RowLogDensities,
} from "./conditionals.js";
import type { CrossFitFold } from "./cross-fit.js";
import { bitsPerNat, type Estimate, errorOfMean } from "./estimate.js";
import { type Block, blockOf } from "./features.js";
import { Mixtures } from "./mixtures.js";

/** The linear Gaussian reading and the density of the same rows, each scored by models that did not see them. */
export interface Reading {
  /** I by the linear Gaussian reading, bits. */
  readonly linear: Estimate;
  /** I by the conditional density, bits. */
  readonly density: Estimate;
  /** What the density tells beyond the linear reading, bits, with the error of the paired difference. */
  readonly gap: Gap;
  /** [rows] the parts of the gap, bits. */
  readonly gapOfRows: Float64Array;
  /** [rows] log-ratios of the density before they were calibrated, bits. */
  readonly densityOfRows: Float64Array;
  /** How far the Gaussian densities fall short of the fitted ones, from below; of targets alone where that is more. One: the gap. */
  readonly misfit: Gap;
}

/** What several targets need beside: densities of each given the ones before it, without the columns. */
export type TargetChain = readonly (readonly FoldConditional[])[];

/**
 * One target: both informations are lower bounds (`heldOutBound`), since q(y) of normal scores is N(0, 1); each is calibrated
 * on the validation rows of its fold.
 */
export async function readScalar(
  blocks: readonly Block[],
  target: Float64Array,
  folds: readonly CrossFitFold[],
  label: string,
  context: FitContext,
): Promise<Reading> {
  const found = await conditionals(blocks, target, folds, `density/${label}`, context);
  const own = ownLogDensities(found, target);
  const gapOfRows = own.density.map((q, r) => (q - own.linear[r]) * bitsPerNat);
  const gap = gapOf(gapOfRows, context.groups);
  return {
    linear: boundOf(found, target, "linear", context.groups),
    density: boundOf(found, target, "density", context.groups),
    gap,
    gapOfRows,
    densityOfRows: own.density.map((q, r) => (q - logNormalDensity(target[r])) * bitsPerNat),
    misfit: gap,
  };
}

function boundOf(
  found: readonly FoldConditional[],
  target: Float64Array,
  which: "linear" | "density",
  groups: RowGroups | null,
): BoundEstimate {
  const n = target.length;
  const position = new Int32Array(n);
  const foldOf = new Int32Array(n);
  const marginal = target.map((y) => logNormalDensity(y));
  const ratios = found.map(({ fold, rows, ...by }, f) => {
    const mixtures: Mixtures = by[which];
    const at = new Map(Array.from(fold.validation, (r, i) => [r, i]));
    rows.subarray(fold.validation.length).forEach((r, i) => {
      position[r] = fold.validation.length + i;
      foldOf[r] = f;
    });
    const ratio = (x: number, row: number) => mixtures.logDensity(x, target[row]) - marginal[row];
    const chosen = calibrate((i, j) => ratio(at.get(i) as number, j), fold.validation, groups);
    return calibrated((i, j) => ratio(position[i], j), chosen);
  });
  return heldOutBound((i, j) => ratios[foldOf[i]](i, j), n, { parts: found.map(({ fold }) => fold.scored), groups });
}

/** Densities of targets 2, 3, .. given the ones before them, without the columns. */
export async function targetChain(
  targets: readonly Float64Array[],
  folds: readonly CrossFitFold[],
  context: FitContext,
): Promise<TargetChain> {
  const chain: (readonly FoldConditional[])[] = [];
  for (let j = 1; j < targets.length; j++) {
    const before = [blockOf(targets.slice(0, j))];
    chain.push(await conditionals(before, targets[j], folds, `targets/${j}`, context));
  }
  return chain;
}

/**
 * Several targets: sum over targets of log q(y_j | z, y_1 .. y_j-1) - log q(y_j | y_1 .. y_j-1), a difference of two entropies of
 * which both are too large; no bound. Where the columns made the density of a fold worse on its validation rows, the density
 * without them stands for it.
 */
export async function readVector(
  blocks: readonly Block[],
  targets: readonly Float64Array[],
  chain: TargetChain,
  folds: readonly CrossFitFold[],
  label: string,
  context: FitContext,
): Promise<Reading> {
  const rows = targets[0].length;
  const zeros = () => ({ linear: new Float64Array(rows), density: new Float64Array(rows) });
  const [given, alone] = [zeros(), zeros()];
  for (const [j, target] of targets.entries()) {
    const all = j === 0 ? blocks : [...blocks, blockOf(targets.slice(0, j))];
    const found = await conditionals(all, target, folds, `density/${label}/${j}`, context);
    const without = j === 0 ? found.map(standardNormal) : chain[j - 1];
    addTo(
      given,
      ownLogDensities(
        found.map((fold, f) => better(fold, without[f], target)),
        target,
      ),
    );
    addTo(alone, ownLogDensities(without, target));
  }
  const { groups } = context;
  const bits = (which: "linear" | "density") => given[which].map((q, r) => (q - alone[which][r]) * bitsPerNat);
  const [linear, density] = [bits("linear"), bits("density")];
  const short = ({ density: q, linear: l }: RowLogDensities) =>
    gapOf(
      q.map((v, r) => (v - l[r]) * bitsPerNat),
      groups,
    );
  const gapOfRows = density.map((v, r) => v - linear[r]);
  const [ofGiven, ofAlone] = [short(given), short(alone)];
  return {
    linear: entropyDifference(linear, groups),
    density: entropyDifference(density, groups),
    gap: gapOf(gapOfRows, groups),
    gapOfRows,
    densityOfRows: density,
    misfit: ofAlone.bits > ofGiven.bits ? ofAlone : ofGiven,
  };
}

function addTo(sums: { linear: Float64Array; density: Float64Array }, more: RowLogDensities): void {
  for (const which of ["linear", "density"] as const) {
    for (let r = 0; r < more[which].length; r++) sums[which][r] += more[which][r];
  }
}

/** What is known of normal scores without any column. */
function standardNormal({ fold, rows }: FoldConditional): FoldConditional {
  const normal = Mixtures.normal(new Float64Array(rows.length), 1);
  return { fold, rows, linear: normal, density: normal, improved: false };
}

/** The fold's density, or the other one where that is better on the validation rows. */
function better(given: FoldConditional, without: FoldConditional, target: Float64Array): FoldConditional {
  const onValidation = ({ density, rows, fold }: FoldConditional) =>
    fold.validation.reduce((sum, _, at) => sum + density.logDensity(at, target[rows[at]]), 0);
  return onValidation(given) > onValidation(without) ? given : { ...given, density: without.density };
}

function gapOf(ofRows: Float64Array, groups: RowGroups | null): Gap {
  return { bits: mean(ofRows), standardError: errorOfMean(ofRows, groups) };
}

function entropyDifference(bits: Float64Array, groups: RowGroups | null): Estimate {
  const warnings = ["a difference of entropies, not a bound"];
  return { ...gapOf(bits, groups), n: bits.length, converged: true, warnings };
}
