import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { normalQuantile } from "../../math/special.js";
import { generators, noiseDeviation, type ProductFamily } from "./generators.js";
import { mixtureDensity, mixtureSurvival, normalScore } from "./scale-mixture.js";
import { signDensity } from "./sign-mixture.js";
import { trueAtoms } from "./truth.js";

const names = ["mixed", "interaction", "quickstart"] as const;

/** Draws of (c, u1, v1, u2, v2, e) and y. */
function draw(family: ProductFamily, noise: number, n: number) {
  const rng = new Rng("draws");
  const { shared, own, product } = family;
  return Array.from({ length: n }, () => {
    const [c, u1, v1, u2, v2, e] = Array.from({ length: 6 }, () => rng.normal());
    return { c, u1, v1, u2, v2, e, y: shared * c + own[0] * u1 + own[1] * u2 + product * v1 * v2 + noise * e };
  });
}

const logNormal = (y: number, mean: number, variance: number) =>
  -0.5 * Math.log2(2 * Math.PI * variance) - ((y - mean) ** 2 / (2 * variance)) * Math.LOG2E;

function meanAndError(values: number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, error: Math.sqrt(variance / values.length) };
}

describe.each(names)("%s", (name) => {
  const family: ProductFamily = generators[name].family;
  const noise = noiseDeviation(family, generators[name].noise);
  const truth = trueAtoms(family, noise);
  const { shared, own, product } = family;
  const base = shared ** 2 + own[0] ** 2 + own[1] ** 2 + noise ** 2;

  it("information agrees with Monte-Carlo means of log-density ratios", () => {
    const rows = draw(family, noise, 20_000);
    // p(y) by the trapezoid rule over v, not by the quadrature under test
    const logDensity = (y: number) => {
      let sum = 0;
      for (let v = -8; v <= 8; v += 0.125) {
        sum += 0.125 * 2 ** logNormal(v, 0, 1) * 2 ** logNormal(y, 0, base + (product * v) ** 2);
      }
      return Math.log2(sum);
    };
    const marginal = rows.map((row) => logDensity(row.y));
    const check = (conditional: (row: (typeof rows)[number]) => number, expected: number) => {
      const { mean, error } = meanAndError(rows.map((row, i) => conditional(row) - marginal[i]));
      expect(Math.abs(mean - expected)).toBeLessThan(4 * error);
      expect(error).toBeLessThan(0.015);
    };
    const rest = (k: number, v: number) => own[1 - k] ** 2 + (product * v) ** 2 + noise ** 2;
    const { byModality, total } = truth.information;
    check((r) => logNormal(r.y, shared * r.c + own[0] * r.u1, rest(0, r.v1)), byModality.alpha);
    check((r) => logNormal(r.y, shared * r.c + own[1] * r.u2, rest(1, r.v2)), byModality.beta);
    check((r) => logNormal(r.y, r.y - noise * r.e, noise ** 2), total);
  });

  it("the density integrates to 1 and the score makes y standard normal", () => {
    let sum = 0;
    for (let y = -30; y <= 30; y += 0.01) sum += 0.01 * mixtureDensity({ base, product }, y);
    expect(sum).toBeCloseTo(1, 8);
    expect(mixtureSurvival({ base, product }, 0)).toBeCloseTo(0.5, 10);
    const score = normalScore({ base, product });
    const scores = draw(family, noise, 40_000).map((row) => score(row.y));
    const square = meanAndError(scores.map((s) => s * s));
    const fourth = meanAndError(scores.map((s) => s ** 4));
    expect(Math.abs(square.mean - 1)).toBeLessThan(4 * square.error);
    expect(Math.abs(fourth.mean - 3)).toBeLessThan(4 * fourth.error);
  });

  it("explained shares agree with products of scores of two targets that share what a modality knows", () => {
    const score = normalScore({ base, product });
    const rows = draw(family, noise, 100_000);
    const others = draw(family, noise, 100_001).slice(1);
    const rng = new Rng("other noise");
    const check = (again: (a: (typeof rows)[number], b: (typeof rows)[number]) => number, bits: number) => {
      const { mean, error } = meanAndError(rows.map((row, i) => score(row.y) * score(again(row, others[i]))));
      expect(Math.abs(mean - (1 - 2 ** (-2 * bits)))).toBeLessThan(4 * error);
    };
    const y = (c: number, u1: number, u2: number, vv: number) =>
      shared * c + own[0] * u1 + own[1] * u2 + product * vv + noise * rng.normal();
    const { byModality, total } = truth.regression.information;
    check((a, b) => y(a.c, a.u1, b.u2, a.v1 * b.v2), byModality.alpha);
    check((a, b) => y(a.c, b.u1, a.u2, b.v1 * a.v2), byModality.beta);
    check((a) => y(a.c, a.u1, a.u2, a.v1 * a.v2), total);
  });

  it("modality 2 is a degraded modality 1: the degraded copy has the moments of the real one", () => {
    if (own[0] === 0) return;
    const rng = new Rng("degrade");
    const correlation = own[1] / own[0];
    const degraded = draw(family, noise, 60_000).map((row) => ({
      ...row,
      u2: correlation * row.u1 + Math.sqrt(1 - correlation ** 2) * rng.normal(),
      v2: row.v1,
    }));
    const real = draw(family, noise, 60_000);
    const moments: ((r: (typeof real)[number]) => number)[] = [
      (r) => r.y * r.u2,
      (r) => r.y * r.c,
      (r) => r.c * r.u2,
      (r) => r.y ** 2 * r.v2 ** 2,
      (r) => r.y ** 2 * r.u2 ** 2,
      (r) => r.y * r.u2 * r.v2 ** 2,
      (r) => r.y ** 2 * r.u2 * r.v2,
      (r) => r.y ** 2 * r.u2 ** 2 * r.v2 ** 2,
    ];
    for (const moment of moments) {
      const a = meanAndError(degraded.map(moment));
      const b = meanAndError(real.map(moment));
      expect(Math.abs(a.mean - b.mean)).toBeLessThan(4 * (a.error + b.error));
    }
  });

  it("atoms add up", () => {
    for (const part of [truth, truth.regression]) {
      const { unique, redundancy, synergy, partialRedundancy } = part.atoms;
      const sum = unique.alpha + unique.beta + redundancy + synergy + partialRedundancy;
      expect(sum).toBeCloseTo(part.information.total, 12);
      expect(Math.min(unique.alpha, unique.beta, redundancy, synergy)).toBeGreaterThanOrEqual(0);
      expect(part.numericalError).toBeLessThan(1e-6);
    }
    expect(truth.method).toBe("quadrature");
  });
});

