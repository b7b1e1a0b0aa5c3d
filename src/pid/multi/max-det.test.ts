import { describe, expect, it } from "vitest";
import { combine, invertSpd, multiply, traceProduct, tryCholesky } from "../../math/dense.js";
import { Rng } from "../../math/rng.js";
import { randomCovariance } from "../test-support.js";
import { envelopePrecision, innerEnvelope, outerEnvelope } from "./envelope.js";
import { maximiseLogDet } from "./max-det.js";

const draw = (rng: Rng, n: number, count: number) =>
  Array.from({ length: count }, () => Float64Array.from(randomCovariance(rng, n).to1DArray()));

const precisions = (es: Float64Array[], n: number) => es.map((e) => invertSpd(e, n, "constraint"));

describe("largest ellipsoid inside others", () => {
  it.each([1, 2, 3, 5, 8])("two constraints of order %i: the barrier method meets the closed form", (n) => {
    const es = draw(new Rng(`two/${n}`), n, 2);
    const solved = maximiseLogDet(precisions(es, n), n);
    expect(solved.gap).toBeLessThan(1e-8);
    expect(Math.abs(solved.logDet - innerEnvelope(es, n).logDet)).toBeLessThan(1e-8);
  });

  it.each([
    [2, 3],
    [3, 4],
    [6, 3],
    [10, 3],
  ])("order %i, %i constraints: feasible, dual meets primal, multipliers complementary", (n, count) => {
    const es = draw(new Rng(`many/${n}/${count}`), n, count);
    const { matrix, multipliers, gap } = maximiseLogDet(precisions(es, n), n);
    expect(gap).toBeLessThan(1e-8);
    for (const [k, e] of es.entries()) {
      const slack = combine([e, matrix], [1, -1]);
      expect(typeof tryCholesky(slack, n)).not.toBe("number");
      expect(Math.abs(traceProduct(multipliers[k], slack))).toBeLessThan(1e-7);
    }
    const trace = es.reduce((sum, e, k) => sum + traceProduct(multipliers[k], e), 0);
    expect(trace).toBeCloseTo(n, 9);
    // (sum of multipliers) E* = I: 1e-4, the square root of the gap
    const product = multiply(
      combine(
        multipliers,
        es.map(() => 1),
      ),
      matrix,
      n,
    );
    for (let i = 0; i < n * n; i++) expect(Math.abs(product[i] - (i % (n + 1) === 0 ? 1 : 0))).toBeLessThan(1e-4);
  });

  it("multipliers are the derivative of log det, inner and outer", () => {
    const n = 3;
    for (const envelope of [innerEnvelope, outerEnvelope]) {
      for (const count of [2, 3]) {
        const es = draw(new Rng(`slope/${count}`), n, count);
        const { multipliers } = envelope(es, n);
        for (let k = 0; k < count; k++) {
          const shift = (h: number) => {
            const moved = es.map((e, i) => (i === k ? e.map((v, at) => v + (at === 1 || at === n ? h : 0)) : e));
            return envelope(moved, n).logDet;
          };
          // central difference over 1e-4, error 1e-8, and the gap 1e-10 over 2e-4
          expect(Math.abs((shift(1e-4) - shift(-1e-4)) / 2e-4 - 2 * multipliers[k][1])).toBeLessThan(1e-5);
        }
      }
    }
  });

  it("a dominated constraint changes nothing and gets multiplier 0", () => {
    const n = 3;
    const es = draw(new Rng("dominated"), n, 2);
    const bigger = es[0].map((v, at) => 2 * v + (at % (n + 1) === 0 ? 0.1 : 0));
    const three = innerEnvelope([...es, bigger], n);
    expect(three.logDet).toBe(innerEnvelope(es, n).logDet);
    expect(three.gap).toBe(0);
    expect(Math.max(...three.multipliers[2].map(Math.abs))).toBe(0);
    expect(traceProduct(envelopePrecision(three), es[0])).toBeGreaterThan(0);
  });
});
