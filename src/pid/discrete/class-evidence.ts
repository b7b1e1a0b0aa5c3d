import { mean } from "../../math/descriptive.js";
import { byName } from "../closed-form/settle.js";
import { centred, errorOf } from "../estimate/pointwise-error.js";
import { cellSplit, lesserOf, shareOf, shownSingles } from "./cell-split.js";
import { type ClassReadings, type ClassRows, heldOutInformation, tableLocal, unionLocal } from "./class-rows.js";
import { entropyBits } from "./class-tables.js";
import type { ClassPosteriors, ClassReading } from "./class-types.js";
import type { AgreedValues } from "./class-values.js";
import type { Posteriors } from "./posterior-cells.js";

/** log2 q(y | x) of every row's own class. */
export function scoresOf(posteriors: Posteriors, labels: Int32Array, classes: number): Float64Array {
  return Float64Array.from(labels, (y, r) => Math.log2(posteriors[r * classes + y]));
}

/** Influence of every row on each number, in the order of `flatLayout`, centred. */
export function influencesOf(rows: ClassRows, readings: ClassReadings, agreed: AgreedValues): Float64Array[] {
  const { shares } = readings;
  const two = rows.cells.length === 2;
  const local = (scores: Float64Array) => centred(scores.map((score, r) => score - Math.log2(shares[rows.labels[r]])));
  const single = rows.own.map(local);
  const cut = (two ? dividedTwo : dividedMore)(rows, readings, single);
  const ofCells = cut.redundancy.map((v, r) => v + cut.unique.reduce((sum, u) => sum + u[r], 0));
  const total = agreed.jointLacks > 0 ? ofCells : local(rows.joint);
  const union = agreed.unionTaken > 0 ? total : ofCells;
  const taken = less(ofCells, union);
  const unique = cut.unique.map((u) => less(u, taken));
  const redundancy = union.map((v, r) => v - unique.reduce((sum, u) => sum + u[r], 0));
  const gains = single.map((_, k) => (two ? less(total, single[1 - k]) : new Float64Array(total.length)));
  return [total, ...single, ...unique, redundancy, less(total, union), total.map(() => 0), union, ...gains];
}

const less = (a: Float64Array, b: Float64Array) => a.map((v, r) => v - b[r]);

interface Divided {
  readonly unique: readonly Float64Array[];
  readonly redundancy: Float64Array;
}

/** By the product rule: part = shown * (part of the cells / whole of the cells). */
function scaled(shown: Float64Array, part: Float64Array, whole: Float64Array, share: number, ratio: number) {
  return shown.map((v, r) => share * v + ratio * (part[r] - share * whole[r]));
}

function dividedTwo(rows: ClassRows, readings: ClassReadings, single: readonly Float64Array[]): Divided {
  const cells = cellSplit(readings);
  const shown = shownSingles(readings);
  const k = lesserOf(shown);
  const own = [0, 1].map((j) => centred(tableLocal(rows, readings, j)));
  const union = centred(unionLocal(rows, readings.union, [0, 1]));
  const shared = union.map((v, r) => own[0][r] + own[1][r] - v);
  const [share, ratio] = [shareOf(cells.shared, cells.single[k]), shareOf(shown[k], cells.single[k])];
  const redundancy = scaled(single[k], shared, own[k], share, ratio);
  return { unique: single.map((each) => less(each, redundancy)), redundancy };
}

function dividedMore(rows: ClassRows, readings: ClassReadings, single: readonly Float64Array[]): Divided {
  const cells = cellSplit(readings);
  const shown = shownSingles(readings);
  const all = single.map((_, k) => k);
  const union = centred(unionLocal(rows, readings.union, all));
  const alone = all.map((k) =>
    less(
      union,
      centred(
        unionLocal(
          rows,
          readings.without[k],
          all.filter((j) => j !== k),
        ),
      ),
    ),
  );
  const unique = all.map((k) => {
    const [share, ratio] = [shareOf(cells.unique[k], cells.single[k]), shareOf(shown[k], cells.single[k])];
    return scaled(single[k], alone[k], centred(tableLocal(rows, readings, k)), share, ratio);
  });
  return { unique, redundancy: union.map((v, r) => v - alone.reduce((sum, u) => sum + u[r], 0)) };
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
