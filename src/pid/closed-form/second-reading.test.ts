import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPidFromData } from "../estimate/gaussian-pid-from-data.js";
import { gaussianPidFromCovariance, plugInEstimate } from "../estimate/pid-from-covariance.js";
import { pidFromResiduals, type ResidualRows } from "../estimate/residuals.js";
import { emptySet, fullSet, singleSet } from "../multi/modality-sets.js";
import type { SecondReading } from "../types.js";
import { gaussianPid } from "./gaussian-pid.js";
import { valueGradients } from "./gradients.js";
import { conditionallyIndependentInformation } from "./idep.js";

const layout = { targets: 1, sources: ["a", "b"].map((name) => ({ name, size: 1 })) };
/** y = a + b + e, var e = 1/2. */
const additive = [
  [2.5, 1, 1],
  [1, 1, 0],
  [1, 0, 1],
];

function drawn(rows: number, seed: number, targets = 1) {
  const rng = new Rng(seed);
  const column = (scale = 1) => Float64Array.from({ length: rows }, () => scale * rng.normal());
  const [a, b] = [column(), column()];
  const ys = Array.from({ length: targets }, (_, t) => column(0.7).map((v, r) => v + a[r] + (1 + t) * b[r]));
  const block = (name: string, ...columns: Float64Array[]) => ({ name, columns });
  return { target: block("y", ...ys), sources: [block("a", a), block("b", b)] };
}

const numbersOf = ({ atoms, union }: Pick<SecondReading, "atoms" | "union">) => [
  ...Object.values(atoms.unique),
  ...[atoms.redundancy, atoms.synergy, union],
];

describe("the second reading", () => {
  it("of what only adds: broja and idep both see synergy, as docs/reading-the-atoms.md says", () => {
    const { atoms, secondReading } = plugInEstimate(additive, layout, {});
    expect(atoms.redundancy.toFixed(2)).toBe("0.37");
    expect(atoms.synergy.toFixed(2)).toBe("0.79");
    expect(secondReading?.measure).toBe("idep");
    expect(secondReading?.atoms.unique.a.toFixed(2)).toBe("0.24");
    expect(secondReading?.atoms.redundancy.toFixed(2)).toBe("0.13");
    expect(secondReading?.atoms.synergy.toFixed(2)).toBe("0.55");
    expect(secondReading?.standardErrors).toBeNull();
  });

  it.each(["bias-corrected", "plug-in", "cross-fitted"] as const)("is what --measure gives, %s", (estimator) => {
    for (const targets of [1, 2]) {
      const { target, sources } = drawn(120, 3, targets);
      const [broja, idep] = (["broja", "idep"] as const).map((measure) =>
        gaussianPidFromData(target, sources, { measure, estimator }),
      );
      expect(numbersOf(broja.secondReading as SecondReading)).toEqual(numbersOf(idep));
      expect(numbersOf(idep.secondReading as SecondReading)).toEqual(numbersOf(broja));
      const errors = broja.secondReading?.standardErrors;
      expect(numbersOf(errors as NonNullable<typeof errors>)).toEqual(
        numbersOf(idep.standardErrors as NonNullable<typeof errors>),
      );
    }
  });

  it("has Gaussian errors where only a covariance and its rows are known, none of three modalities", () => {
    const { secondReading } = gaussianPidFromCovariance(additive, layout, 500);
    expect(secondReading?.standardErrors?.atoms.synergy).toBeGreaterThan(0.01);
    const three = { targets: 1, sources: ["a", "b", "c"].map((name) => ({ name, size: 1 })) };
    const cov = [3, 1, 1, 1].map((v, i) => [0, 1, 2, 3].map((j) => (i === j ? v : i * j === 0 ? 0.8 : 0)));
    expect(plugInEstimate(cov, three, {}).secondReading).toBeUndefined();
  });

  it("shows infinite information as such", () => {
    const copy = [
      [1, 1, 0.5],
      [1, 1, 0.5],
      [0.5, 0.5, 1],
    ];
    const { secondReading } = plugInEstimate(copy, layout, {});
    expect(secondReading?.atoms.unique.a).toBe(Number.POSITIVE_INFINITY);
    expect(secondReading?.atoms.unique.b).toBeCloseTo(0, 9);
  });
});