it("swapping the modalities swaps the atoms", () => {
  const family = { kind: "product", shared: 0.5, own: [0.3, 0.9], product: 0.4 } as const;
  const swapped = trueAtoms({ ...family, own: [0.9, 0.3] }, 0.5);
  const { atoms } = trueAtoms(family, 0.5);
  expect(atoms.unique.beta).toBeCloseTo(swapped.atoms.unique.alpha, 10);
  expect(atoms.unique.alpha).toBe(0);
  expect(atoms.synergy).toBeCloseTo(swapped.atoms.synergy, 10);
});

describe.each([0.1, 0.3, 1])("sign, noise %d", (noise) => {
  const truth = trueAtoms({ kind: "sign" }, noise);
  const rng = new Rng("signs");
  const rows = Array.from({ length: 40_000 }, () => {
    const sign = Math.sign(rng.normal() * rng.normal());
    return { sign, y: sign + noise * rng.normal() };
  });

  it("information agrees with a Monte-Carlo mean of log-density ratios", () => {
    const ratios = rows.map(({ sign, y }) => logNormal(y, sign, noise ** 2) - Math.log2(signDensity(noise, y)));
    const { mean, error } = meanAndError(ratios);
    expect(Math.abs(mean - truth.information.total)).toBeLessThan(4 * error + 1e-9);
    expect(truth.atoms).toEqual({
      ...{ unique: { alpha: 0, beta: 0 }, redundancy: 0, partialRedundancy: 0 },
      synergy: truth.information.total,
    });
  });

  it("the explained share agrees with the mean rank score of the rows of one sign", () => {
    const order = rows.map((_, i) => i).sort((a, b) => rows[a].y - rows[b].y);
    const products: number[] = new Array(rows.length);
    order.forEach((row, rank) => {
      products[row] = rows[row].sign * normalQuantile((rank + 0.5) / rows.length);
    });
    const { mean, error } = meanAndError(products);
    const expected = Math.sqrt(1 - 2 ** (-2 * truth.regression.information.total));
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error);
  });
});

it("a sign without noise tells one bit, and its regression reads the mean of half a normal", () => {
  const truth = trueAtoms({ kind: "sign" }, 0.02);
  expect(truth.information.total).toBeCloseTo(1, 9);
  expect(truth.regression.information.total).toBeCloseTo(-0.5 * Math.log2(1 - 2 / Math.PI), 9);
});

it("a bystander turns what both others know into information shared by some", () => {
  const noise = noiseDeviation(generators.mixed.family, 0.4);
  const mixed = trueAtoms(generators.mixed.family, noise);
  const three = trueAtoms(generators["three-mixed"].family, noise);
  expect(three.information.byModality).toEqual({ ...mixed.information.byModality, gamma: 0 });
  expect(three.atoms).toEqual({
    unique: { ...mixed.atoms.unique, gamma: 0 },
    redundancy: 0,
    synergy: mixed.atoms.synergy,
    partialRedundancy: mixed.atoms.redundancy,
  });
});

