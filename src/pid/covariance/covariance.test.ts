import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { gaussianPid } from "../closed-form/gaussian-pid.js";
import { conditional, randomCovariance, range } from "../test-support.js";
import { standardise } from "./covariance.js";
import { PivotedCholesky } from "./elimination.js";

const layout = {
  targets: 1,
  sources: [
    { name: "a", size: 1 },
    { name: "b", size: 1 },
  ],
};
const good = () => [
  [2, 0.5, 0.4],
  [0.5, 1, 0.3],
  [0.4, 0.3, 1],
];
const run = (cov: unknown) => gaussianPid(cov as number[][], layout);
const changed = (i: number, j: number, value: unknown) => {
  const cov: unknown[][] = good();
  cov[i][j] = value;
  return cov;
};

describe("refusals of a covariance", () => {
  it.each([
    ["too few rows", good().slice(1), 'covariance has 2 rows, but 1 target column(s) + 1 of "a" + 1 of "b" make 3'],
    [
      "a ragged row",
      [
        [2, 0.5, 0.4],
        [0.5, 1],
        [0.4, 0.3, 1],
      ],
      "not square: row 1 has 2 entries, expected 3",
    ],
    ["null", changed(1, 2, null), "row 1, column 2 is null"],
    ["NaN", changed(2, 0, Number.NaN), "row 2, column 0 is NaN"],
    ["infinity", changed(0, 0, Number.POSITIVE_INFINITY), "row 0, column 0 is Infinity"],
    ["text", changed(0, 1, "1"), "row 0, column 1 is 1; every entry must be a finite number"],
    ["asymmetry", changed(0, 2, 0.5), "not symmetric: row 2, column 0 is 0.4 but row 0, column 2 is 0.5"],
    ["a negative variance", changed(1, 1, -1), "variance at row 1, column 1 is -1, below 0"],
    [
      "a correlation above 1",
      [
        [1, 2, 0],
        [2, 1, 0],
        [0, 0, 1],
      ],
      "variables 0 and 1 have correlation 2",
    ],
    [
      "covariance with a constant",
      [
        [1, 0.1, 0],
        [0.1, 0, 0],
        [0, 0, 1],
      ],
      "variable 1 has variance 0 but covariance 0.1",
    ],
    [
      "a constant target",
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      "every target column has variance 0",
    ],
    [
      "indefinite beyond pairs",
      [
        [1, 0.9, -0.9],
        [0.9, 1, 0.9],
        [-0.9, 0.9, 1],
      ],
      "smallest eigenvalue",
    ],
    [
      "indefinite among sources",
      [
        [1, 0, 0.5],
        [0, 1, 1],
        [0.5, 1, 1],
      ],
      "not positive semidefinite",
    ],
  ])("%s", (_, cov, message) => {
    expect(() => run(cov)).toThrow(message);
    expect(() => run(cov)).toThrow(InputError);
  });

  it("layouts that make no sense", () => {
    expect(() => gaussianPid(good(), { targets: 0, sources: layout.sources })).toThrow(
      "positive number of target columns",
    );
    expect(() => gaussianPid(good(), { targets: 1, sources: [{ name: "a", size: 2 }] })).toThrow(
      "at least two modalities",
    );
    const twins = [
      { name: "a", size: 1 },
      { name: "a", size: 1 },
    ];
    expect(() => gaussianPid(good(), { targets: 1, sources: twins })).toThrow('source "a" appears twice');
    expect(() => gaussianPid(new Float64Array(8), layout)).toThrow("9 entries are expected, got 8");
    const half = [
      { name: "a", size: 0.5 },
      { name: "b", size: 1 },
    ];
    expect(() => gaussianPid(good(), { targets: 1, sources: half })).toThrow('source "a": expected a positive number');
  });
});