describe("the second reading of held-out residuals", () => {
  /** Residuals of least squares on many rows: those of the covariance. */
  function residualsOf(rows: number, seed: number): ResidualRows {
    const { target, sources } = drawn(rows, seed);
    const y = target.columns[0];
    const [a, b] = sources.map(({ columns }) => columns[0]);
    return {
      names: ["a", "b"],
      target: y,
      residuals: [y.map((v, r) => v - a[r]), y.map((v, r) => v - b[r])],
      jointResiduals: y.map((v, r) => v - a[r] - b[r]),
    };
  }

  it("agrees with the closed form, and its errors with their spread over samples", () => {
    const exact = gaussianPid(additive, layout, { measure: "idep" });
    const samples = Array.from({ length: 200 }, (_, i) => pidFromResiduals(residualsOf(400, 100 + i)).secondReading);
    const means = samples.map((s) => numbersOf(s as SecondReading));
    const errors = samples.map((s) => numbersOf(s?.standardErrors as NonNullable<SecondReading["standardErrors"]>));
    // y has var 0.49 of noise here
    numbersOf(exact).forEach((value, i) => {
      const column = means.map((v) => v[i]);
      const mean = column.reduce((x, y) => x + y) / column.length;
      const sd = Math.sqrt(column.reduce((x, v) => x + (v - mean) ** 2, 0) / (column.length - 1));
      expect(Math.abs(mean - value)).toBeLessThan(0.02);
      const error = errors.reduce((x, v) => x + v[i], 0) / errors.length;
      // 200 samples know a standard deviation to 5 %
      expect(error / sd).toBeGreaterThan(0.8);
      expect(error / sd).toBeLessThan(1.25);
    });
  });

  it("takes a modality that predicts worse than the mean to know nothing", () => {
    const rows = residualsOf(300, 9);
    const rng = new Rng(1);
    const worse = rows.target.map((v) => v + 3 * rng.normal());
    const result = pidFromResiduals({
      ...rows,
      residuals: [rows.residuals[0], worse],
      jointResiduals: rows.residuals[0],
    });
    const { atoms, standardErrors } = result.secondReading as SecondReading;
    expect(atoms.unique.a).toBeCloseTo(result.information.total, 9);
    expect([atoms.unique.b, atoms.redundancy, atoms.synergy]).toEqual([0, 0, 0].map((v) => expect.closeTo(v, 9)));
    expect(standardErrors?.union).toBeCloseTo(result.standardErrors?.information.total ?? 0, 9);
    const both = pidFromResiduals({ ...rows, residuals: [worse, worse], jointResiduals: worse });
    expect(both.secondReading?.atoms.synergy).toBe(0);
  });

  it("of several targets leaves out the directions in which a prediction is worse than the mean", () => {
    // scaled to the target: the first source knows direction 1 and spoils direction 2
    const target = Float64Array.of(2, 0.3, 0.3, 1);
    const scaled = (e: readonly number[]) => Float64Array.from(e, (v, i) => v * Math.sqrt(target[i < 2 ? 0 : 3]));
    const good = Float64Array.of(0.8, 0.1, 0.1, 0.6);
    const spoilt = Float64Array.of(0.9, 0.2, 0.2, 2.5);
    const bits = conditionallyIndependentInformation(2, target, good, spoilt);
    const alone = conditionallyIndependentInformation(2, target, good, target);
    expect(bits).toBeGreaterThan(alone - 1e-12);
    expect(conditionallyIndependentInformation(2, target, scaled([9, 0, 0, 9]), scaled([9, 0, 0, 9]))).toBeCloseTo(
      0,
      12,
    );
  });

  it("has the derivative of its union there, by finite differences", () => {
    const at = (e1: number, e2: number, s: number) => ({
      n: 1,
      modalities: 2,
      target: Float64Array.of(s),
      posteriors: new Map([
        [singleSet(0), Float64Array.of(e1)],
        [singleSet(1), Float64Array.of(e2)],
        [fullSet(2), Float64Array.of(0.2)],
      ]),
    });
    const union = (e1: number, e2: number, s: number) =>
      conditionallyIndependentInformation(1, Float64Array.of(s), Float64Array.of(e1), Float64Array.of(e2));
    for (const [e1, e2] of [
      [0.6, 0.7],
      [0.6, 1.4],
      [1.2, 1.4],
    ]) {
      const gradient = valueGradients(at(e1, e2, 1), "idep")[8];
      const h = 1e-6;
      const slopes = [
        (union(e1, e2, 1 + h) - union(e1, e2, 1 - h)) / (2 * h),
        (union(e1 + h, e2, 1) - union(e1 - h, e2, 1)) / (2 * h),
        (union(e1, e2 + h, 1) - union(e1, e2 - h, 1)) / (2 * h),
      ];
      // 1e-6: central differences with step 1e-6
      for (const [i, set] of [emptySet, singleSet(0), singleSet(1)].entries()) {
        expect(gradient.get(set)?.[0] ?? 0).toBeCloseTo(slopes[i], 6);
      }
    }
  });
});