it("atoms of independent targets add", () => {
  const truth = trueAtoms(generators["vector-mixed"].family, 0.4);
  const product = trueAtoms(generators.interaction.family, 0.4);
  const known = [1 / (0.64 + 0.16), 1 / 0.16].map((x) => 0.5 * Math.log2(1.16 * x));
  expect(truth.information.total).toBeCloseTo(known[1] + product.information.total, 10);
  expect(truth.atoms.unique.alpha).toBeCloseTo(known[1] - known[0], 10);
  expect(truth.atoms.synergy).toBeCloseTo(product.atoms.synergy, 10);
  expect(truth.regression.atoms.synergy).toBeCloseTo(product.regression.atoms.synergy, 10);
});

describe.each([0.1, 0.3, 1])("curve, noise %d", (ratio) => {
  const family = { kind: "curve", frequency: 2.5 } as const;
  const noise = noiseDeviation(family, ratio);
  const truth = trueAtoms(family, noise);
  const rng = new Rng("curves");
  const rows = Array.from({ length: 20_000 }, () => {
    const mean = Math.sin(2.5 * rng.normal());
    return { mean, y: mean + noise * rng.normal() };
  });

  it("all is unique to the first modality, and numerically exact to 1e-6", () => {
    for (const part of [truth, truth.regression]) {
      expect(part.atoms.unique.alpha).toBe(part.information.total);
      expect(part.atoms.synergy + part.atoms.redundancy).toBe(0);
      expect(part.numericalError).toBeLessThan(1e-6);
    }
    expect(truth.regression.information.total).toBeLessThan(truth.information.total);
  });

  it("the information is the mean log ratio of densities of drawn rows", () => {
    const means = Array.from({ length: 4000 }, (_, i) => Math.sin(2.5 * normalQuantile((i + 0.5) / 4000)));
    const density = (y: number) => meanAndError(means.map((m) => 2 ** logNormal(y, m, noise ** 2))).mean;
    const { mean, error } = meanAndError(
      rows.slice(0, 2000).map(({ mean, y }) => logNormal(y, mean, noise ** 2) - Math.log2(density(y))),
    );
    expect(Math.abs(mean - truth.information.total)).toBeLessThan(4 * error);
  });

  it("the explained share is the mean product of rank scores of two rows of one cause", () => {
    const pairs = rows.map(({ mean, y }) => [y, mean + noise * rng.normal()]);
    const sortedRows = Float64Array.from(pairs.flat()).sort();
    const score = (y: number) => {
      let low = 0;
      for (let high = sortedRows.length; low < high; ) {
        const middle = (low + high) >> 1;
        if (sortedRows[middle] < y) low = middle + 1;
        else high = middle;
      }
      return normalQuantile((low + 0.5) / sortedRows.length);
    };
    const { mean, error } = meanAndError(pairs.map(([a, b]) => score(a) * score(b)));
    const share = 1 - 2 ** (-2 * truth.regression.information.total);
    expect(Math.abs(mean - share)).toBeLessThan(4 * error);
  });
});

describe("switch", () => {
  const { noise } = generators.switch;
  const truth = trueAtoms(generators.switch.family, noise);

  it("the information of one input is the mean log ratio of densities of drawn rows", () => {
    const rng = new Rng("switch");
    const n = 20_000;
    const ratios = Array.from({ length: n }, () => {
      const [s, u1, u2, e] = Array.from({ length: 4 }, () => rng.normal());
      const y = (s > 0 ? u1 : u2) + noise * e;
      const given = (2 ** logNormal(y, u1, noise ** 2) + 2 ** logNormal(y, 0, 1 + noise ** 2)) / 2;
      return Math.log2(given) - logNormal(y, 0, 1 + noise ** 2);
    });
    const { mean, error } = meanAndError(ratios);
    expect(error).toBeLessThan(0.015);
    expect(Math.abs(mean - truth.information.byModality.beta)).toBeLessThan(4 * error);
  });

  it("the switch alone says nothing, both inputs say the same, and the rest is synergy", () => {
    const { information, atoms } = truth;
    expect(information.byModality.alpha).toBe(0);
    expect(information.byModality.gamma).toBe(information.byModality.beta);
    // y is normal: 1/2 log2 (1 + 0.09) / 0.09
    expect(information.total).toBeCloseTo(0.5 * Math.log2(1.09 / 0.09), 12);
    expect(atoms).toMatchObject({ redundancy: 0, partialRedundancy: information.byModality.beta });
    expect(atoms.synergy).toBeCloseTo(information.total - information.byModality.beta, 12);
    expect(truth.numericalError).toBeLessThan(1e-6);
  });
});
