import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPid } from "../closed-form/gaussian-pid.js";
import { covarianceOf, momentsOfColumns } from "../covariance/moments.js";
import { oInformationBias } from "./bias.js";
import { type PidColumns, preparePidTable } from "./data-columns.js";
import { gaussianPidFromData } from "./gaussian-pid-from-data.js";
import { fitInSample } from "./in-sample.js";
import { gaussianPidFromCovariance } from "./pid-from-covariance.js";

/** Rows of a Gaussian with this lower factor (order: target, modalities), as columns. */
function sample(factor: number[][], n: number, seed: number): Float64Array[] {
  const rng = new Rng(seed);
  const columns = factor.map(() => new Float64Array(n));
  for (let r = 0; r < n; r++) {
    const z = factor.map(() => rng.normal());
    factor.forEach((row, j) => {
      columns[j][r] = row.reduce((sum, w, k) => sum + w * z[k], 0);
    });
  }
  return columns;
}

/** A factor with every entry drawn once. */
function randomFactor(p: number, seed: number): number[][] {
  const rng = new Rng(seed);
  return Array.from({ length: p }, (_, i) =>
    Array.from({ length: p }, (_, j) => (j < i ? 0.5 * rng.normal() : j === i ? 1 : 0)),
  );
}

function blocks(columns: readonly Float64Array[], dims: readonly number[], dm = 1): [PidColumns, PidColumns[]] {
  let start = dm;
  const sources = dims.map((d, k) => {
    start += d;
    return { name: `z${k + 1}`, columns: columns.slice(start - d, start) };
  });
  return [{ name: "y", columns: columns.slice(0, dm) }, sources];
}

const population = (factor: number[][]) =>
  factor.map((a) => factor.map((b) => a.reduce((sum, w, k) => sum + w * b[k], 0)));

