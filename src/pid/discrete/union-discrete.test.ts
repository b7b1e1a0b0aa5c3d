import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { type ClassTables, cellShares, classTables, tableInformation } from "./class-tables.js";
import { discreteUnion } from "./union-discrete.js";

/** Tables of a gate of two fair bits. */
function gate(output: (a: number, b: number) => number, classes: number): ClassTables {
  const tables = [new Float64Array(classes * 2), new Float64Array(classes * 2)];
  for (const a of [0, 1]) {
    for (const b of [0, 1]) {
      const y = output(a, b);
      tables[0][y * 2 + a] += 0.25;
      tables[1][y * 2 + b] += 0.25;
    }
  }
  return classTables(tables, classes);
}

/** Atoms of two sources from their tables and the total, bits. */
function atoms({ shares, tables }: ClassTables, total: number, tolerance = 1e-6) {
  const [first, second] = tables.map((table) => tableInformation(table, shares));
  const { bits } = discreteUnion({ shares, tables }, { tolerance, sweeps: 20000 });
  return [first + second - bits, bits - second, bits - first, total - bits];
}

function randomTables(classes: number, cells: number, sources: number, seed: number): ClassTables {
  const rng = new Rng(seed);
  const shares = Array.from({ length: classes }, () => 0.2 + rng.uniform());
  const sum = shares.reduce((a, b) => a + b, 0);
  const tables = Array.from({ length: sources }, () =>
    shares.flatMap((share) => {
      const weights = Array.from({ length: cells }, () => (-Math.log(1 - rng.uniform())) ** 1.5);
      const all = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => (share / sum) * (w / all));
    }),
  );
  return classTables(tables, classes);
}

/** Poisson probabilities 0 .. 24. */
const poisson = (mean: number) => {
  const p = [Math.exp(-mean)];
  for (let k = 1; k < 25; k++) p.push((p[k - 1] * mean) / k);
  return p;
};

/** Thinned Poisson channel x = Binomial(m1, w1) + Binomial(m2, w2) + Poisson(1) of m ~ Poisson(2)^2, [m1, m2][x]. */
function thinned(w1: number, w2: number): number[][] {
  const law = (m: number, w: number) =>
    Array.from({ length: 25 }, (_, k) => (k > m ? 0 : choose(m, k) * w ** k * (1 - w) ** (m - k)));
  const most = 9;
  return Array.from({ length: most * most }, (_, y) => {
    const parts = [law(Math.floor(y / most), w1), law(y % most, w2), poisson(1)];
    return parts.reduce(convolve);
  });
}

function convolve(a: readonly number[], b: readonly number[]): number[] {
  const out = new Array<number>(a.length).fill(0);
  a.forEach((p, i) => {
    b.forEach((q, j) => {
      if (i + j < out.length) out[i + j] += p * q;
    });
  });
  return out;
}

function choose(n: number, k: number): number {
  return k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k;
}

/** r, u1, u2, s of the thinned Poisson system (the two channels independent given m). */
function poissonAtoms(w: number) {
  const [first, second] = [thinned(w, 0.5), thinned(0.5, 0.5)];
  const p = poisson(2);
  const most = 9;
  const prior = first.map((_, y) => p[Math.floor(y / most)] * p[y % most]);
  const all = prior.reduce((a, b) => a + b, 0);
  const cells = 18;
  const norm = (row: number[]) => {
    const cut = row.slice(0, cells);
    const sum = cut.reduce((a, b) => a + b, 0);
    return cut.map((v) => v / sum);
  };
  const [left, right] = [first.map(norm), second.map(norm)];
  const table = (rows: number[][]) => rows.flatMap((row, y) => row.map((q) => (prior[y] / all) * q));
  const joint = left.flatMap((row, y) => row.flatMap((a) => right[y].map((b) => (prior[y] / all) * a * b)));
  const tables = classTables([table(left), table(right)], prior.length);
  const total = tableInformation(Float64Array.from(joint), tables.shares);
  const [one, two] = tables.tables.map((own) => tableInformation(own, tables.shares));
  const { bits } = discreteUnion(tables, { tolerance: 1e-3, sweeps: 300 });
  return [one + two - bits, bits - two, bits - one, total - bits];
}

