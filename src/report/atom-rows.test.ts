import { describe, expect, it } from "vitest";
import { decomposition } from "../../test/support/made-pid.js";
import { pidFromResiduals } from "../pid/estimate/residuals.js";
import type { Decomposition } from "../record/pid-schemas.js";
import { atomRows, intervalText, isLowerBound, sharedIsSplit, totalRow, withInterval } from "./atom-rows.js";

const modalities = ["mri", "pet"];

/** A decomposition in which `mri` has no unique part, without error, and an interval of it that ends at `high`. */
function withoutUnique(high: number | null): Decomposition {
  const made = decomposition(modalities, 1);
  const withUnique = <T extends Pick<Decomposition, "atoms">>(values: T, mri: number) => ({
    ...values,
    atoms: { ...values.atoms, unique: { ...values.atoms.unique, mri } },
  });
  const zero = withUnique(made.standardErrors, 0);
  const intervals = high === null ? null : { level: 0.95, lower: zero, upper: withUnique(zero, high) };
  return { ...withUnique(made, 0), unit: "bits", flags: [], standardErrors: zero, intervals };
}

describe("atomRows", () => {
  it("where what all share is not told from what some do, says so and has no row for some", () => {
    const three = { ...decomposition(["mri", "pet", "blood"], 1), unit: "bits" as const, flags: [] };
    const labels = (split?: boolean) => atomRows(three, ["mri", "pet", "blood"], split).map(({ label }) => label);
    expect(labels()).toContain("every modality");
    expect(labels()).toContain("some, not all");
    expect(labels(false)).toEqual(["only mri", "only pet", "only blood", "two or more", "only together"]);
    expect(sharedIsSplit({ classes: { sharedNotSplit: true } })).toBe(false);
    expect(sharedIsSplit({})).toBe(true);
  });

  it("of one modality has nothing to share or to join", () => {
    const of = (names: string[]) =>
      atomRows({ ...decomposition(names, 1), unit: "bits", flags: [] }, names).map(({ key }) => key);
    expect(of(["mri"])).toEqual(["unique:mri"]);
    expect(of(["mri", "pet"])).toEqual(["unique:mri", "unique:pet", "redundancy", "synergy"]);
    const target = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i) + Math.sin(1.7 * i));
    const residual = target.map((_, i) => Math.sin(1.7 * i));
    const { atoms, information } = pidFromResiduals({
      ...{ names: ["mri"], target, residuals: [residual], jointResiduals: residual },
    });
    expect(information.total).toBeGreaterThan(0.3);
    expect(atoms.unique.mri).toBeCloseTo(information.total, 12);
    expect([atoms.redundancy, atoms.synergy]).toEqual([0, 0]);
  });

  it("gives an atom that is exactly 0 the interval that is recorded for it", () => {
    expect(atomRows(withoutUnique(0.52), modalities)[0]).toMatchObject({ value: 0, low: 0, high: 0.52 });
  });

  it.each([null, 0])("gives none to one that is 0 by definition: upper end %s", (high) => {
    expect(atomRows(withoutUnique(high), modalities)[0]).toMatchObject({ value: 0, low: null, high: null });
  });

  it.each([null, Number.POSITIVE_INFINITY])("says at least where there is no upper end, as %s", (end) => {
    const made = decomposition(modalities, 3);
    const { information, atoms, union } = made;
    const lower = { information: { ...information, total: 2.8 }, atoms, union };
    const upper = { ...lower, information: { ...information, total: end } };
    const row = totalRow({ ...made, flags: [], intervals: { lower, upper } });
    expect(row).toMatchObject({ low: 2.8, high: null });
    expect(isLowerBound(row)).toBe(true);
    expect(withInterval(row)).toBe("3.00 (at least 2.80)");
    expect(intervalText({ low: 1, high: 2 })).toBe("1.00 to 2.00");
    expect([intervalText({ low: null, high: null }), isLowerBound({ low: null, high: null })]).toEqual([null, false]);
  });
});
