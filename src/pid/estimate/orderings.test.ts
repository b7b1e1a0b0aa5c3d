import { describe, expect, it } from "vitest";
import { flatLayout } from "../closed-form/flat-values.js";
import { isTied } from "./order-intervals.js";
import { rangesOfOrders, type Weights } from "./orderings.js";
import type { Measured, Range } from "./selection.js";

const z = 1.96;

/** Intervals and open orders as at a tie. */
function plain(combine: (weights: Weights) => Measured) {
  const range = (weights: Weights) => {
    const { value, error } = combine(weights);
    return around(value, error);
  };
  return { range, isOpen: isTied };
}

/** Independent numbers [I_total, I_1 ..], each with an error of 0.1; directions of two modalities follow from them. */
function tied(values: readonly number[], error = 0.1) {
  const modalities = values.length - 1;
  const combine = (weights: Readonly<Record<number, number>>) => {
    const all = values.map((_, i) => weights[i] ?? 0);
    // l_1 = I_1 - I_2
    const advantage = weights[flatLayout(modalities).gain];
    if (advantage !== undefined && modalities === 2) {
      all[1] += advantage;
      all[2] -= advantage;
    }
    return {
      value: all.reduce((sum, w, i) => sum + w * values[i], 0),
      error: error * Math.sqrt(all.reduce((sum, w) => sum + w * w, 0)),
    };
  };
  return rangesOfOrders({ combine, modalities, directions: 1, ...plain(combine) });
}

const around = (value: number, error: number): Range => [
  Math.max(0, value - z * error),
  Math.max(0, value + z * error),
];
const difference = 0.1 * Math.sqrt(2);

describe("intervals over the orders of the modalities", () => {
  it("two modalities: unique parts by the difference, redundancy and synergy by either", () => {
    const { unique, redundancy, synergy, union } = tied([2, 1.1, 1]);
    const close = (found: readonly number[], expected: readonly number[]) =>
      found.forEach((v, i) => void expect(v).toBeCloseTo(expected[i], 12));
    close(unique[0], [0, around(0.1, difference)[1]]);
    close(unique[1], [0, around(-0.1, difference)[1]]);
    close(redundancy, [around(1, 0.1)[0], around(1.1, 0.1)[1]]);
    close(synergy, [around(0.9, difference)[0], around(1, difference)[1]]);
    close(union, [around(1, 0.1)[0], around(1.1, 0.1)[1]]);
  });

  it("three modalities: whoever may be best, second and weakest", () => {
    const { unique, redundancy, synergy, partialRedundancy } = tied([3, 1.1, 1, 0.2]);
    // the third is surely the weakest: its unique part is 0
    expect(unique[2]).toEqual([0, 0]);
    expect(unique[0][1]).toBeCloseTo(around(0.1, difference)[1], 12);
    expect(unique[1][1]).toBeCloseTo(around(-0.1, difference)[1], 12);
    expect(redundancy[1]).toBeCloseTo(around(0.2, 0.1)[1], 12);
    expect(synergy[0]).toBeCloseTo(around(1.9, difference)[0], 12);
    expect(synergy[1]).toBeCloseTo(around(2, difference)[1], 12);
    expect(partialRedundancy[0]).toBeCloseTo(around(0.8, difference)[0], 12);
    expect(partialRedundancy[1]).toBeCloseTo(around(0.9, difference)[1], 12);
  });

  it("an order beyond doubt is the only one", () => {
    const { unique, redundancy } = tied([3, 2, 1], 0.01);
    expect(unique[1]).toEqual([0, 0]);
    expect(redundancy[1]).toBeCloseTo(1 + z * 0.01, 12);
  });

  it("three modalities and several targets: from 0 to what the atoms can be at most", () => {
    const combine = () => ({ value: 1, error: 0.1 });
    const found = rangesOfOrders({ combine, modalities: 3, directions: 2, ...plain(combine) });
    expect(found.unique.every(([low, high]) => low === 0 && high > 1)).toBe(true);
    expect(found.synergy[0]).toBe(0);
  });
});