describe("union information of classes", () => {
  // Bertschinger et al. 2014, table 1: the unique and shared information of the gates of two fair bits.
  it.each([
    {
      name: "AND",
      classes: 2,
      output: (a: number, b: number) => a & b,
      total: 0.811278,
      expected: [0.311278, 0, 0, 0.5],
    },
    { name: "XOR", classes: 2, output: (a: number, b: number) => a ^ b, total: 1, expected: [0, 0, 0, 1] },
    { name: "COPY", classes: 4, output: (a: number, b: number) => 2 * a + b, total: 2, expected: [0, 1, 1, 0] },
    { name: "UNQ", classes: 2, output: (a: number) => a, total: 1, expected: [0, 1, 0, 0] },
  ])("of $name", ({ classes, output, total, expected }) => {
    // 1e-5: the tolerance that was asked of the minimisation is 1e-6
    atoms(gate(output, classes), total).forEach((v, i) => void expect(Math.abs(v - expected[i])).toBeLessThan(1e-5));
  });

  it("of RDN, two copies of the class", () => {
    const copies = classTables(
      [
        [0.5, 0, 0, 0.5],
        [0.5, 0, 0, 0.5],
      ],
      2,
    );
    atoms(copies, 1).forEach((v, i) => void expect(Math.abs(v - [1, 0, 0, 0][i])).toBeLessThan(1e-5));
  });

  // Flow-PID (arXiv 2510.04417) and gpid: m ~ Poisson(2, 2) thinned by (w, 1/2) and (1/2, 1/2), plus Poisson(1).
  it.each([
    { w: 0, expected: [0.07, 0.1332, 0.2202, 0.0397] },
    { w: 0.3, expected: [0.1824, 0.0341, 0.1078, 0.1216] },
    { w: 0.5, expected: [0.2901, 0, 0, 0.2064] },
  ])("of thinned Poisson counts, w = $w", ({ w, expected }) => {
    // 0.005: counts are cut at 8 and 17, and the minimisation at a gap of 1e-3
    const found = poissonAtoms(w);
    found.forEach((v, i) => void expect(Math.abs(v - expected[i])).toBeLessThan(0.005));
  });

  it.each([
    { classes: 2, cells: 12, sources: 2 },
    { classes: 3, cells: 16, sources: 2 },
    { classes: 2, cells: 8, sources: 3 },
    { classes: 2, cells: 5, sources: 4 },
  ])(
    "has a certificate, exact margins and parts of rows: $classes classes, $sources sources of $cells cells",
    (shape) => {
      const { classes, cells, sources } = shape;
      const given = randomTables(classes, cells, sources, 7);
      const union = discreteUnion(given, { sweeps: 400 });
      expect(union.certificate).toBeLessThanOrEqual(union.bits);
      expect(union.gap).toBeLessThan(2e-3);
      const single = given.tables.map((table) => tableInformation(table, given.shares));
      expect(union.bits).toBeGreaterThanOrEqual(Math.max(...single) - union.gap);
      expect(union.bits).toBeLessThanOrEqual(single.reduce((a, b) => a + b, 0) + 1e-9);
      given.tables.forEach((table, k) => {
        const margin = new Float64Array(table.length);
        const stride = cells ** (sources - 1 - k);
        union.coupling.forEach((q, e) => {
          const y = Math.floor(e / cells ** sources);
          margin[y * cells + (Math.floor(e / stride) % cells)] += q;
        });
        for (const [i, p] of table.entries()) expect(Math.abs(margin[i] - p)).toBeLessThan(1e-9);
      });
      let mean = 0;
      for (const [k, table] of given.tables.entries()) {
        for (const [i, p] of table.entries()) mean += p * union.factors[k][i];
      }
      expect(mean).toBeCloseTo(union.certificate, 9);
    },
  );

  it("certifies any factors: the bound is below the value from the first sweep on", () => {
    for (const sweeps of [1, 2, 5, 20]) {
      const { bits, certificate, converged } = discreteUnion(randomTables(3, 9, 2, 3), { sweeps, tolerance: 1e-9 });
      expect(certificate).toBeLessThanOrEqual(bits);
      expect(converged).toBe(false);
    }
  });

  it("does not depend on the order of sources, cells or classes", () => {
    const { shares, tables } = randomTables(3, 6, 2, 5);
    const own = discreteUnion({ shares, tables }, { tolerance: 1e-7, sweeps: 20000 }).bits;
    const swapped = discreteUnion({ shares, tables: [tables[1], tables[0]] }, { tolerance: 1e-7, sweeps: 20000 }).bits;
    const turned = (values: Float64Array) => values.slice().reverse();
    const backwards = { shares: turned(shares), tables: tables.map(turned) };
    expect(swapped).toBeCloseTo(own, 6);
    expect(discreteUnion(backwards, { tolerance: 1e-7, sweeps: 20000 }).bits).toBeCloseTo(own, 6);
  });

  it("is of the greater source where the other is a garbling of it", () => {
    const { shares, tables } = randomTables(2, 8, 1, 11);
    const noisy = tables[0].map((p, i) => 0.7 * p + 0.3 * shares[Math.floor(i / 8)] * cellShares(tables[0], 2)[i % 8]);
    const { bits } = discreteUnion(classTables([tables[0], noisy], 2), { tolerance: 1e-6, sweeps: 20000 });
    expect(bits).toBeCloseTo(tableInformation(tables[0], shares), 4);
  });

  it("merging two cells never raises an information", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { shares, tables } = randomTables(3, 7, 1, seed);
      const merged = [0, 1, 2].flatMap((y) => {
        const row = [...tables[0].subarray(y * 7, (y + 1) * 7)];
        return [row[0] + row[3], row[1], row[2], ...row.slice(4)];
      });
      const before = tableInformation(tables[0], shares);
      expect(tableInformation(Float64Array.from(merged), shares)).toBeLessThanOrEqual(before + 1e-12);
    }
  });

  it("refuses tables that are none", () => {
    expect(() => classTables([[0.5, 0.5]], 1)).toThrow("expected at least 2 classes, got 1");
    expect(() => classTables([[0.5, 0.25, 0.25]], 2)).toThrow("source 0: 3 entries are no table of 2 classes");
    expect(() => classTables([[0.5, -0.5, 0.5, 0.5]], 2)).toThrow("source 0: entry 1 is -0.5; expected a probability");
    expect(() =>
      classTables(
        [
          [0.25, 0.25, 0.25, 0.25],
          [0.4, 0.4, 0.1, 0.1],
        ],
        2,
      ),
    ).toThrow("source 1: class 0 has the share 0.8, but 0.5 in source 0");
    expect(() => classTables([[0.5, 0.5, 0, 0]], 2)).toThrow("class 1 has no probability; leave it out");
    expect(() => discreteUnion(randomTables(2, 40, 4, 1))).toThrow(InputError);
  });
});
