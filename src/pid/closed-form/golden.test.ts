import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { goldenSection } from "../test-support.js";
import type { PidResult } from "../types.js";
import { gaussianPid } from "./gaussian-pid.js";

interface TwoSourceCase {
  readonly id: string;
  readonly dm: number;
  readonly dx: number;
  readonly dy: number;
  readonly cov: number[][];
  readonly tol: number;
  readonly saturated?: boolean;
  readonly condBits: number | null;
  readonly i1: number | null;
  readonly i2: number | null;
  readonly i12: number | null;
  readonly union: number | null;
  readonly u1: number | null;
  readonly u2: number | null;
  readonly r: number | null;
  readonly s: number | null;
}

interface MultiCase {
  readonly id: string;
  readonly dm: number;
  readonly dims: number[];
  readonly cov: number[][];
  readonly tol: number;
  readonly I: number[];
  readonly total: number;
  readonly union: number;
  readonly unique: number[];
  readonly rAll: number;
  readonly rPart: number;
  readonly syn: number;
}

const golden = { pid2: goldenSection<TwoSourceCase>("pid2"), multi: goldenSection<MultiCase>("multi") };

/** Difference in bits; null in the golden file is +infinity. */
function difference(got: number, want: number | null): number {
  if (want === null) return got === Number.POSITIVE_INFINITY ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(got - want);
}

function twoSourceError(result: PidResult, c: TwoSourceCase): number {
  const { information, atoms, union } = result;
  const pairs: [number, number | null][] = [
    [information.byModality.a, c.i1],
    [information.byModality.b, c.i2],
    [information.total, c.i12],
    [atoms.unique.a, c.u1],
    [atoms.unique.b, c.u2],
    [atoms.redundancy, c.r],
    [atoms.synergy, c.s],
    [union, c.union],
  ];
  return Math.max(...pairs.map(([got, want]) => difference(got, want)));
}

describe("the golden file", () => {
  it("holds every kind of case: without them nothing here would be compared", () => {
    expect([golden.pid2.length, golden.multi.length]).toEqual([22, 2]);
    expect(() => goldenSection("none")).toThrow('golden.json has no "none"');
  });

  const shared = new URL("../../../../shared/golden/gaussian-pid.json", import.meta.url);
  it.skipIf(!existsSync(shared))("is the one that was made outside of this code", () => {
    const read = (file: URL) => JSON.parse(readFileSync(file, "utf8"));
    expect(read(new URL("fixtures/golden.json", import.meta.url))).toEqual(read(shared));
  });
});

describe("golden two-source cases", () => {
  let worst = { error: 0, id: "" };
  const run = (c: TwoSourceCase) =>
    gaussianPid(c.cov, {
      targets: c.dm,
      sources: [
        { name: "a", size: c.dx },
        { name: "b", size: c.dy },
      ],
    });

  it.each(golden.pid2)("$id", (c) => {
    const result = run(c);
    const error = twoSourceError(result, c);
    if (error > worst.error) worst = { error, id: c.id };
    expect(error, `error ${error} bits`).toBeLessThanOrEqual(c.tol);
    expect(result.flags.includes("saturated")).toBe(c.saturated === true);
    expect(result.flags).not.toContain("inconsistent");
    expect(result.residual).toBeLessThan(1e-12);
  });

  it("condition bound agrees with the one of the file within a factor of 3, and covers the error", () => {
    for (const c of golden.pid2) {
      if (c.condBits === null) continue;
      const result = run(c);
      expect(result.condBits / c.condBits).toBeGreaterThan(1 / 3);
      expect(result.condBits / c.condBits).toBeLessThan(3);
      expect(twoSourceError(result, c)).toBeLessThan(3e-14 + result.condBits);
    }
  });

  it("largest error of the group", ({ annotate }) => {
    annotate(`largest error ${worst.error} bits, case ${worst.id}`);
    expect(worst.error, `largest error ${worst.error} bits (${worst.id})`).toBeLessThan(1e-9);
  });
});

describe("golden cases of three sources", () => {
  it.for(golden.multi)("$id", (c, { annotate }) => {
    const names = c.dims.map((_, k) => `z${k}`);
    const { information, atoms, union } = gaussianPid(c.cov, {
      targets: c.dm,
      sources: c.dims.map((size, k) => ({ name: names[k], size })),
    });
    const errors = [
      information.total - c.total,
      union - c.union,
      atoms.redundancy - c.rAll,
      atoms.partialRedundancy - c.rPart,
      atoms.synergy - c.syn,
      ...names.map((name, k) => information.byModality[name] - c.I[k]),
      ...names.map((name, k) => atoms.unique[name] - c.unique[k]),
    ].map(Math.abs);
    const error = Math.max(...errors);
    annotate(`largest error ${error} bits`);
    expect(error, `largest error ${error} bits`).toBeLessThanOrEqual(c.tol);
  });
});
