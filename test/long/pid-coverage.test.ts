import { afterAll, describe, expect, it } from "vitest";
import { Rng } from "../../src/math/rng.js";
import { gaussianPid } from "../../src/pid/closed-form/gaussian-pid.js";
import { psiBias } from "../../src/pid/estimate/bias.js";
import { gaussianPidFromData, type PidFromDataOptions } from "../../src/pid/estimate/gaussian-pid-from-data.js";
import type { PidValues } from "../../src/pid/types.js";

/**
 * Do 95 % intervals hold the truth in 95 % of simulated tables? Regular cases (no two modalities tie in a direction of
 * the target) must stay within 92-98 % (upper ends of small
 * informations and intervals near a tie hold a little more); at ties the estimate must say so instead.
 */
interface Case {
  readonly name: string;
  readonly dm: number;
  readonly dims: readonly number[];
  readonly rows: number;
  readonly tables: number;
  /** Seed and off-diagonal spread of the random factor of the population covariance. */
  readonly factor: readonly [seed: string, spread: number];
  /** Rows of a multivariate t with this many degrees of freedom instead of a Gaussian. */
  readonly tails?: number;
  readonly options?: PidFromDataOptions;
}

const regular: readonly Case[] = [
  { name: "scalar 2+2", dm: 1, dims: [2, 2], rows: 300, tables: 1000, factor: ["f/a", 0.5] },
  { name: "scalar 8+8", dm: 1, dims: [8, 8], rows: 500, tables: 1000, factor: ["c/0", 0.25] },
  { name: "scalar 20+20", dm: 1, dims: [20, 20], rows: 400, tables: 1000, factor: ["d/0", 0.2] },
  {
    name: "scalar 3+3, idep",
    dm: 1,
    dims: [3, 3],
    rows: 300,
    tables: 1000,
    factor: ["f/4", 0.5],
    options: { measure: "idep" },
  },
  { name: "four targets 10+10", dm: 4, dims: [10, 10], rows: 1000, tables: 500, factor: ["e/4", 0.3] },
  { name: "scalar 2+2+2", dm: 1, dims: [2, 2, 2], rows: 500, tables: 1000, factor: ["g/3", 0.5] },
];

/** Fourth moments half as large again as Gaussian: errors from the rows still hold. */
const heavy: Case = {
  name: "t(10) rows, scalar 2+2",
  dm: 1,
  dims: [2, 2],
  rows: 500,
  tables: 1000,
  factor: ["f/a", 0.5],
  tails: 10,
};

const tie: Case = { name: "tie, scalar 5+5", dm: 1, dims: [5, 5], rows: 500, tables: 400, factor: ["tie", 0] };

function population({ dm, dims, factor: [seed, spread] }: Case): number[][] {
  const p = dims.reduce((sum, d) => sum + d, dm);
  const rng = new Rng(seed);
  const entry = (i: number, j: number) => {
    if (seed === "tie") return i === j ? 1 : j === 0 ? 0.2 : 0;
    return j < i ? spread * rng.normal() : i === j ? 1 : 0;
  };
  return Array.from({ length: p }, (_, i) => Array.from({ length: p }, (_, j) => entry(i, j)));
}

function simulate(factor: number[][], { rows, tails }: Case, rng: Rng): Float64Array[] {
  const columns = factor.map(() => new Float64Array(rows));
  const z = new Float64Array(factor.length);
  for (let r = 0; r < rows; r++) {
    rng.fillNormal(z);
    const scale = tails === undefined ? 1 : Math.sqrt((tails - 2) / rng.chiSquared(tails));
    for (let i = 0; i < factor.length; i++) {
      let value = 0;
      for (let k = 0; k <= i; k++) value += factor[i][k] * z[k];
      columns[i][r] = scale * value;
    }
  }
  return columns;
}

const labels = (c: Case) => {
  const names = c.dims.map((_, k) => `z${k + 1}`);
  return ["total", ...names, ...names.map((n) => `u ${n}`), "r", "s", ...(names.length > 2 ? ["part"] : [])];
};

function list(values: PidValues): number[] {
  const { information, atoms } = values;
  const unique = Object.values(atoms.unique);
  return [
    information.total,
    ...Object.values(information.byModality),
    ...unique,
    atoms.redundancy,
    atoms.synergy,
    ...(unique.length > 2 ? [atoms.partialRedundancy] : []),
  ];
}

