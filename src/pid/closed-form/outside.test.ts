import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gaussianPid } from "./gaussian-pid.js";

interface Outside {
  readonly two: { dm: number; dx: number; dy: number; cov: number[][]; union: number }[];
  readonly several: {
    dm: number;
    dims: number[];
    cov: number[][];
    total: number;
    union: number;
    unique: number[];
    rAll: number;
    shapley: number[];
    oInformation: number;
    oInformationGradient: number;
  }[];
}

/** Numbers by scipy optimisation over couplings and over the dual problem: see fixtures/outside.py. */
const outside: Outside = JSON.parse(readFileSync(new URL("fixtures/outside.json", import.meta.url), "utf8"));

describe("against scipy", () => {
  it.each(outside.two)("union of two sources by minimising over couplings: $dm, $dx, $dy", (c) => {
    const result = gaussianPid(c.cov, {
      targets: c.dm,
      sources: [
        { name: "a", size: c.dx },
        { name: "b", size: c.dy },
      ],
    });
    // the optimiser can only end above the minimum, and stops within about 1e-8 of it
    expect(c.union - result.union).toBeGreaterThan(-1e-12);
    expect(c.union - result.union).toBeLessThan(1e-6);
  });

  it.each(outside.several)("three and more sources: $dm target(s), $dims", (c) => {
    const names = c.dims.map((_, k) => `z${k}`);
    const result = gaussianPid(c.cov, { targets: c.dm, sources: c.dims.map((size, k) => ({ name: names[k], size })) });
    // 1e-8: the duality gaps of both solvers
    const solved = [result.union - c.union, result.atoms.redundancy - c.rAll];
    solved.push(...names.map((name, k) => result.atoms.unique[name] - c.unique[k]));
    expect(Math.max(...solved.map(Math.abs))).toBeLessThan(1e-8);
    const details = result.multi;
    const closed = [
      result.information.total - c.total,
      (details?.oInformation ?? Number.NaN) - c.oInformation,
      (details?.oInformationGradient ?? Number.NaN) - c.oInformationGradient,
      ...names.map((name, k) => (details?.shapley?.[name] ?? Number.NaN) - c.shapley[k]),
    ];
    expect(Math.max(...closed.map(Math.abs))).toBeLessThan(1e-12);
  });
});
