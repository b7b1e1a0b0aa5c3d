import { mean } from "../../math/descriptive.js";
import { byName } from "../closed-form/settle.js";
import { centred, errorOf } from "../estimate/pointwise-error.js";
import { type ClassReadings, type ClassRows, cellLocal, heldOutInformation, unionLocal } from "./class-rows.js";
import { entropyBits } from "./class-tables.js";
import type { ClassPosteriors, ClassReading } from "./class-types.js";
import type { Posteriors } from "./posterior-cells.js";

/** log2 q(y | x) of every row's own class. */
export function scoresOf(posteriors: Posteriors, labels: Int32Array, classes: number): Float64Array {
  return Float64Array.from(labels, (y, r) => Math.log2(posteriors[r * classes + y]));
}

/** Influence of every row on each number, in the order of `flatLayout`, centred. */
export function influencesOf(rows: ClassRows, readings: ClassReadings, totalIsUnion: boolean): Float64Array[] {
  const all = rows.cells.map((_, k) => k);
  const shares = readings.shares;
  const single = all.map((k) => centred(cellLocal(rows, k)));
  const union = centred(unionLocal(rows, readings.union, all));
  const without = all.map((k) =>
    all.length === 2
      ? single[1 - k]
      : centred(
          unionLocal(
            rows,
            readings.without[k],
            all.filter((j) => j !== k),
          ),
        ),
  );
  const own = centred(rows.joint.map((score, r) => score - Math.log2(shares[rows.labels[r]])));
  const total = totalIsUnion ? union : own;
  const less = (a: Float64Array, b: Float64Array) => a.map((v, r) => v - b[r]);
  const unique = without.map((other) => less(union, other));
  const redundancy = union.map((v, r) => v - unique.reduce((sum, u) => sum + u[r], 0));
  const gains = all.map((k) => (all.length === 2 ? less(total, single[1 - k]) : new Float64Array(total.length)));
  return [total, ...single, ...unique, redundancy, less(total, union), total.map(() => 0), union, ...gains];
}

/** What held-out posteriors show by themselves. */
export type HeldOut = ClassReading["heldOut"];

/** H(Y) - cross entropy of every posterior. */
export function heldOutOf(
  { names, labels, classes, byModality, joint, groups }: ClassPosteriors,
  entropy: number,
): HeldOut {
  const read = (own: Posteriors) => {
    const scores = scoresOf(own, labels, classes.length);
    const counts = countsOf(labels, classes.length);
    const local = scores.map((score, r) => score - Math.log2(counts[labels[r]] / labels.length));
    const value = heldOutInformation(entropy, mean(scores));
    return { value, error: errorOf(local, groups) };
  };
  const total = read(joint);
  const single = byModality.map(read);
  const named = (pick: (of: { value: number; error: number }) => number) => ({
    total: pick(total),
    byModality: byName(names, single.map(pick)),
  });
  return { information: named(({ value }) => value), standardErrors: named(({ error }) => error) };
}

/** H(Y) of class labels, bits. */
export function labelEntropy(labels: Int32Array, classes: number): number {
  return entropyBits(countsOf(labels, classes).map((count) => count / labels.length));
}

/** Rows of each class. */
export function countsOf(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const y of labels) counts[y]++;
  return counts;
}
