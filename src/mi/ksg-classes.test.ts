import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { ksgClasses } from "./ksg-classes.js";

const rng = new Rng("ksg-classes");
const n = 1500;
/** Two points of [-1, 1] in normal noise of 0.8: 0.63723 bits, by quadrature. */
const labels = Int32Array.from({ length: n }, () => rng.integer(2));
const x = Float64Array.from(labels, (y) => 2 * y - 1 + 0.8 * rng.normal());

describe("neighbours of the same class", () => {
  it("find the information of a channel", () => {
    const { bits, standardError, converged } = ksgClasses([x], labels);
    // its own error is some 0.03 at 1500 rows
    expect(Math.abs(bits - 0.63723)).toBeLessThan(0.1);
    expect(standardError).toBeGreaterThan(0.005);
    expect(standardError).toBeLessThan(0.05);
    expect(converged).toBe(true);
    expect(
      Math.abs(
        ksgClasses(
          [x],
          rng.permutation(n).map((v) => v % 2),
        ).bits,
      ),
    ).toBeLessThan(0.08);
  });

  it("are the table of counts where a column has few values", () => {
    // a symmetric channel: four values, flipped to another one with probability 0.2; log2 4 - h2(0.2) - 0.2 log2 3
    const sent = Int32Array.from({ length: 6000 }, () => rng.integer(4));
    const got = sent.map((s) => (rng.uniform() < 0.2 ? (s + 1 + rng.integer(3)) % 4 : s));
    const truth = 2 + 0.2 * Math.log2(0.2) + 0.8 * Math.log2(0.8) - 0.2 * Math.log2(3);
    // 0.02 is its standard error
    expect(Math.abs(ksgClasses([Float64Array.from(sent)], got).bits - truth)).toBeLessThan(0.06);
  });

  it("depend on no increasing map and on no order of rows", () => {
    const { bits } = ksgClasses([x], labels);
    expect(ksgClasses([x.map((v) => Math.exp(v))], labels).bits).toBe(bits);
    const order = rng.permutation(n);
    const moved = Float64Array.from(order, (r) => x[r]);
    expect(
      ksgClasses(
        [moved],
        order.map((r) => labels[r]),
      ).bits,
    ).toBeCloseTo(bits, 10);
  });

  it("leave out rows that are alone, and refuse many columns", () => {
    const alone = labels.slice();
    alone[0] = 7;
    const found = ksgClasses([x], alone);
    expect(found.n).toBe(n - 1);
    expect(found.warnings[0]).toMatch(/1 rows that are alone in their class/);
    expect(() => ksgClasses([x, x, x, x], labels)).toThrow("4 columns and a class");
    expect(() => ksgClasses([x.slice(0, 2)], Int32Array.of(0, 1))).toThrow("no class has two rows");
  });
});
