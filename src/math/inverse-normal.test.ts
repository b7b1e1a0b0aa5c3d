import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { standardDeviation } from "./descriptive.js";
import { fitInverseNormal, InverseNormalTransform } from "./inverse-normal.js";

interface GoldenCase {
  readonly id: string;
  readonly y: number[];
  readonly z: number[];
  readonly query: number[];
  readonly queryZ: number[];
  readonly zq: number[];
  readonly inverse: number[];
  readonly inverseClipped: number[];
  readonly tol: number;
}

const goldenFile = new URL("../pid/closed-form/fixtures/golden.json", import.meta.url);
const golden: GoldenCase[] = JSON.parse(readFileSync(goldenFile, "utf8")).int;

describe("inverse normal transform, golden cases", () => {
  it.each(golden)("$id", (c) => {
    const plain = fitInverseNormal(c.y, { standardize: false });
    const clipped = fitInverseNormal(c.y, { standardize: false, clip: true });
    const errors = [
      ...c.y.map((y, i) => plain.forward(y) - c.z[i]),
      ...c.query.map((y, i) => plain.forward(y) - c.queryZ[i]),
      ...c.zq.map((z, i) => plain.inverse(z) - c.inverse[i]),
      ...c.zq.map((z, i) => clipped.inverse(z) - c.inverseClipped[i]),
    ].map(Math.abs);
    const worst = Math.max(...errors);
    expect(worst, `largest error ${worst}`).toBeLessThanOrEqual(c.tol);
  });
});

describe("inverse normal transform", () => {
  const values = Array.from({ length: 500 }, (_, i) => Math.exp(Math.sin(i * 1.7) * 2) + i / 100);

  it("is exactly undone on the fitted values, and to rounding everywhere", () => {
    const t = fitInverseNormal(values);
    for (const v of values) expect(t.inverse(t.forward(v))).toBe(v);
    for (let v = -20; v < 30; v += 0.173)
      expect(Math.abs(t.inverse(t.forward(v)) - v)).toBeLessThan(1e-12 * Math.max(1, Math.abs(v)));
    expect(t.forward(Number.NaN)).toBeNaN();
  });

  it("is increasing, for any list of numbers", () => {
    const number = fc.integer({ min: -1000, max: 1000 }).map((v) => v / 8);
    const list = fc.array(number, { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(list, number, number, (ys, a, b) => {
        const t = fitInverseNormal(ys);
        expect(t.forward(Math.min(2 * a, 2 * b))).toBeLessThanOrEqual(t.forward(Math.max(2 * a, 2 * b)));
      }),
      { seed: 1, numRuns: 200, endOnFailure: true },
    );
  });

  it("has mean 0 and variance 1 after standardisation, ties or not", () => {
    for (const ys of [values, values.map((v) => Math.round(v))]) {
      const z = ys.map((y) => fitInverseNormal(ys).forward(y));
      expect(Math.abs(z.reduce((a, b) => a + b) / z.length)).toBeLessThan(1e-14);
      expect(standardDeviation(z, 0)).toBeCloseTo(1, 12);
    }
    // variance of 500 Blom scores: 0.992 as published in the design of this transform
    expect(fitInverseNormal(values).varianceBefore).toBeCloseTo(0.992, 3);
  });

  it("mean of a lognormal by quadrature, where the inverse of the mean score is only the median", () => {
    // y = exp(X), X ~ N(0,1): given score N(0.8, 0.6^2) the mean is exp(0.8 + 0.18) = 2.664, the median exp(0.8) = 2.226;
    // tolerance 0.05: the tails beyond 1000 fitted points are straight lines, not exponentials
    const n = 1000;
    const normal = fitInverseNormal(Array.from({ length: n }, (_, i) => i)).z;
    const t = fitInverseNormal(Array.from(normal, (z) => Math.exp(z)));
    expect(t.inverse(0.8)).toBeCloseTo(Math.exp(0.8), 2);
    expect(Math.abs(t.inverseMean(0.8, 0.6) - Math.exp(0.98))).toBeLessThan(0.05);
  });

  it("reports ties; one distinct value maps to 0 and back", () => {
    const t = fitInverseNormal([0, 0, 0, 1, 2]);
    expect(t.maxTieShare).toBe(0.6);
    expect(t.distinct).toBe(3);
    const constant = fitInverseNormal([7, 7]);
    expect(constant.forward(9)).toBe(0);
    expect(constant.inverse(-3)).toBe(7);
  });

  it("survives JSON", () => {
    const t = fitInverseNormal(values, { clip: true });
    const back = InverseNormalTransform.fromJSON(JSON.parse(JSON.stringify(t)));
    for (const v of [-5, 0.3, 2, 9]) expect(back.forward(v)).toBe(t.forward(v));
    expect(() => InverseNormalTransform.fromJSON({ ...t.toJSON(), y: [1] })).toThrow("damaged");
  });

  it("refuses nothing and not-a-number", () => {
    expect(() => fitInverseNormal([])).toThrow("at least one value");
    expect(() => fitInverseNormal([1, Number.NaN])).toThrow("value 1 is NaN");
  });
});