/** Share of tables whose interval holds the truth, and of tables flagged `boundary`; null where the truth is 0. */
function coverage(c: Case): { coverage: (number | null)[]; boundary: number } {
  const factor = population(c);
  const covariance = factor.map((a) => factor.map((b) => a.reduce((sum, w, k) => sum + w * b[k], 0)));
  const layout = { targets: c.dm, sources: c.dims.map((size, k) => ({ name: `z${k + 1}`, size })) };
  const truth = list(gaussianPid(covariance, layout, { measure: c.options?.measure, details: false }));
  const hits = truth.map(() => 0);
  let boundary = 0;
  for (let t = 0; t < c.tables; t++) {
    const columns = simulate(factor, c, new Rng(`${c.name}/${t}`));
    let start = c.dm;
    const sources = layout.sources.map(({ name, size }) => {
      start += size;
      return { name, columns: columns.slice(start - size, start) };
    });
    const estimate = gaussianPidFromData({ name: "y", columns: columns.slice(0, c.dm) }, sources, c.options);
    if (estimate.flags.includes("boundary")) boundary++;
    const [lower, upper] = [estimate.intervals?.lower, estimate.intervals?.upper].map((v) => list(v as PidValues));
    truth.forEach((value, i) => {
      if (lower[i] <= value + 1e-9 && value <= upper[i] + 1e-9) hits[i]++;
    });
  }
  return {
    coverage: hits.map((h, i) => (Math.abs(truth[i]) < 1e-9 ? null : h / c.tables)),
    boundary: boundary / c.tables,
  };
}

const table: string[] = [];
afterAll(() => void console.log(`coverage of 95 % intervals\n${table.join("\n")}`));

function note(c: Case, result: ReturnType<typeof coverage>): void {
  const cells = labels(c).map((label, i) => {
    const share = result.coverage[i];
    return `${label} ${share === null ? "(truth 0)" : `${(100 * share).toFixed(1)} %`}`;
  });
  table.push(
    `${c.name}, ${c.rows} rows, ${c.tables} tables: ${cells.join(", ")}; boundary ${(100 * result.boundary).toFixed(0)} %`,
  );
}

describe("coverage of the 95 % intervals", () => {
  it.each(regular)("$name: 92-98 %", (c) => {
    const result = coverage(c);
    note(c, result);
    for (const share of result.coverage) {
      if (share === null) continue;
      expect(share).toBeGreaterThanOrEqual(0.92);
      expect(share).toBeLessThanOrEqual(0.98);
    }
    expect(result.boundary).toBeLessThan(0.15);
  });

  it("rows with heavy tails: at least 92 % still", () => {
    const result = coverage(heavy);
    note(heavy, result);
    for (const share of result.coverage) if (share !== null) expect(share).toBeGreaterThanOrEqual(0.92);
  });

  it("says so where the modalities tie", () => {
    const result = coverage(tie);
    note(tie, result);
    expect(result.boundary).toBeGreaterThan(0.9);
  });
});

