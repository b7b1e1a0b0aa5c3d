import { Rng } from "../../../math/rng.js";
import type { ClassPosteriors } from "../../../pid/discrete/class-types.js";
import { rowGroups } from "../../../pid/estimate/row-groups.js";
import { crossedFolds } from "../../crossed.js";
import type { ClassEvidence } from "./class-readouts.js";
import { fitPowers, pooled } from "./pool.js";

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

/** Pools fitted on the rows, and posteriors of every row by pools that it took no part in fitting. */
export function poolClasses(
  evidence: ClassEvidence,
  held: HeldClasses,
): { pools: ClassPools; posteriors: ClassPosteriors } {
  const { names, classes, labels, groups } = held;
  const counts = new Array<number>(classes.length).fill(0);
  for (const y of labels) counts[y]++;
  const shares = counts.map((count) => count / labels.length);
  const all = Int32Array.from(labels.keys());
  const folds = crossedFolds(labels.length, groups, new Rng("pools"));
  const powersOf = (own: readonly Float64Array[], rows: Int32Array) =>
    fitPowers({ evidence: own, classes: classes.length }, labels, shares, rows);
  const crossed = (own: readonly Float64Array[]) => {
    const given = { evidence: own, classes: classes.length };
    const out = new Float64Array(labels.length * classes.length);
    for (const fold of folds === null ? [0] : new Set(folds)) {
      const rest = folds === null ? all : all.filter((r) => folds[r] !== fold);
      const values = pooled(given, powersOf(own, rest), shares);
      for (const r of all) {
        if (folds !== null && folds[r] !== fold) continue;
        out.set(values.subarray(r * classes.length, (r + 1) * classes.length), r * classes.length);
      }
    }
    return out;
  };
  return {
    pools: {
      byModality: evidence.byModality.map((own) => [...powersOf(own, all)]),
      joint: [...powersOf(evidence.joint, all)],
      shares,
    },
    posteriors: {
      ...{ names, classes, labels },
      byModality: evidence.byModality.map(crossed),
      joint: crossed(evidence.joint),
      groups: groups === undefined ? null : rowGroups(groups, labels.length),
    },
  };
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
