import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.js";
import { fullSet, singleSet } from "../multi/modality-sets.js";
import { scalePosteriors } from "./posterior-model.js";
import { posteriorPid } from "./posterior-pid.js";

/** Of two target columns with standard deviations 2 and 3 and correlation 0.5. */
const target = [
  [4, 3],
  [3, 9],
];
const posterior = [
  [1, 0.6],
  [0.6, 3],
];
const model = (covariance: number[][]) => ({
  targetCovariance: target,
  posteriors: [{ name: "a", cov: covariance }],
  joint: covariance,
});

describe("posteriors in units of the target's standard deviations", () => {
  it("are divided by the standard deviations of row and column", () => {
    const { system, retained, scale } = scalePosteriors(model(posterior));
    expect([scale, retained]).toEqual([
      [2, 3],
      [0, 1],
    ]);
    expect([...system.target]).toEqual([1, 0.5, 0.5, 1]);
    expect([...(system.posteriors.get(fullSet(1)) as Float64Array)]).toEqual([1 / 4, 0.6 / 2 / 3, 0.6 / 3 / 2, 3 / 9]);
  });

  it("leave out columns of the target that are combinations of others", () => {
    const twice = [
      [4, 8, 3],
      [8, 16, 6],
      [3, 6, 9],
    ];
    const { system, retained } = scalePosteriors({
      targetCovariance: twice,
      posteriors: [
        { name: "a", cov: twice },
        { name: "b", cov: twice },
      ],
      joint: twice,
    });
    expect(retained).toEqual([0, 2]);
    expect([...(system.posteriors.get(singleSet(1)) as Float64Array)]).toEqual([1, 0.5, 0.5, 1]);
  });

  it("are not read by idep where there are more than two", () => {
    const posteriors = ["a", "b", "c"].map((name) => ({ name, cov: posterior }));
    const three = { targetCovariance: target, posteriors, joint: posterior };
    expect(posteriorPid(three).atoms.redundancy).toBeGreaterThan(0);
    expect(() => posteriorPid(three, { measure: "idep" })).toThrow("measure idep is defined for two modalities, got 3");
  });

  it("are exactly symmetric where the given ones are up to rounding, and refused where they are not", () => {
    const off = (by: number) => [
      [1, 0.6 + by],
      [0.6, 3],
    ];
    const [, above, below] = scalePosteriors(model(off(1e-9))).system.posteriors.get(singleSet(0)) as Float64Array;
    expect(above).toBe(below);
    expect(above).toBeCloseTo((0.6 + 5e-10) / 6, 15);
    expect(() => scalePosteriors(model(off(1e-6)))).toThrow(InputError);
    expect(() => scalePosteriors(model(off(1e-6)))).toThrow("is not symmetric: rows 1 and 0 differ");
  });
});
