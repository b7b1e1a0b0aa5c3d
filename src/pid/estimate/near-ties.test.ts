import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import type { PidResult } from "../types.js";
import type { PidEstimate } from "./estimate-types.js";
import { gaussianPidFromData } from "./gaussian-pid-from-data.js";
import { gaussianPidFromCovariance } from "./pid-from-covariance.js";
import { pidFromResiduals } from "./residuals.js";

const z = 1.959964;
const layout = {
  targets: 1,
  sources: [
    { name: "a", size: 1 },
    { name: "b", size: 1 },
  ],
};

/** Correlations of target and modalities: 0.8 and `weaker`, 0.5 between them. */
const correlations = (weaker: number) => [
  [1, 0.8, weaker],
  [0.8, 1, 0.5],
  [weaker, 0.5, 1],
];

/** y, a and b of such rows, by the factor of their covariance. */
function columns(weaker: number, rows: number, seed: string): Float64Array[] {
  const rng = new Rng(seed);
  const out = Array.from({ length: 3 }, () => new Float64Array(rows));
  const own = (0.5 - 0.8 * weaker) / 0.6;
  for (let r = 0; r < rows; r++) {
    const [x, u, v] = [rng.normal(), rng.normal(), rng.normal()];
    out[0][r] = x;
    out[1][r] = 0.8 * x + 0.6 * u;
    out[2][r] = weaker * x + own * u + Math.sqrt(1 - weaker ** 2 - own ** 2) * v;
  }
  return out;
}

const decomposed = ([y, a, b]: readonly Float64Array[], bootstrap = 0): PidEstimate =>
  gaussianPidFromData(
    { name: "y", columns: [y] },
    [
      { name: "a", columns: [a] },
      { name: "b", columns: [b] },
    ],
    { bootstrap },
  );

/** Errors by which the first modality leads. */
function lead({ contrasts }: Pick<PidResult, "contrasts">): number {
  const [{ value, standardError }] = contrasts ?? [];
  return value / (standardError ?? Number.NaN);
}

/** The first table whose lead is in the range. */
function drawn<T extends Pick<PidResult, "contrasts">>(make: (seed: string) => T, low: number, high: number): T {
  for (let seed = 0; seed < 400; seed++) {
    const found = make(`near/${seed}`);
    if (lead(found) > low && lead(found) < high) return found;
  }
  throw new Error("no such table was drawn");
}

/** What must hold of an estimate that leads by 2 to 3 errors. */
function expectEitherOrder({ flags, atoms, standardErrors, intervals }: PidResult): void {
  expect(flags).not.toContain("boundary");
  expect(atoms.unique.a).toBeGreaterThan(0);
  expect(intervals?.lower.atoms.unique.a).toBe(0);
  expect(intervals?.upper.atoms.unique.b).toBeGreaterThan(0);
  const errors = standardErrors?.atoms;
  const plain = atoms.synergy - z * (errors?.synergy ?? Number.NaN);
  expect(intervals?.lower.atoms.synergy ?? Number.NaN).toBeLessThan(Math.max(0, plain) + 1e-9);
}

describe("an estimate that is just beyond a tie", () => {
  it("from a covariance: either modality may know more, and a note says so", () => {
    const found = gaussianPidFromCovariance(correlations(0.72), layout, 250);
    expect(lead(found)).toBeGreaterThan(2.2);
    expect(lead(found)).toBeLessThan(2.9);
    expectEitherOrder(found);
    expect(found.notes).toEqual([expect.stringContaining("a and b are just told apart")]);
    expect(found.intervals?.method).toContain("near a tie");
  });

  it("from rows, and by the bootstrap", () => {
    const found = drawn((seed) => decomposed(columns(0.72, 250, seed), 100), 2.1, 2.7);
    expectEitherOrder(found);
    for (const own of [found.bootstrap?.basic, found.bootstrap?.bca]) {
      expect(own?.lower.atoms.unique.a).toBe(0);
      expect(own?.upper.atoms.unique.b).toBeGreaterThan(0);
    }
  });

  it("from held-out residuals: ends for either order, without the flag", () => {
    const found = drawn(
      (seed) => {
        const [y, a, b] = columns(0.72, 250, seed);
        const left = (x: Float64Array, slope: number) => y.map((v, r) => v - slope * x[r]);
        const joint = y.map((v, r) => v - 0.587 * a[r] - 0.427 * b[r]);
        const residuals = [left(a, 0.8), left(b, 0.72)];
        return pidFromResiduals({ names: ["a", "b"], target: y, residuals, jointResiduals: joint });
      },
      2.1,
      2.7,
    );
    expect(found.flags).not.toContain("boundary");
    expect(found.anyOrder?.lower.atoms.unique.a).toBe(0);
    expect(found.anyOrder?.upper.atoms.unique.b).toBeGreaterThan(0);
  });
});

describe("an estimate far from a tie", () => {
  it("has value ± z error and no note", () => {
    const found = gaussianPidFromCovariance(correlations(0.72), layout, 5000);
    expect(lead(found)).toBeGreaterThan(8);
    const { atoms, standardErrors, intervals, notes } = found;
    const error = standardErrors?.atoms.unique.a ?? Number.NaN;
    expect(intervals?.lower.atoms.unique.a).toBeCloseTo(atoms.unique.a - z * error, 6);
    expect(intervals?.upper.atoms.unique.a).toBeCloseTo(atoms.unique.a + z * error, 6);
    expect(intervals?.upper.atoms.unique.b).toBe(0);
    expect(notes).toEqual([]);
  });
});
