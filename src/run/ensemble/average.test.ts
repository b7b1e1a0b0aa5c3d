import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPid } from "../../pid/closed-form/gaussian-pid.js";
import type { PidResult, PidValues } from "../../pid/types.js";
import { averagePid, combineTrees, spreadColumns } from "./average.js";

/** A decomposition of three random variables with standard errors made up. */
function decomposition(seed: number, error: number): PidResult {
  const rng = new Rng(seed);
  const rho = () => 0.3 + 0.2 * rng.uniform();
  const [a, b, c] = [rho(), rho(), rho()];
  const cov = [
    [1, a, b],
    [a, 1, c],
    [b, c, 1],
  ];
  const sources = ["p", "q"].map((name) => ({ name, size: 1 }));
  const pid = gaussianPid(new Matrix(cov), { targets: 1, sources });
  const { information, atoms, union } = pid;
  return { ...pid, standardErrors: combineTrees<PidValues>([{ information, atoms, union }], () => error) };
}

describe("averagePid", () => {
  const members = [decomposition(1, 0.03), decomposition(2, 0.04)];
  const averaged = averagePid(members);

  it("averages so that atoms still sum to the information", () => {
    const { atoms, information } = averaged;
    const { unique, ...rest } = atoms;
    const sum = [...Object.values(unique), ...Object.values(rest)].reduce(
      (all, value) => Number(all) + Number(value),
      0,
    );
    expect(sum).toBeCloseTo(Number(information.total), 12);
    expect(Number(information.total)).toBeCloseTo(
      (members[0].information.total + members[1].information.total) / 2,
      14,
    );
  });

  it("keeps the rows' part of the errors and lessens the training's", () => {
    const [x, y] = members.map(({ atoms }) => atoms.redundancy);
    const expected = Math.sqrt((0.03 ** 2 + 0.04 ** 2) / 2 + (x - y) ** 2 / 2 / 2);
    expect(averaged.standardErrors?.atoms.redundancy).toBeCloseTo(expected, 14);
    expect(averagePid([members[0], { ...members[1], standardErrors: null }]).standardErrors).toBeNull();
  });

  it("takes the flags of at least half the members", () => {
    const flagged = (flags: PidResult["flags"]) => ({ ...members[0], flags });
    const three = [flagged(["boundary", "no-information"]), flagged(["boundary"]), flagged([])];
    expect(averagePid(three).flags).toEqual(["boundary"]);
  });

  it("has no upper end where a member has none, as found and as stored, and says so", () => {
    const ends = (member: PidResult, total: number | null) => {
      const { information, atoms, union } = member;
      const lower = { information, atoms, union };
      const upper = { ...lower, information: { ...information, total } };
      return { ...member, intervals: { level: 0.95, method: "", lower, upper } } as Parameters<
        typeof averagePid
      >[0][number];
    };
    const bounded = averagePid([ends(members[0], 2), ends(members[1], 3)]);
    // (0.03^2 + 0.04^2) / 2 of the rows, half the variance between the two members.
    const [x, y] = members.map(({ information }) => information.total);
    const ofRows = (0.03 ** 2 + 0.04 ** 2) / 2;
    const wider = Math.sqrt((ofRows + (x - y) ** 2 / 4) / ofRows);
    const middle = (x + y) / 2;
    expect(bounded.intervals?.upper.information.total).toBeCloseTo(middle + (2.5 - middle) * wider, 12);
    expect(bounded.flags).not.toContain("lower-bound");
    for (const open of [null, Number.POSITIVE_INFINITY]) {
      const three = averagePid([ends(members[0], 2), ends(members[1], 3), ends(members[1], open)]);
      expect(three.intervals?.upper.information.total).toBe(open);
      expect(three.flags).toContain("lower-bound");
    }
  });

  it("averages the second reading too, with its errors", () => {
    const reading = (member: PidResult, shift: number) => {
      const { atoms, union } = member;
      const values = combineTrees([{ atoms, union }], ([v]) => v + shift);
      const standardErrors = combineTrees([values], () => 0.03);
      return { ...member, secondReading: { measure: "idep" as const, ...values, standardErrors } };
    };
    const { secondReading } = averagePid([reading(members[0], 0.1), reading(members[1], 0.3)]);
    const [x, y] = members.map(({ atoms }) => atoms.synergy);
    expect(secondReading?.atoms.synergy).toBeCloseTo((x + y) / 2 + 0.2, 14);
    const spread = (x + 0.1 - y - 0.3) ** 2 / 2 / 2;
    expect(secondReading?.standardErrors?.atoms.synergy).toBeCloseTo(Math.sqrt(0.03 ** 2 + spread), 14);
    expect(averagePid([reading(members[0], 0), members[1]]).secondReading).toBeUndefined();
  });

  it("asks the mean whether there is information, and lets its intervals agree", () => {
    const interval = (low: number) => {
      const lower = combineTrees<PidValues>([members[0].standardErrors as PidValues], () => low);
      return { level: 0.95, method: "", lower, upper: lower };
    };
    const total = members[0].information.total;
    const flagged = { ...members[0], flags: ["no-information" as const], intervals: interval(0) };
    const found = { ...members[0], flags: [], intervals: interval(0.01) };
    const errors = (error: number) => combineTrees<PidValues>([members[0].standardErrors as PidValues], () => error);
    const clear = averagePid([flagged, found].map((member) => ({ ...member, standardErrors: errors(total / 20) })));
    expect(clear.flags).toEqual([]);
    // Both members have one total: nothing widens the interval of the mean.
    expect(clear.intervals?.lower.information.total).toBeCloseTo(0.005, 12);
    const unclear = averagePid([flagged, found].map((member) => ({ ...member, standardErrors: errors(total) })));
    expect(unclear.flags).toEqual(["no-information"]);
    expect(unclear.intervals?.lower.information.total).toBe(0);
  });
});

describe("combineTrees", () => {
  it("gives null where a value is infinite in some tree, and refuses trees of other shapes", () => {
    const sum = (values: number[]) => values.reduce((a, b) => a + b);
    expect(combineTrees([{ a: 1, b: [null, "x"] } as object, { a: 2, b: [3, "y"] }], sum)).toEqual({
      a: 3,
      b: [null, "x"],
    });
    expect(() => combineTrees<object>([{ a: { b: 1 } }, { a: { c: 1 } }], sum)).toThrow("disagree on what /a holds");
  });

  it("works row by row on columns", () => {
    const spread = spreadColumns([Float64Array.of(1, 5), Float64Array.of(3, 5)]);
    expect([...spread]).toEqual([Math.SQRT2, 0]);
  });
});
