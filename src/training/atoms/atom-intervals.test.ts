import { describe, expect, it } from "vitest";
import { combineValues } from "../../pid/closed-form/combine-values.js";
import type { PidResult, PidValues } from "../../pid/types.js";
import { learningIntervals } from "./atom-intervals.js";

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
const held = { ...values(1, 0.6, 0.2), standardErrors: errors, flags: [] as PidResult["flags"] } as PidResult;
const z = 1.959964;

describe("learningIntervals", () => {
  it("raises upper ends by half of what the training rows tell more", () => {
    const { lower, upper } = learningIntervals(held, values(1.4, 0.7, 0.2)) as NonNullable<PidResult["intervals"]>;
    expect(upper.information.total).toBeCloseTo(1 + 0.2 + z * 0.05, 5);
    expect(upper.information.byModality.a).toBeCloseTo(0.6 + 0.05 + z * 0.04, 5);
    expect(upper.atoms.redundancy).toBeCloseTo(0.2 + z * 0.02, 5);
    expect(lower.information.total).toBeCloseTo(1 - z * 0.05, 5);
    expect(lower.information.byModality.b).toBeCloseTo(0.2 - z * 0.02, 5);
  });

  it("holds whichever modality knows more at a tie, and what was not learned too", () => {
    const anyOrder = { lower: values(1, 0.1, 0.1), upper: values(1, 2, 0.9) };
    const found = learningIntervals({ ...held, anyOrder }, values(1, 0.6, 0.4)) as NonNullable<PidResult["intervals"]>;
    expect(found.lower.atoms.redundancy).toBeCloseTo(0.1, 12);
    expect(found.upper.atoms.redundancy).toBeCloseTo(0.9 + 0.1, 12);
    // of the total no order changes anything
    expect(found.upper.information.total).toBeCloseTo(1 + z * 0.05, 5);
  });

  it("is the plain normal interval where training rows tell less, cut at 0", () => {
    const { lower, upper } = learningIntervals(held, values(0.9, 0.5, 0.1)) as NonNullable<PidResult["intervals"]>;
    expect(upper.information.total).toBeCloseTo(1 + z * 0.05, 5);
    expect(upper.atoms.synergy).toBeCloseTo(0.4 + z * 0.3, 5);
    expect(lower.atoms.synergy).toBe(0);
    expect(lower.atoms.unique.b).toBe(0);
    expect(upper.atoms.unique.b).toBe(0);
  });

  it("reaches 0 with every lower end where no information was found", () => {
    const intervals = learningIntervals({ ...held, flags: ["no-information"] }, values(1.4, 0.7, 0.2));
    expect(intervals?.lower).toEqual(combineValues([held], () => 0));
    expect(intervals?.upper.information.total).toBeCloseTo(1 + 0.2 + z * 0.05, 5);
  });

  it("is null without standard errors", () => {
    expect(learningIntervals({ ...held, standardErrors: null }, values(1, 0.6, 0.2))).toBeNull();
  });
});