describe("groups, ties and few rows", () => {
  const few = (name: string, rows: number, factor: readonly [string, number]): Case => ({
    ...{ name, dm: 1, dims: [20, 20], rows, tables: 100, factor },
  });

  // 4.5 standard errors of 100 tables below 95 %; cross-fitted as before these had 9 to 47 %
  it.each([few("20+20, 60 rows", 60, ["d/0", 0.2]), few("20+20, 100 rows", 100, ["d/0", 0.2])])(
    "$name: corrected for bias, and flagged",
    (c) => {
      const result = coverage(c);
      note(c, result);
      for (const share of result.coverage) if (share !== null) expect(share).toBeGreaterThanOrEqual(0.86);
    },
  );

  it("a tie: unique parts, redundancy and synergy hold the truth too", () => {
    const factor = population(tie);
    const covariance = factor.map((a) => factor.map((b) => a.reduce((sum, w, k) => sum + w * b[k], 0)));
    const sources = [5, 5].map((size, k) => ({ name: `z${k + 1}`, size }));
    const truth = list(gaussianPid(covariance, { targets: 1, sources }));
    const hits = truth.map(() => 0);
    for (let t = 0; t < 100; t++) {
      const columns = simulate(factor, tie, new Rng(`${tie.name}/${t}`));
      const found = gaussianPidFromData({ name: "y", columns: columns.slice(0, 1) }, [
        { name: "z1", columns: columns.slice(1, 6) },
        { name: "z2", columns: columns.slice(6) },
      ]);
      const [lower, upper] = [found.intervals?.lower, found.intervals?.upper].map((v) => list(v as PidValues));
      truth.forEach((v, i) => {
        hits[i] += lower[i] <= v + 1e-9 && v <= upper[i] + 1e-9 ? 1 : 0;
      });
    }
    for (const count of hits) expect(count).toBeGreaterThanOrEqual(90);
  });

  it.each([50, 20])(
    "%i groups of equal rows up to noise: 86 % and more, where rows taken as independent have half",
    (count) => {
      const c: Case = { name: `${count} groups`, dm: 1, dims: [1, 1], rows: 400, tables: 100, factor: ["f/a", 0.5] };
      const factor = population(c);
      const covariance = factor.map((a) => factor.map((b) => a.reduce((sum, w, k) => sum + w * b[k], 0)));
      const sources = [1, 1].map((size, k) => ({ name: `z${k + 1}`, size }));
      const truth = gaussianPid(covariance, { targets: 1, sources }).information.total;
      let [hits, alone] = [0, 0];
      for (let t = 0; t < c.tables; t++) {
        const rng = new Rng(`${c.name}/${t}`);
        const [shared, own] = [simulate(factor, { ...c, rows: count }, rng), simulate(factor, c, rng)];
        const groups = Array.from({ length: c.rows }, (_, r) => r % count);
        const columns = own.map((column, j) =>
          column.map((v, r) => Math.sqrt(0.9) * shared[j][groups[r]] + Math.sqrt(0.1) * v),
        );
        const estimate = (labels?: number[]) => {
          const of = columns.slice(1).map((column, k) => ({ name: `z${k + 1}`, columns: [column] }));
          const { lower, upper } = gaussianPidFromData({ name: "y", columns: [columns[0]] }, of, { groups: labels })
            .intervals as NonNullable<ReturnType<typeof gaussianPidFromData>["intervals"]>;
          return lower.information.total <= truth && truth <= upper.information.total ? 1 : 0;
        };
        hits += estimate(groups);
        alone += estimate();
      }
      table.push(`${count} groups: total ${hits} %, rows taken as independent ${alone} %`);
      expect(hits).toBeGreaterThanOrEqual(86);
      expect(alone).toBeLessThan(70);
    },
  );
});

describe("shuffled target", () => {
  it("the bias-corrected atoms average to nothing but what the floor at 0 leaves", () => {
    const rng = new Rng("null");
    const tables = 300;
    let plugIn = 0;
    let single = 0;
    let redundancy = 0;
    for (let t = 0; t < tables; t++) {
      const columns = Array.from({ length: 25 }, () => Float64Array.from({ length: 300 }, () => rng.normal()));
      const sources = [
        { name: "a", columns: columns.slice(1, 13) },
        { name: "b", columns: columns.slice(13) },
      ];
      const target = { name: "y", columns: [columns[0]] };
      plugIn += gaussianPidFromData(target, sources, { estimator: "plug-in" }).information.byModality.a / tables;
      const { information, atoms } = gaussianPidFromData(target, sources);
      single += information.byModality.a / tables;
      redundancy += atoms.redundancy / tables;
    }
    // plug-in: 0.03 bits from nothing; a floor at 0 keeps 0.4 standard deviations (0.012 / 2) of the noise
    expect(plugIn).toBeGreaterThan(0.025);
    // 4 standard errors of the mean of 300 draws
    expect(Math.abs(plugIn - psiBias(1, 12, 300))).toBeLessThan((4 * 0.012) / Math.sqrt(tables));
    expect(single).toBeLessThan(0.006);
    expect(redundancy).toBeLessThan(0.002);
    table.push(
      `no information, 12+12 columns, 300 rows: plug-in I_a ${plugIn.toFixed(4)}, corrected ${single.toFixed(4)}, r ${redundancy.toFixed(5)} bits`,
    );
  });
});
