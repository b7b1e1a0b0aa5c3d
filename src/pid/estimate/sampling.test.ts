import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { standardise } from "../covariance/covariance.js";
import { covarianceOf, momentsOfColumns } from "../covariance/moments.js";
import { covarianceFactor, wishartCovariance } from "../covariance/wishart.js";
import { oInformation } from "../multi/o-information.js";
import { oInformationBias, psiBias } from "./bias.js";
import { assignFolds, CrossFittedRidge } from "./cross-fit.js";

const normals = (n: number, rng: Rng) => Float64Array.from({ length: n }, () => rng.normal());

describe("digamma bias", () => {
  // computed with mpmath; n = 10: the leading-order formula of Cai, Liang & Zhou gives 0.0850
  it.each([
    [1, 1, 10, 0.09576123343709378],
    [1, 5, 50, 0.07933604115886586],
    [1, 64, 200, 0.28163008614746265],
  ])("m = %i, d = %i, n = %i", (m, d, n, bits) => {
    expect(Math.abs(psiBias(m, d, n) - bits)).toBeLessThan(1e-12);
  });

  it("is 0 for no columns, symmetric in target and source, and refuses too few rows", () => {
    expect(psiBias(3, 0, 20)).toBe(0);
    expect(psiBias(2, 7, 40)).toBeCloseTo(psiBias(7, 2, 40), 12);
    expect(() => psiBias(1, 9, 10)).toThrow("got 10 rows, 1 + 9 dimensions");
  });
});

describe("O-information bias", () => {
  it("is what independent columns show on average", () => {
    const dims = [3, 4, 5];
    const sources = dims.map((size, k) => ({ name: `z${k}`, size }));
    const values = Array.from({ length: 400 }, (_, t) => {
      const rng = new Rng(`o/${t}`);
      const columns = Array.from({ length: 13 }, () => normals(20, rng));
      return oInformation(standardise(covarianceOf(momentsOfColumns(columns)), 1, sources)) as number;
    });
    const mean = values.reduce((sum, v) => sum + v / 400, 0);
    const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 400 / 400);
    const bias = oInformationBias(dims, 20);
    expect(Math.abs(bias)).toBeGreaterThan(10 * error);
    expect(Math.abs(mean - bias)).toBeLessThan(4 * error);
  });
});

describe("Wishart draws", () => {
  it("average to the covariance, with the variance of a sample covariance", () => {
    const covariance = Float64Array.of(2, 0.5, 1, 0.5, 1, 0.3, 1, 0.3, 3);
    const factor = covarianceFactor(covariance, 3);
    const draws = Array.from({ length: 4000 }, (_, b) => wishartCovariance(factor, 20, new Rng(`w/${b}`)));
    for (let i = 0; i < 9; i++) {
      const mean = draws.reduce((sum, d) => sum + d[i] / draws.length, 0);
      const variance = draws.reduce((sum, d) => sum + (d[i] - covariance[i]) ** 2 / draws.length, 0);
      const [j, k] = [Math.floor(i / 3), i % 3];
      const expected = (covariance[i] ** 2 + covariance[j * 4] * covariance[k * 4]) / 20;
      expect(Math.abs(mean - covariance[i])).toBeLessThan(4 * Math.sqrt(expected / draws.length));
      // 10 %: four standard errors of a variance over 4000 skewed draws
      expect(Math.abs(variance / expected - 1)).toBeLessThan(0.1);
    }
  });

  it("stay in the span of a singular covariance", () => {
    const factor = covarianceFactor(Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 2), 3);
    expect(factor.rank).toBe(2);
    const draw = wishartCovariance(factor, 10, new Rng(1));
    expect(draw[1]).toBeCloseTo(draw[0], 12);
    expect(draw[4]).toBeCloseTo(draw[0], 12);
  });
});

describe("cross-fitted ridge", () => {
  it("leaves the noise of a strong linear relation, in wide and in narrow tables", () => {
    const rng = new Rng(2);
    for (const width of [5, 400]) {
      const columns = Array.from({ length: width }, () => normals(200, rng));
      // in the wide table only a common factor can be found
      const factor = normals(200, rng);
      for (const column of columns) for (let r = 0; r < 200; r++) column[r] += 2 * factor[r];
      const target = factor.map((v) => v + 0.3 * rng.normal());
      const left = new CrossFittedRidge(columns, assignFolds(200, 10, rng)).residuals(target);
      const rms = Math.sqrt(left.reduce((sum, v) => sum + v * v, 0) / 200);
      expect(rms).toBeGreaterThan(0.25);
      expect(rms).toBeLessThan(width === 5 ? 0.45 : 0.36);
    }
  });

  it("predicts a row without its own value, and the mean without columns", () => {
    const rng = new Rng(3);
    const columns = [normals(50, rng), normals(50, rng)];
    const fold = assignFolds(50, 5, rng);
    const target = normals(50, rng);
    const ridge = new CrossFittedRidge(columns, fold);
    const before = ridge.residuals(target);
    const changed = target.slice();
    changed[7] += 100;
    const after = ridge.residuals(changed);
    expect(after[7] - before[7]).toBeCloseTo(100, 10);
    const mean = new CrossFittedRidge([], fold).residuals(target);
    const others = target.filter((_, r) => fold[r] !== fold[7]);
    expect(target[7] - mean[7]).toBeCloseTo(
      others.reduce((s, v) => s + v / others.length, 0),
      12,
    );
    expect(() => new CrossFittedRidge(columns, new Int32Array(50))).toThrow("at least 2 folds");
  });

  it("folds are of nearly equal size", () => {
    const sizes = new Array(7).fill(0);
    for (const f of assignFolds(100, 7, new Rng(4))) sizes[f]++;
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });
});
