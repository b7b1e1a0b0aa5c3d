import { inverse } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPid } from "../closed-form/gaussian-pid.js";
import { posteriorPid } from "../closed-form/posterior-pid.js";
import { applyLocalPid, fitLocalPid } from "../pointwise/local-pid.js";
import { conditional, randomCovariance, range } from "../test-support.js";
import type { PidResult } from "../types.js";
import { pidFromResiduals, posteriorModelOf } from "./residuals.js";

const atomsOf = (r: PidResult) => [
  ...Object.values(r.atoms.unique),
  r.atoms.redundancy,
  r.atoms.partialRedundancy,
  r.atoms.synergy,
];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("posteriorPid", () => {
  it.each([
    { targets: 1, dims: [2, 3] },
    { targets: 3, dims: [4, 2] },
    { targets: 1, dims: [1, 2, 2] },
    { targets: 2, dims: [2, 2, 2] },
  ])("agrees with gaussianPid when the posteriors come from one covariance: $targets, $dims", ({ targets, dims }) => {
    const width = targets + sum(dims);
    const cov = randomCovariance(new Rng(`posterior/${targets}/${dims}`), width);
    const starts = dims.map((_, k) => targets + sum(dims.slice(0, k)));
    const given = dims.map((d, k) => range(starts[k], starts[k] + d));
    const y = range(0, targets);
    const posterior = (columns: number[]) => conditional(cov, y, columns, inverse).to2DArray();
    const result = posteriorPid({
      targetCovariance: cov.selection(y, y).to2DArray(),
      posteriors: given.map((columns, k) => ({ name: `z${k}`, cov: posterior(columns) })),
      joint: posterior(given.flat()),
      leaveOneOut: given.map((_, k) => posterior(given.filter((_, i) => i !== k).flat())),
    });
    const exact = gaussianPid(cov, { targets, sources: dims.map((size, k) => ({ name: `z${k}`, size })) });
    const difference = atomsOf(result).map((v, i) => Math.abs(v - atomsOf(exact)[i]));
    expect(Math.max(...difference)).toBeLessThan(1e-9);
    expect(result.flags).toEqual([]);
    if (dims.length > 2) {
      for (const [name, u] of Object.entries(exact.multi?.uniqueStrict ?? {})) {
        expect(Math.abs((result.multi?.uniqueStrict?.[name] ?? Number.NaN) - u)).toBeLessThan(1e-12);
      }
    }
  });

  it("reconciles estimates that do not fit together, and says so", () => {
    // the joint prediction is worse than the first one alone, the second is worse than the mean
    const result = posteriorPid({
      targetCovariance: [[1]],
      posteriors: [
        { name: "a", cov: [[0.5]] },
        { name: "b", cov: [[1.02]] },
      ],
      joint: [[0.51]],
    });
    expect(result.flags).toContain("inconsistent");
    expect(result.information.byModality.b).toBe(0);
    expect(result.information.total).toBeCloseTo(0.5, 15);
    expect(result.atoms.unique.a).toBeCloseTo(0.5, 15);
    expect([result.atoms.unique.b, result.atoms.redundancy, result.atoms.synergy]).toEqual([0, 0, 0]);
  });

  it("any posteriors whatever: atoms are non-negative and sum to the total", () => {
    const rng = new Rng("any");
    for (let trial = 0; trial < 200; trial++) {
      const d = 1 + rng.integer(3);
      const m = 2 + rng.integer(2);
      const draw = () => randomCovariance(rng, d).to2DArray();
      const posteriors = Array.from({ length: m }, (_, k) => ({ name: `z${k}`, cov: draw() }));
      const result = posteriorPid({ targetCovariance: draw(), posteriors, joint: draw() });
      for (const atom of atomsOf(result)) expect(atom).toBeGreaterThanOrEqual(0);
      expect(Math.abs(sum(atomsOf(result)) - result.information.total)).toBeLessThan(1e-12);
    }
  });

  it("of one modality: all is unique, row by row too", () => {
    const rng = new Rng("one");
    const target = Float64Array.from({ length: 500 }, () => rng.normal());
    const residual = target.map((y) => 0.36 * y + 0.48 * rng.normal());
    const rows = { names: ["a"], target, residuals: [residual], jointResiduals: residual };
    const { information, atoms, standardErrors, flags } = pidFromResiduals(rows);
    // Variances 1 and 0.36^2 + 0.48^2 = 0.36: half the logarithm of their quotient; 500 rows, error about 0.03.
    expect(information.total).toBeCloseTo(-0.5 * Math.log2(0.36), 1);
    expect(atoms).toEqual({ unique: { a: information.total }, redundancy: 0, synergy: 0, partialRedundancy: 0 });
    expect(information.byModality).toEqual({ a: information.total });
    expect(standardErrors?.atoms.unique.a).toBeGreaterThan(0.01);
    expect(flags).toEqual([]);
    const local = applyLocalPid(fitLocalPid(posteriorModelOf(rows)), rows);
    expect(local.unique.a.reduce((a, b) => a + b) / 500).toBeCloseTo(information.total, 10);
    expect(local.synergy.every((bits) => bits === 0)).toBe(true);
  });

  it("names the matrix that is wrong", () => {
    const good = {
      targetCovariance: [[1]],
      posteriors: [
        { name: "a", cov: [[0.5]] },
        { name: "b", cov: [[0.5]] },
      ],
      joint: [[0.4]],
    };
    expect(() => posteriorPid({ ...good, joint: [[Number.NaN]] })).toThrow("given all modalities: the entry at row 0");
    expect(() =>
      posteriorPid({
        ...good,
        joint: [
          [1, 0],
          [0, 1],
        ],
      }),
    ).toThrow("expected 1 x 1");
    expect(() => posteriorPid({ ...good, targetCovariance: [[0]] })).toThrow("every target has variance 0");
    expect(() => posteriorPid({ ...good, posteriors: [] })).toThrow("at least one modality");
    expect(() => posteriorPid({ ...good, joint: [[-1]] })).toThrow("below 0");
  });
});

