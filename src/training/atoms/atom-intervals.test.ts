import { describe, expect, it } from "vitest";
import { combineValues } from "../../pid/closed-form/combine-values.js";
import type { PidResult, PidValues } from "../../pid/types.js";
import { learningIntervals, withLearningIntervals } from "./atom-intervals.js";

const values = (total: number, a: number, b: number): PidValues => ({
  information: { total, byModality: { a, b } },
  atoms: { unique: { a: a - b, b: 0 }, redundancy: b, synergy: total - a, partialRedundancy: 0 },
  union: a,
});
const errors: PidValues = {
  information: { total: 0.05, byModality: { a: 0.04, b: 0.02 } },
  atoms: { unique: { a: 0.03, b: 0 }, redundancy: 0.02, synergy: 0.3, partialRedundancy: 0 },
  union: 0.04,
};
const held = {
  ...values(1, 0.6, 0.2),
  standardErrors: errors,
  rank: { target: 1 },
  flags: [] as PidResult["flags"],
} as PidResult;
/** Rows enough for every amount here to have an upper end. */
const trained = (of: PidValues, rows = 5000) => ({ rows, values: of });
const z = 1.959964;

describe("learningIntervals", () => {
  it("raises upper ends by what the training rows tell more", () => {
    const { lower, upper } = learningIntervals(held, trained(values(1.4, 0.7, 0.2))) as NonNullable<
      PidResult["intervals"]
    >;
    expect(upper.information.total).toBeCloseTo(1 + 0.4 + z * 0.05, 5);
    expect(upper.information.byModality.a).toBeCloseTo(0.6 + 0.1 + z * 0.04, 5);
    expect(upper.atoms.redundancy).toBeCloseTo(0.2 + z * 0.02, 5);
    expect(lower.information.total).toBeCloseTo(1 - z * 0.05, 5);
    expect(lower.information.byModality.b).toBeCloseTo(0.2 - z * 0.02, 5);
  });

  it("holds whichever modality knows more at a tie, and what was not learned too", () => {
    const anyOrder = { lower: values(1, 0.1, 0.1), upper: values(1, 2, 0.9) };
    const found = learningIntervals({ ...held, anyOrder }, trained(values(1, 0.6, 0.4))) as NonNullable<
      PidResult["intervals"]
    >;
    expect(found.lower.atoms.redundancy).toBeCloseTo(0.1, 12);
    expect(found.upper.atoms.redundancy).toBeCloseTo(0.9 + 0.2, 12);
    // of the total no order changes anything
    expect(found.upper.information.total).toBeCloseTo(1 + z * 0.05, 5);
  });

  it("is the plain normal interval where training rows tell less, cut at 0", () => {
    const { lower, upper } = learningIntervals(held, trained(values(0.9, 0.5, 0.1))) as NonNullable<
      PidResult["intervals"]
    >;
    expect(upper.information.total).toBeCloseTo(1 + z * 0.05, 5);
    expect(upper.atoms.synergy).toBeCloseTo(0.4 + z * 0.3, 5);
    expect(lower.atoms.synergy).toBe(0);
    expect(lower.atoms.unique.b).toBe(0);
    expect(upper.atoms.unique.b).toBe(0);
  });

  it("reaches 0 with every lower end where no information was found", () => {
    const intervals = learningIntervals({ ...held, flags: ["no-information"] }, trained(values(1.4, 0.7, 0.2)));
    expect(intervals?.lower).toEqual(combineValues([held], () => 0));
    expect(intervals?.upper.information.total).toBeCloseTo(1 + 0.4 + z * 0.05, 5);
  });

  it("has no upper end where less of the target is left than 20 over the training rows", () => {
    // 3 bits leave 1/64 of the variance: as much as 20 of 1280 rows
    const strong = { ...held, ...values(3.001, 0.6, 0.2) };
    const of = (rows: number, more: object = {}) =>
      withLearningIntervals({ ...strong, ...more }, trained(values(3, 0.6, 0.2), rows));
    expect(of(1290).intervals?.upper.information.total).toBeLessThan(4);
    expect(of(1290).flags).toEqual([]);
    const open = of(1280);
    expect(open.flags).toEqual(["lower-bound"]);
    expect(open.intervals?.upper.information).toEqual({ total: Infinity, byModality: expect.objectContaining({}) });
    expect(open.intervals?.lower.information.total).toBeCloseTo(3.001 - z * 0.05, 5);
    // synergy is part of the total; the others belong to modalities that leave enough
    const { unique, redundancy, synergy } = (open.intervals as NonNullable<typeof open.intervals>).upper.atoms;
    expect(synergy).toBe(Number.POSITIVE_INFINITY);
    for (const end of [unique.a, unique.b, redundancy]) expect(end).toBeLessThan(1);
    // two directions of the target share the bits
    expect(of(1280, { rank: { target: 2 } }).flags).toEqual([]);
  });

  it("takes from the lower end of a unique part what was learned worse of another modality", () => {
    const lowerUnique = (a: number, b: number) => {
      const { lower } = learningIntervals(held, trained(values(1, a, b))) as NonNullable<PidResult["intervals"]>;
      return lower.atoms.unique;
    };
    const own = 0.4 - z * 0.03;
    expect(lowerUnique(0.7, 0.3).a).toBeCloseTo(own, 5);
    expect(lowerUnique(0.7, 0.45).a).toBeCloseTo(own - 0.15, 5);
    expect(lowerUnique(0.6, 0.9)).toEqual({ a: 0, b: 0 });
  });

  it("leaves open what belongs to a modality that knows as much", () => {
    const of = (a: number, b: number) => {
      const strong = { ...held, ...values(a, a, b) };
      const { intervals } = withLearningIntervals(strong, trained(strong, 1024));
      const { unique, redundancy } = (intervals as NonNullable<typeof intervals>).upper.atoms;
      return { a: unique.a, b: unique.b, redundancy };
    };
    expect(of(3.2, 1)).toMatchObject({ a: Infinity, b: 0, redundancy: expect.closeTo(1 + z * 0.02, 5) });
    // that one of them knows no more is then not certain
    expect(of(3.2, 3.1)).toEqual({ a: Infinity, b: Infinity, redundancy: Infinity });
  });

  it("has no flag where information is infinite, or nothing is known of errors", () => {
    const saturated = { ...held, ...values(Number.POSITIVE_INFINITY, 0.6, 0.2) };
    expect(withLearningIntervals(saturated, trained(values(1, 0.6, 0.2), 1000)).flags).toEqual([]);
    const without = withLearningIntervals({ ...held, standardErrors: null }, trained(values(1, 0.6, 0.2), 20));
    expect(without).toMatchObject({ flags: [], intervals: null });
  });

  it("is null without standard errors", () => {
    expect(learningIntervals({ ...held, standardErrors: null }, trained(values(1, 0.6, 0.2)))).toBeNull();
  });
});
