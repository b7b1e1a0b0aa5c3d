import { describe, expect, it } from "vitest";
import { Rng } from "../../../math/rng.js";
import { divideClasses } from "./class-atoms.js";
import { fitPowers, pooled } from "./pool.js";

/** Rows of two classes seen through x = +-1 + noise: evidence log p(y | x) - log p(y), and the classes. */
function seen(rows: number, noises: readonly number[], rng: Rng) {
  const labels = Int32Array.from({ length: rows }, () => rng.integer(2));
  const evidence = noises.map((noise) => {
    const out = new Float64Array(2 * rows);
    labels.forEach((y, i) => {
      const odds = (2 * (2 * y - 1 + noise * rng.normal())) / noise ** 2;
      const p = 1 / (1 + Math.exp(-odds));
      out.set([Math.log(2 * Math.max(1e-12, 1 - p)), Math.log(2 * Math.max(1e-12, p))], 2 * i);
    });
    return out;
  });
  return { labels, evidence };
}

const all = (rows: number) => Int32Array.from({ length: rows }, (_, i) => i);

describe("a pool of predictors", () => {
  it("takes what is right as it is, sharpens what is too flat, and leaves out what says nothing", () => {
    const rng = new Rng("pool");
    const { labels, evidence } = seen(6000, [1], rng);
    const flat = evidence[0].map((v) => v / 2);
    const noise = evidence[0].map(() => rng.normal());
    const powers = (of: Float64Array[]) => fitPowers({ evidence: of, classes: 2 }, labels, [0.5, 0.5], all(6000));
    // Standard errors about 0.03.
    expect(Math.abs(powers(evidence)[0] - 1)).toBeLessThan(0.1);
    expect(Math.abs(powers([flat])[0] - 2)).toBeLessThan(0.2);
    const [own, other] = powers([evidence[0], noise]);
    expect([Math.abs(own - 1) < 0.1, Math.abs(other) < 0.1]).toEqual([true, true]);
  });

  it("of few rows leans on the last predictor, and errs less on other rows for it", () => {
    const rng = new Rng("lean");
    const loss = (rows: number) => {
      const { labels, evidence } = seen(rows + 2000, [1], rng);
      // six views of one thing, the last as it is
      const views = Array.from({ length: 6 }, (_, j) => evidence[0].map((v) => v + (j < 5 ? 0.5 * rng.normal() : 0)));
      const given = { evidence: views, classes: 2 };
      const powers = fitPowers(given, labels, [0.5, 0.5], all(rows));
      const p = pooled(given, powers, [0.5, 0.5]);
      let sum = 0;
      for (let r = rows; r < rows + 2000; r++) sum -= Math.log2(p[2 * r + labels[r]]) / 2000;
      return sum;
    };
    const mean = (rows: number) => Array.from({ length: 20 }, () => loss(rows)).reduce((a, b) => a + b, 0) / 20;
    // of one bit; without a prior forty rows leave 0.68
    expect(mean(40)).toBeLessThan(0.57);
    expect(mean(1000)).toBeLessThan(0.53);
  });

  it("is the shares where all powers are 0", () => {
    expect(
      [...pooled({ evidence: [Float64Array.of(3, -1)], classes: 2 }, [0], [0.3, 0.7])].map((p) => p.toFixed(12)),
    ).toEqual(["0.300000000000", "0.700000000000"]);
  });
});

describe("atoms from evidence", () => {
  const held = (labels: Int32Array) => ({ names: ["a", "b"], classes: ["no", "yes"], labels });

  it("are those of two noisy sights of one bit: r 0.295, u 0.342 and 0, s 0.096 (noise 0.8 and 1.4)", () => {
    const rng = new Rng("bit");
    const { labels, evidence } = seen(4000, [0.8, 1.4], rng);
    const joint = evidence[0].map((v, i) => v + evidence[1][i]);
    const given = {
      byModality: evidence.map((own) => [own, own]),
      joint: [evidence[0], evidence[0], evidence[1], evidence[1], joint, joint],
    };
    const { pid, reading, local } = divideClasses([given], held(labels), { details: true, seed: 1 });
    // The error bar of 0.05 bits is that of 12 cells at this many rows.
    expect(pid.atoms.redundancy).toBeCloseTo(0.295, 1);
    expect(Math.abs(pid.atoms.redundancy - 0.295)).toBeLessThan(0.05);
    expect(Math.abs(pid.atoms.unique.a - 0.342)).toBeLessThan(0.05);
    expect(pid.atoms.unique.b).toBeLessThan(0.05);
    expect(Math.abs(pid.atoms.synergy - 0.096)).toBeLessThan(0.05);
    expect(reading?.gap).toBeLessThan(2e-4);
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(local?.redundancy ?? new Float64Array(1))).toBeCloseTo(pid.atoms.redundancy, 9);
  });

  it("are none where nothing is told, and all unique of one modality", () => {
    const rng = new Rng("nothing");
    const { labels, evidence } = seen(1000, [1], rng);
    const noise = () => evidence[0].map(() => rng.normal());
    const nothing = divideClasses([{ byModality: [[noise()], [noise()]], joint: [noise()] }], held(labels), {
      details: false,
      seed: 1,
    });
    expect(nothing.pid.flags).toContain("no-information");
    expect(nothing.pid.information.total).toBeLessThan(0.02);
    const one = divideClasses(
      [{ byModality: [evidence], joint: evidence }],
      { ...held(labels), names: ["a"] },
      { details: true, seed: 1 },
    );
    expect(one.pid.atoms.unique.a).toBe(one.pid.information.total);
    expect(one.pid.information.total).toBeGreaterThan(0.3);
  });

  it("take the candidate that tells the rows most, and nothing from a choice among noise", () => {
    const rng = new Rng("choice");
    const { labels, evidence } = seen(1000, [1], rng);
    const blurred = (by: number) => evidence[0].map((v) => v + by * rng.normal());
    const candidate = (own: Float64Array) => ({ byModality: [[own], [own]], joint: [own] });
    const detail = { details: false, seed: 1 };
    const one = divideClasses([candidate(evidence[0])], held(labels), detail);
    const chosen = divideClasses([blurred(6), evidence[0], blurred(3)].map(candidate), held(labels), detail);
    expect(chosen.choice).toBe(1);
    expect(chosen.pid.information.total).toBe(one.pid.information.total);
    expect(chosen.pools).toEqual(one.pools);
    const noise = Array.from({ length: 3 }, () => candidate(evidence[0].map(() => rng.normal())));
    expect(divideClasses(noise, held(labels), detail).pid.information.total).toBeLessThan(0.02);
  });
});