describe("what is accepted", () => {
  it("rows, a flat array and a Matrix give the same numbers", () => {
    const rows = run(good());
    expect(gaussianPid(Float64Array.from(good().flat()), layout)).toEqual(rows);
    expect(gaussianPid(new Matrix(good()), layout)).toEqual(rows);
  });

  it("asymmetry within rounding is averaged away", () => {
    const cov = good();
    cov[0][2] += 1e-12;
    expect(run(cov).atoms.synergy).toBeCloseTo(run(good()).atoms.synergy, 11);
  });

  it("flags: too few rows, dependent columns, saturation", () => {
    expect(gaussianPid(good(), layout, { n: 4 }).flags).toEqual(["underdetermined"]);
    expect(gaussianPid(good(), layout, { n: 5 }).flags).toEqual([]);
    const copy = gaussianPid(
      [
        [2, 0.5, 0.5, 0.4],
        [0.5, 1, 1, 0.3],
        [0.5, 1, 1, 0.3],
        [0.4, 0.3, 0.3, 1],
      ],
      {
        targets: 1,
        sources: [
          { name: "a", size: 2 },
          { name: "b", size: 1 },
        ],
      },
    );
    expect(copy.flags).toEqual(["dependent-source"]);
    expect(copy.rank.byModality).toEqual({ a: 1, b: 1 });
    const copied = Object.values(copy.atoms.unique);
    expect(copied[0]).toBeCloseTo(run(good()).atoms.unique.a, 14);
    // both sources determine the target: redundancy without bound, null in JSON
    const certain = run([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(certain.flags).toContain("saturated");
    expect(certain.atoms.redundancy).toBe(Number.POSITIVE_INFINITY);
    expect(certain.atoms.synergy).toBeCloseTo(0, 9);
    expect(JSON.parse(JSON.stringify(certain)).atoms.redundancy).toBeNull();
  });

  it("a joint relation that no source alone has is infinite synergy", () => {
    // y = a + b with independent a, b
    const r = run([
      [2, 1, 1],
      [1, 1, 0],
      [1, 0, 1],
    ]);
    expect(r.flags).toEqual(["saturated"]);
    expect(r.atoms.synergy).toBe(Number.POSITIVE_INFINITY);
    expect(r.atoms.redundancy).toBeCloseTo(0.5, 11);
    expect(r.union).toBeCloseTo(0.5, 11);
  });

  it("saturation in one direction of a vector target leaves the other atoms finite and right", () => {
    // y1 = a exactly; y2 seen by both at variance 1 and 1 with independent noise of variance 1
    const cov = [
      [1, 0, 1, 0, 0],
      [0, 1, 0, 1, 1],
      [1, 0, 1, 0, 0],
      [0, 1, 0, 2, 1],
      [0, 1, 0, 1, 2],
    ];
    const r = gaussianPid(cov, {
      targets: 2,
      sources: [
        { name: "a", size: 2 },
        { name: "b", size: 1 },
      ],
    });
    expect(r.atoms.unique.a).toBe(Number.POSITIVE_INFINITY);
    expect(r.atoms.unique.b).toBeCloseTo(0, 11);
    expect(r.atoms.redundancy).toBeCloseTo(0.5, 11);
    expect(r.atoms.synergy).toBeCloseTo(0.5 * Math.log2(3 / 2), 11);
  });

  it("three modalities, vector target, one direction known exactly: the finite atoms are the limit of less and less noise", () => {
    const rng = new Rng("limit");
    for (let trial = 0; trial < 10; trial++) {
      const w = Array.from({ length: 6 }, () => [rng.normal(), rng.normal()]);
      // loadings on (y1, y2, one noise per column); the first column of a is y1 itself plus noise of variance v
      const cov = (v: number) => {
        const rows = [[1, 0], [0, 1], [1, 0], ...w].map(([p, q], i) => {
          const row = new Array<number>(11).fill(0);
          [row[0], row[1]] = [p, q];
          if (i >= 2) row[i] = i === 2 ? Math.sqrt(v) : 1;
          return row;
        });
        return rows.map((a) => rows.map((b) => a.reduce((sum, x, k) => sum + x * b[k], 0)));
      };
      const layout = { targets: 2, sources: ["a", "b", "c"].map((name, k) => ({ name, size: [2, 2, 3][k] })) };
      const exact = gaussianPid(cov(0), layout);
      expect(exact.flags).toEqual(["saturated"]);
      expect(exact.atoms.unique.a).toBe(Number.POSITIVE_INFINITY);
      expect(exact.multi?.shapley?.a).toBe(Number.POSITIVE_INFINITY);
      const finite = (r: typeof exact) => [
        r.atoms.unique.b,
        r.atoms.unique.c,
        r.atoms.redundancy,
        r.atoms.partialRedundancy,
        r.atoms.synergy,
        ...Object.values(r.multi?.shapley ?? {}).slice(1),
      ];
      const distance = (v: number) => finite(gaussianPid(cov(v), layout)).map((x, i) => Math.abs(x - finite(exact)[i]));
      // the distance is proportional to the variance of the noise: the limit is met to about 1e-8
      const near = distance(1e-7);
      for (const [i, far] of distance(1e-6).entries())
        expect(Math.abs(near[i] - far / 10)).toBeLessThan(1e-8 + far / 100);
    }
  });

  it("directions: who sees what, in the units of the target columns", () => {
    // y1 is seen by a only, y2 by b only; y1 in units 10 times smaller
    const cov = [
      [100, 0, 10, 0],
      [0, 1, 0, 1],
      [10, 0, 2, 0],
      [0, 1, 0, 2],
    ];
    const r = gaussianPid(
      cov,
      {
        targets: 2,
        sources: [
          { name: "a", size: 1 },
          { name: "b", size: 1 },
        ],
      },
      { directions: true },
    );
    expect(r.directions?.map((d) => d.bits)).toEqual([expect.closeTo(0.5, 12), expect.closeTo(-0.5, 12)]);
    const [first, second] = r.directions ?? [];
    expect(Math.abs(first.weights[0])).toBeCloseTo(Math.SQRT2 / 10, 12);
    expect(first.weights[1]).toBeCloseTo(0, 12);
    expect(second.varianceRatio).toBeCloseTo(0.5, 12);
  });
});

describe("pivoted elimination", () => {
  it("posterior and coefficients equal the textbook formula with an explicit inverse", () => {
    const cov = randomCovariance(new Rng("elimination"), 13);
    const sources = [
      { name: "a", size: 6 },
      { name: "b", size: 5 },
    ];
    const system = standardise(cov, 2, sources);
    const pass = new PivotedCholesky(
      system,
      [0, 1],
      [
        [2, 8],
        [8, 13],
      ],
    );
    const r = Matrix.from1DArray(13, 13, system.r);
    for (const [g, given] of [range(2, 8), range(2, 13)].entries()) {
      const want = conditional(r, [0, 1], given, inverse).to1DArray();
      const { covariance, rank } = pass.eliminate(g);
      expect(rank).toBe(given.length);
      for (const [i, w] of want.entries()) expect(Math.abs(covariance[i] - w)).toBeLessThan(1e-13);
    }
    const x = range(2, 13);
    const b = inverse(r.selection(x, x)).mmul(r.selection(x, [0, 1]));
    const got = pass.coefficients();
    for (const [i, p] of pass.pivots.entries()) {
      for (const j of [0, 1]) expect(Math.abs(got[i * 2 + j] - b.get(p - 2, j))).toBeLessThan(1e-12);
    }
  });
});
