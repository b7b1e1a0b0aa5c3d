import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { createEngine } from "../../src/engine/index.js";
import { mean } from "../../src/math/descriptive.js";
import { Rng } from "../../src/math/rng.js";
import { readDensity } from "../../src/mi/check.js";
import { type Draw, drawn } from "../support/drawn-columns.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx");
});
afterAll(() => engine.dispose());

const linear: Draw = ([a, b], rng) => a + b + rng.normal();

describe("what one source tells", () => {
  it("is found where only the spread, or a product, tells", async () => {
    const spread = drawn(800, 3, "spread", ([a], rng) => Math.exp(a) * rng.normal());
    const found = await readDensity(spread.target, spread.source, { engine });
    expect(Math.abs(found.gaussian.heldOut.bits)).toBeLessThan(0.02);
    expect(found.density.bits).toBeGreaterThan(0.4); // of 0.623
    expect(found.density.bits - 2 * found.density.standardError).toBeLessThan(0.623);
    expect(found.beyond).toBe(true);
    const product = drawn(800, 2, "product", ([a, b], rng) => a * b + 0.3 * rng.normal());
    const both = await readDensity(product.target, product.source, { engine });
    expect(both.density.bits).toBeGreaterThan(1); // of 1.626
    expect(both.density.bits - 2 * both.density.standardError).toBeLessThan(1.626);
    expect(both.ksg?.bits).toBeGreaterThan(1.2);
    expect(mean(both.gapOfRows)).toBeCloseTo(both.gap.bits, 10);
  });

  it("is nothing where a target of few values has nothing to do with the columns", async () => {
    const counts = drawn(400, 2, "counts", (_, rng) => Math.floor(6 * rng.uniform() ** 2 + 6 * rng.uniform() ** 2));
    const { density, gap, beyond } = await readDensity(counts.target, counts.source, { engine });
    expect(beyond).toBe(false);
    expect(gap.bits).toBeLessThan(0.02);
    expect(density.bits).toBeLessThan(0.02);
  });

  it("is read through leading components where columns are many, and nothing is made up", async () => {
    const { target, source } = drawn(300, 40, "wide", linear);
    const { density, gap, gaussian } = await readDensity(target, source, { engine });
    expect(gap.bits).toBeLessThan(0.05);
    expect(density.bits).toBeLessThan(0.792 + 2 * density.standardError);
    expect(density.bits).toBeGreaterThan(0.3);
    expect(gaussian.closedForm).not.toBeNull();
    const noise = drawn(300, 40, "wide noise", (_, rng) => rng.normal());
    const none = await readDensity(noise.target, noise.source, { engine });
    expect(none.density.bits).toBeLessThan(Math.max(2 * none.density.standardError, 0.02));
  });

  it("takes the errors of groups, and no row of a group helps to read another", async () => {
    const groups = Array.from({ length: 400 }, (_, r) => `s${r >> 3}`);
    const rng = new Rng("sites");
    const shared = groups.map((_, r) => (r % 8 === 0 ? rng.normal() : 0)).map((_, r, all) => all[r - (r % 8)]);
    const noise = groups.map((_, r) => (r % 8 === 0 ? rng.normal() : 0)).map((_, r, all) => all[r - (r % 8)]);
    const target = { name: "y", columns: [noise.map((v) => v + 0.2 * rng.normal())] };
    const source = { name: "x", columns: [shared.map((v) => v + 0.1 * rng.normal())] };
    const grouped = await readDensity(target, source, { engine, groups });
    const alone = await readDensity(target, source, { engine });
    expect(grouped.beyond).toBe(false);
    expect(grouped.density.bits).toBeLessThan(Math.max(2 * grouped.density.standardError, 0.02));
    // rows of one site tell their site, and with it what they share with rows that were trained on
    expect(alone.density.bits).toBeGreaterThan(0.1);
    expect(grouped.ksg).toBeNull();
  });
});

describe("several targets", () => {
  it("hold where they are normal, and are flagged where one is the square of another", async () => {
    const { source, target } = drawn(300, 2, "vector", linear);
    const rng = new Rng("second");
    const second = source.columns[0].map((a) => a + rng.normal());
    const normal = { name: "y", columns: [...target.columns, second] };
    const fits = await readDensity(normal, source, { engine });
    expect([fits.bound, fits.beyond]).toEqual([false, false]);
    expect(fits.density.warnings).toEqual(["a difference of entropies, not a bound"]);
    expect(Math.abs(fits.density.bits - fits.gaussian.heldOut.bits)).toBeLessThan(0.1);
    const squared = {
      name: "y",
      columns: [source.columns[0], source.columns[0].map((a) => a * a + 0.1 * rng.normal())],
    };
    const near = source.columns[0].map((a) => a + 0.3 * rng.normal());
    const seen = { name: "x", columns: [near, near.map((a) => a * a)] };
    const odd = await readDensity(squared, seen, { engine });
    expect(odd.beyond).toBe(true);
    expect(odd.misfit.bits).toBeGreaterThan(0.5);
    // 1/2 log2(1 + 1/0.09) = 1.80; the linear reading says far more
    expect(odd.gaussian.heldOut.bits).toBeGreaterThan(2.2);
    expect(odd.density.bits).toBeLessThan(odd.gaussian.heldOut.bits - 0.3);
  });
});

describe("tables that are Gaussian", () => {
  // 1000 rows and other tables: experiments/beyond-gaussian
  it("never pass the line of the verdict, in 20 of them", async () => {
    const gaps: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const weights = seed / 20;
      const { target, source } = drawn(260, 3, `gaussian/${seed}`, ([a, b], rng) => weights * (a + b) + rng.normal());
      const { gap, beyond, density } = await readDensity(target, source, { engine, seed });
      expect(beyond).toBe(false);
      expect(density.bits - 3 * density.standardError).toBeLessThan(0.5 * Math.log2(1 + 2 * weights ** 2) + 1e-9);
      gaps.push(gap.bits);
    }
    expect(mean(gaps)).toBeGreaterThan(-0.03);
    expect(mean(gaps)).toBeLessThan(0.005);
  }, 120_000);
});