describe("gaussianPidFromData", () => {
  it("plug-in equals the closed form on the sample covariance; local means equal the atoms", () => {
    const columns = sample(randomFactor(9, 1), 300, 2);
    const [target, sources] = blocks(columns, [3, 4], 2);
    const estimate = gaussianPidFromData(target, sources, { estimator: "plug-in", local: true });
    const layout = { targets: 2, sources: sources.map((s) => ({ name: s.name, size: s.columns.length })) };
    const exact = gaussianPid(covarianceOf(momentsOfColumns(columns)), layout);
    expect(estimate.information.total).toBeCloseTo(exact.information.total, 12);
    for (const name of ["z1", "z2"]) {
      expect(estimate.atoms.unique[name]).toBeCloseTo(exact.atoms.unique[name], 12);
      const local = estimate.local?.unique[name] as Float64Array;
      expect(local.reduce((s, v) => s + v, 0) / 300).toBeCloseTo(exact.atoms.unique[name], 12);
    }
    expect(estimate.atoms.synergy).toBeCloseTo(exact.atoms.synergy, 12);
    expect(estimate.gain.byModality.z1).toBeCloseTo(exact.information.total - exact.information.byModality.z2, 12);
  });

  it("removes the bias of unrelated columns", () => {
    let total = 0;
    let unique = 0;
    const tables = 40;
    for (let t = 0; t < tables; t++) {
      const rng = new Rng(`null/${t}`);
      const columns = Array.from({ length: 21 }, () => Float64Array.from({ length: 200 }, () => rng.normal()));
      const [target, sources] = blocks(columns, [10, 10]);
      const plugIn = gaussianPidFromData(target, sources, { estimator: "plug-in" });
      const estimate = gaussianPidFromData(target, sources);
      expect(plugIn.information.total).toBeGreaterThan(0.02);
      total += estimate.information.total / tables;
      unique += estimate.atoms.redundancy / tables;
    }
    // floors at 0 leave a little of the noise; the plug-in mean is 0.076
    expect(total).toBeLessThan(0.02);
    expect(unique).toBeLessThan(0.01);
  });

  it("knows a tie where one modality is much wider: what its columns find by chance is no advantage", () => {
    // y = a + b + noise, b among 30 columns without meaning, 150 rows: the plug-in difference is 0.2 bits too large
    for (const seed of [1, 2, 3, 6]) {
      const rng = new Rng(seed);
      const column = () => Float64Array.from({ length: 150 }, () => rng.normal());
      const [a, b] = [column(), column()];
      const y = a.map((value, i) => value + b[i] + 0.5 * rng.normal());
      const sources = [
        { name: "a", columns: [a] },
        { name: "b", columns: [b, ...Array.from({ length: 30 }, column)] },
      ];
      const target = { name: "y", columns: [y] };
      const estimate = gaussianPidFromData(target, sources, { estimator: "bias-corrected" });
      const [corrected] = estimate.contrasts ?? [];
      const [plugIn] = gaussianPidFromData(target, sources, { estimator: "plug-in" }).contrasts ?? [];
      const twoErrors = 2 * (corrected.standardError ?? Number.NaN);
      expect(Math.abs(plugIn.value)).toBeGreaterThan(twoErrors);
      expect(Math.abs(corrected.value)).toBeLessThan(twoErrors);
      expect(estimate.flags).toContain("boundary");
    }
  });

  it("three modalities: plug-in equals the closed form, errors are positive, details are there", () => {
    const columns = sample(randomFactor(8, 3), 500, 4);
    const [target, sources] = blocks(columns, [2, 2, 2], 2);
    const estimate = gaussianPidFromData(target, sources, { estimator: "plug-in", local: true });
    const layout = { targets: 2, sources: sources.map((s) => ({ name: s.name, size: s.columns.length })) };
    const exact = gaussianPid(covarianceOf(momentsOfColumns(columns)), layout);
    expect(estimate.union).toBeCloseTo(exact.union, 8);
    expect(estimate.atoms.partialRedundancy).toBeCloseTo(exact.atoms.partialRedundancy, 8);
    expect(estimate.multi?.shapley?.z2).toBeCloseTo(exact.multi?.shapley?.z2 as number, 10);
    expect(estimate.standardErrors?.atoms.synergy).toBeGreaterThan(0);
    const corrected = gaussianPidFromData(target, sources);
    expect(corrected.estimator).toBe("bias-corrected");
    expect(corrected.information.total).toBeLessThan(exact.information.total);
    const { unique, redundancy, synergy, partialRedundancy } = corrected.atoms;
    const sum = unique.z1 + unique.z2 + unique.z3 + redundancy + synergy + partialRedundancy;
    expect(sum).toBeCloseTo(corrected.information.total, 10);
  });

  it("takes the bias off the O-information; there is none where modalities determine each other", () => {
    const columns = sample(randomFactor(8, 5), 60, 6);
    const [target, sources] = blocks(columns, [2, 2, 3]);
    const plugIn = gaussianPidFromData(target, sources, { estimator: "plug-in" }).multi?.oInformation;
    const corrected = gaussianPidFromData(target, sources, { estimator: "bias-corrected" }).multi?.oInformation;
    const exact = gaussianPid(covarianceOf(momentsOfColumns(columns)), {
      targets: 1,
      sources: sources.map((s) => ({ name: s.name, size: s.columns.length })),
    });
    expect(plugIn).toBeCloseTo(exact.multi?.oInformation as number, 10);
    expect(corrected).toBeCloseTo((plugIn as number) - oInformationBias([2, 2, 3], 60), 10);
    expect(Math.abs(oInformationBias([2, 2, 3], 60))).toBeGreaterThan(1e-3);
    const copied = [...sources.slice(0, 2), { name: "copy", columns: sources[0].columns }];
    expect(gaussianPidFromData(target, copied, { estimator: "bias-corrected" }).multi?.oInformation).toBeNull();
  });

  it("from a covariance alone: the same values, and errors close to those from the rows", () => {
    for (const [dm, seed] of [
      [1, 5],
      [2, 6],
    ]) {
      const columns = sample(randomFactor(6 + dm, seed), 20_000, 7);
      const [target, sources] = blocks(columns, [3, 3], dm);
      const layout = { targets: dm, sources: sources.map((s) => ({ name: s.name, size: s.columns.length })) };
      const rows = gaussianPidFromData(target, sources);
      const alone = gaussianPidFromCovariance(covarianceOf(momentsOfColumns(columns)), layout, 20_000);
      expect(alone.atoms).toEqual(rows.atoms);
      expect(alone.standardErrorSource).toBe("gaussian");
      const pick = (e: typeof rows) => [
        e.standardErrors?.information.total,
        e.standardErrors?.information.byModality.z1,
        e.standardErrors?.atoms.unique.z1,
        e.standardErrors?.atoms.unique.z2,
        e.standardErrors?.atoms.redundancy,
        e.standardErrors?.atoms.synergy,
        e.gain.standardErrors?.z1,
      ];
      const expected = pick(rows);
      // 3 %: the sampling error of a standard deviation over 20,000 rows, twice over
      pick(alone).forEach((error, i) => {
        expect(Math.abs((error as number) - (expected[i] as number))).toBeLessThan(
          0.03 * (expected[i] as number) + 1e-6,
        );
      });
    }
  });

  it("idep: plug-in equals the closed form, gradient of the union is that of finite differences", () => {
    const columns = sample(randomFactor(6, 8), 400, 9);
    const [target, sources] = blocks(columns, [2, 2], 2);
    const layout = { targets: 2, sources: sources.map((s) => ({ name: s.name, size: s.columns.length })) };
    const estimate = gaussianPidFromData(target, sources, { estimator: "plug-in", measure: "idep" });
    const exact = gaussianPid(covarianceOf(momentsOfColumns(columns)), layout, { measure: "idep" });
    expect(estimate.atoms.unique.z1).toBeCloseTo(exact.atoms.unique.z1, 12);
    expect(estimate.atoms.redundancy).toBeCloseTo(exact.atoms.redundancy, 12);
    expect(() => gaussianPidFromData(...blocks(columns, [2, 1, 1], 2), { measure: "idep" })).toThrow("two modalities");
  });

  it("cross-fits wide tables: independent columns tell nothing, a strong one is found", () => {
    const rng = new Rng(10);
    const noise = (count: number) =>
      Array.from({ length: count }, () => Float64Array.from({ length: 120 }, () => rng.normal()));
    const [y] = noise(1);
    const wide = gaussianPidFromData({ name: "y", columns: [y] }, [
      { name: "a", columns: noise(60) },
      { name: "b", columns: noise(100) },
    ]);
    expect(wide.estimator).toBe("cross-fitted");
    expect(wide.information.total).toBeLessThan(0.03);
    expect(wide.flags).toContain("no-information");
    const a = noise(60);
    const signal = y.map((v, r) => v + 0.3 * a[0][r]);
    const found = gaussianPidFromData({ name: "y", columns: [signal] }, [
      { name: "a", columns: [y.map((v) => v + 0.5 * rng.normal()), ...noise(20)] },
      { name: "b", columns: noise(100) },
    ]);
    expect(found.information.byModality.a).toBeGreaterThan(0.6);
    expect(found.atoms.unique.a).toBeGreaterThan(0.6);
    expect(found.flags).not.toContain("no-information");
  });

  it("permutation p-values: small for a modality that knows, not for one that does not", () => {
    const rng = new Rng(11);
    const column = () => Float64Array.from({ length: 100 }, () => rng.normal());
    const a = column();
    const y = a.map((v) => v + rng.normal());
    const sources = [
      { name: "a", columns: [a] },
      { name: "b", columns: [column(), column()] },
    ];
    const { permutation } = gaussianPidFromData({ name: "y", columns: [y] }, sources, { permutations: 199 });
    expect(permutation?.pValues.byModality.a).toBe(1 / 200);
    expect(permutation?.pValues.total).toBe(1 / 200);
    expect(permutation?.pValues.byModality.b).toBeGreaterThan(0.05);
    const held = gaussianPidFromData({ name: "y", columns: [y] }, sources, {
      permutations: 49,
      estimator: "cross-fitted",
    });
    expect(held.permutation?.pValues.byModality.a).toBe(1 / 50);
  });

  it("bootstrap errors agree with the influence function, intervals hold the estimate", () => {
    const factor = randomFactor(5, 12);
    const columns = sample(factor, 400, 13);
    const [target, sources] = blocks(columns, [2, 2]);
    const estimate = gaussianPidFromData(target, sources, { bootstrap: 400 });
    const { standardErrors, basic, bca } = estimate.bootstrap as NonNullable<typeof estimate.bootstrap>;
    const delta = estimate.standardErrors?.information.total as number;
    // 400 replicates know a standard deviation to 3.5 %, twice that and the finite sample on top
    expect(Math.abs(standardErrors.information.total / delta - 1)).toBeLessThan(0.15);
    for (const { lower, upper } of [basic, bca]) {
      expect(lower.information.total).toBeLessThan(estimate.information.total);
      expect(upper.information.total).toBeGreaterThan(estimate.information.total);
    }
    const exact = gaussianPid(population(factor), {
      targets: 1,
      sources: [
        { name: "z1", size: 2 },
        { name: "z2", size: 2 },
      ],
    });
    expect(Math.abs(estimate.information.total - exact.information.total)).toBeLessThan(4 * delta);
    expect(gaussianPidFromData(target, sources, { bootstrap: 20 })).toEqual(
      gaussianPidFromData(target, sources, { bootstrap: 20 }),
    );
  });

  it("bootstrap replicates are centred on the corrected estimate", () => {
    const columns = sample(randomFactor(31, 22), 300, 23);
    const [target, sources] = blocks(columns, [15, 15]);
    const estimate = gaussianPidFromData(target, sources);
    const table = preparePidTable(target, sources, "none", false);
    const rng = new Rng(24);
    const fitted = fitInSample(table, { measure: "broja", level: 0.95, bias: "psi", rng });
    let mean = 0;
    for (let b = 0; b < 60; b++) {
      mean += fitted.replicate(Int32Array.from({ length: 300 }, () => rng.integer(300)))[0] / 60;
    }
    // the bias of the total is 0.075 bits: once too few or too often would show
    expect(Math.abs(mean - estimate.information.total)).toBeLessThan(0.03);
  });

  it("the inverse normal transform makes the estimate blind to monotone changes of the target", () => {
    const columns = sample(randomFactor(4, 14), 200, 15);
    const [target, sources] = blocks(columns, [1, 2]);
    const bent = { name: "y", columns: [columns[0].map((v) => Math.exp(2 * v))] };
    const options = { transform: "inverse-normal" } as const;
    expect(gaussianPidFromData(bent, sources, options).atoms).toEqual(
      gaussianPidFromData(target, sources, options).atoms,
    );
    const coarse = { name: "y", columns: [columns[0].map((v) => (v > 0 ? 1 : 0))] };
    const { notes } = gaussianPidFromData(coarse, sources, options);
    expect(notes.join(" ")).toContain("2 distinct values");
    expect(notes.join(" ")).toMatch(/[45]\d % of the rows share one value/);
    // twenty values, none of more than a fifth of the rows
    const fine = { name: "y", columns: [columns[0].map((_, i) => i % 20)] };
    expect(gaussianPidFromData(fine, sources, options).notes).toEqual([]);
  });

  it("a determined target is infinite and flagged, not corrected", () => {
    const columns = sample(randomFactor(4, 16), 100, 17);
    columns[0] = columns[1].slice();
    const estimate = gaussianPidFromData(...blocks(columns, [1, 2]));
    expect(estimate.flags).toContain("saturated");
    expect(estimate.information.total).toBe(Number.POSITIVE_INFINITY);
    expect(estimate.standardErrors).toBeNull();
  });

  it("refuses what it cannot estimate, and says why", () => {
    const columns = sample(randomFactor(4, 18), 30, 19);
    const short = columns.map((c) => c.subarray(0, 12));
    expect(() => gaussianPidFromData(...blocks(short, [1, 2]))).toThrow("at least 20 complete rows, got 12");
    expect(() =>
      gaussianPidFromData({ name: "y", columns: [new Float64Array(30)] }, blocks(columns, [1, 2])[1]),
    ).toThrow('target "y" has the same value in every row');
    const gap = columns.map((c) => c.slice());
    gap[2][4] = Number.NaN;
    expect(() => gaussianPidFromData(...blocks(gap, [1, 2]))).toThrow('"z2", column 0, row 5 (counted from 1) is NaN');
    const wide = sample(randomFactor(41, 20), 30, 21);
    const forced = { estimator: "bias-corrected" } as const;
    expect(() => gaussianPidFromData(...blocks(wide, [20, 20]), forced)).toThrow("needs more rows than dimensions");
    expect(() => gaussianPidFromData(...blocks(columns, [3]))).toThrow("at least two modalities are needed, got 1");
  });
});
