import { Rng } from "../../../math/rng.js";
import type { ClassPosteriors } from "../../../pid/discrete/class-types.js";
import { rowGroups } from "../../../pid/estimate/row-groups.js";
import { crossedFolds } from "../../crossed.js";
import type { ClassEvidence } from "./class-readouts.js";
import { fitPowers, type PooledEvidence, pooled } from "./pool.js";

/** Powers of the pools of each modality's predictors, and of all together. */
export interface ClassPools {
  readonly byModality: readonly (readonly number[])[];
  readonly joint: readonly number[];
  /** Shares of the classes among the rows that the powers were fitted on, which posteriors start from. */
  readonly shares: readonly number[];
}

/** Held-out rows of a target of classes. */
export interface HeldClasses {
  readonly names: readonly string[];
  readonly classes: readonly string[];
  readonly labels: Int32Array;
  readonly groups?: readonly string[] | undefined;
}

/**
 * Pools fitted on the rows, and posteriors of every row by pools that it took no part in fitting, nor in choosing what is pooled.
 * @param candidates evidence of predictors that were fitted with one penalty or another
 * @returns also which of them is best on all rows, whose pools these are
 */
export function poolClasses(
  candidates: readonly ClassEvidence[],
  held: HeldClasses,
): { choice: number; pools: ClassPools; posteriors: ClassPosteriors } {
  const { names, classes, labels, groups } = held;
  const counts = new Array<number>(classes.length).fill(0);
  for (const y of labels) counts[y]++;
  const shares = counts.map((count) => count / labels.length);
  const all = Int32Array.from(labels.keys());
  const folds = crossedFolds(labels.length, groups, new Rng("pools"));
  const best = (rows: Int32Array) => bestPools(candidates, { labels, shares, rows });
  const byModality = names.map(() => new Float64Array(labels.length * classes.length));
  const joint = new Float64Array(labels.length * classes.length);
  for (const fold of folds === null ? [0] : new Set(folds)) {
    const rest = folds === null ? all : all.filter((r) => folds[r] !== fold);
    const { choice, pools } = best(rest);
    const read = applyPools(candidates[choice], pools);
    for (const r of all) {
      if (folds !== null && folds[r] !== fold) continue;
      const [from, to] = [r * classes.length, (r + 1) * classes.length];
      joint.set(read.joint.subarray(from, to), from);
      byModality.forEach((out, m) => {
        out.set(read.byModality[m].subarray(from, to), from);
      });
    }
  }
  return {
    ...best(all),
    posteriors: {
      ...{ names, classes, labels, byModality, joint },
      groups: groups === undefined ? null : rowGroups(groups, labels.length),
    },
  };
}

/** Rows that choose, and shares of the classes that posteriors start from. */
interface ChoosingRows {
  readonly labels: Int32Array;
  readonly shares: readonly number[];
  /** Positions of the rows. */
  readonly rows: Int32Array;
}

/** The candidate whose pools, of each modality and of all together, make the rows' classes most likely. */
function bestPools(candidates: readonly ClassEvidence[], choosing: ChoosingRows) {
  const fitted = candidates.map((evidence) => poolsOf(evidence, choosing));
  const losses = fitted.map(({ loss }) => loss);
  const choice = losses.indexOf(Math.min(...losses));
  return { choice, pools: fitted[choice].pools };
}

function poolsOf({ byModality, joint }: ClassEvidence, { labels, shares, rows }: ChoosingRows) {
  const poolOf = (evidence: readonly Float64Array[]) => {
    const given = { evidence, classes: shares.length };
    const powers = fitPowers(given, labels, shares, rows);
    return { powers: [...powers], loss: poolLoss(given, powers, { labels, shares, rows }) };
  };
  const single = byModality.map(poolOf);
  const together = poolOf(joint);
  const pools: ClassPools = { byModality: single.map(({ powers }) => powers), joint: together.powers, shares };
  return { pools, loss: single.reduce((sum, { loss }) => sum + loss, together.loss) };
}

function poolLoss(given: PooledEvidence, powers: Float64Array, { labels, shares, rows }: ChoosingRows): number {
  const probabilities = pooled(given, powers, shares);
  return rows.reduce((sum, r) => sum - Math.log(probabilities[r * given.classes + labels[r]]), 0);
}

/** Posteriors of further rows by pools as they were fitted. */
export function applyPools(evidence: ClassEvidence, { byModality, joint, shares }: ClassPools) {
  const read = (own: readonly Float64Array[], powers: readonly number[]) =>
    pooled({ evidence: own, classes: shares.length }, powers, shares);
  return {
    byModality: evidence.byModality.map((own, m) => read(own, byModality[m])),
    joint: read(evidence.joint, joint),
  };
}