describe("pidFromResiduals", () => {
  /** y = x1 + x2 + noise with known coefficients: the residuals of the best linear predictors. */
  const rows = (n: number, seed: string) => {
    const rng = new Rng(seed);
    const out = {
      target: new Float64Array(n),
      a: new Float64Array(n),
      b: new Float64Array(n),
      joint: new Float64Array(n),
    };
    for (let t = 0; t < n; t++) {
      const x1 = rng.normal();
      const x2 = rng.normal();
      const noise = rng.normal();
      out.target[t] = 1.5 * x1 + x2 + noise;
      out.a[t] = x2 + noise;
      out.b[t] = 1.5 * x1 + noise;
      out.joint[t] = noise;
    }
    return { names: ["a", "b"], target: out.target, residuals: [out.a, out.b], jointResiduals: out.joint };
  };

  it("recovers the true atoms within four standard errors, and the errors are of the right size", () => {
    // var y = 4.25; I1 = 1/2 log2(4.25 / 2), I2 = 1/2 log2(4.25 / 3.25), I12 = 1/2 log2 4.25
    const i1 = 0.5 * Math.log2(4.25 / 2);
    const i2 = 0.5 * Math.log2(4.25 / 3.25);
    const i12 = 0.5 * Math.log2(4.25);
    const result = pidFromResiduals(rows(4000, "truth"));
    const se = result.standardErrors;
    if (se === null) throw new Error("standard errors expected");
    expect(Math.abs(result.atoms.unique.a - (i1 - i2))).toBeLessThan(4 * se.atoms.unique.a);
    expect(Math.abs(result.atoms.redundancy - i2)).toBeLessThan(4 * se.atoms.redundancy);
    expect(Math.abs(result.atoms.synergy - (i12 - i1))).toBeLessThan(4 * se.atoms.synergy);
    expect(result.flags).toEqual([]);
    expect(result.n).toBe(4000);
    expect(result.contrasts?.[0].value).toBeCloseTo(i1 - i2, 1);

    // spread over repetitions against the reported error; 60 repetitions know a spread to 10 %, three of those allowed
    const estimates = Array.from({ length: 60 }, (_, k) => pidFromResiduals(rows(500, `spread/${k}`)));
    const values = estimates.map((r) => r.atoms.synergy);
    const centre = sum(values) / 60;
    const spread = Math.sqrt(sum(values.map((v) => (v - centre) ** 2)) / 59);
    const reported = sum(estimates.map((r) => r.standardErrors?.atoms.synergy ?? Number.NaN)) / 60;
    expect(Math.abs(spread / reported - 1)).toBeLessThan(0.3);
  });

  it("flags a tie, and a total that is nothing", () => {
    const r = rows(300, "tie");
    const copy = pidFromResiduals({ ...r, residuals: [r.residuals[0], r.residuals[0]] });
    expect(copy.flags).toContain("boundary");
    const noise = pidFromResiduals({ ...r, residuals: [r.target, r.target], jointResiduals: r.target });
    expect(noise.flags).toContain("no-information");
    expect(noise.information.total).toBe(0);
  });

  it("takes vector targets and dependent target columns", () => {
    const r = rows(200, "vector");
    const twice = (v: Float64Array) => Float64Array.from({ length: 400 }, (_, i) => v[i >> 1] * (i % 2 === 0 ? 1 : 2));
    const doubled = pidFromResiduals({
      names: r.names,
      targets: 2,
      target: twice(r.target),
      residuals: r.residuals.map(twice),
      jointResiduals: twice(r.jointResiduals),
    });
    const single = pidFromResiduals(r);
    expect(doubled.flags).toContain("dependent-target");
    expect(doubled.atoms.synergy).toBeCloseTo(single.atoms.synergy, 12);
    expect(doubled.standardErrors?.atoms.synergy).toBeCloseTo(single.standardErrors?.atoms.synergy ?? Number.NaN, 12);
  });

  it("refuses too few rows", () => {
    const r = rows(2, "few");
    expect(() => pidFromResiduals(r)).toThrow("got 2 held-out rows for 1 target column(s), expected at least 3");
  });
});
