import { describe, expect, it } from "vitest";
import { gaussianPid } from "../pid/closed-form/gaussian-pid.js";
import { atomRanges } from "./atom-ranges.js";

const within = ({ least, most }: { least: number; most: number }, value: number) => {
  expect(value).toBeGreaterThan(least - 1e-9);
  expect(value).toBeLessThan(most + 1e-9);
};

describe("ranges of atoms from informations alone", () => {
  it("are those of two modalities by hand", () => {
    // I1 0.6, I2 0.2, I12 1.1: r in [max(0, -0.3), 0.2], u1 in [0.4, min(0.6, 0.9)], u2 in [0, min(0.2, 0.5)], s in [0.3, 0.5]
    const { unique, redundancy, synergy } = atomRanges(1.1, { a: 0.6, b: 0.2 });
    expect(redundancy).toEqual({ least: 0, most: 0.2 });
    expect(unique.a.least).toBeCloseTo(0.4, 12);
    expect(unique.a.most).toBeCloseTo(0.6, 12);
    expect(unique.b).toEqual({ least: 0, most: 0.2 });
    expect(synergy.least).toBeCloseTo(0.3, 12);
    expect(synergy.most).toBeCloseTo(0.5, 12);
  });

  it("are points where one modality knows all", () => {
    const { unique, redundancy, synergy } = atomRanges(0.5, { a: 0.5, b: 0 });
    expect([unique.a, unique.b]).toEqual([
      { least: 0.5, most: 0.5 },
      { least: 0, most: 0 },
    ]);
    expect([redundancy, synergy]).toEqual([
      { least: 0, most: 0 },
      { least: 0, most: 0 },
    ]);
  });

  it("take a total below one of its parts, and values below 0, for what they can be", () => {
    const { synergy, unique } = atomRanges(0.9, { a: 1, b: -0.01 });
    expect(synergy).toEqual({ least: 0, most: 0 });
    expect(unique.a).toEqual({ least: 1, most: 1 });
  });

  it("are moved out by two standard errors of each information, and take the total as the largest", () => {
    const of = (bits: number, standardError: number) => ({ bits, standardError });
    const { unique, redundancy, synergy } = atomRanges(of(1.1, 0.02), { a: of(1.12, 0.01), b: of(0, 0.03) });
    // a in [1.10, 1.14], b in [0, 0.06], together in [1.10, 1.14]
    expect([unique.a.least, unique.a.most]).toEqual([expect.closeTo(1.04, 9), expect.closeTo(1.14, 9)]);
    expect(unique.b).toEqual({ least: 0, most: expect.closeTo(0.04, 9) });
    expect(redundancy).toEqual({ least: 0, most: expect.closeTo(0.06, 9) });
    expect(synergy).toEqual({ least: 0, most: expect.closeTo(0.04, 9) });
  });

  it.each(["broja", "idep"] as const)("hold the Gaussian atoms of two modalities by %s", (measure) => {
    const cov = [
      [1, 0.6, 0.5],
      [0.6, 1, 0.2],
      [0.5, 0.2, 1],
    ];
    const sources = ["a", "b"].map((name) => ({ name, size: 1 }));
    const { information, atoms } = gaussianPid(cov, { targets: 1, sources }, { measure });
    const ranges = atomRanges(information.total, information.byModality);
    within(ranges.redundancy, atoms.redundancy);
    within(ranges.synergy, atoms.synergy);
    for (const name of ["a", "b"]) within(ranges.unique[name], atoms.unique[name]);
  });

  it("hold those of three", () => {
    const cov = [
      [1, 0.6, 0.5, 0.3],
      [0.6, 1, 0.2, 0.1],
      [0.5, 0.2, 1, 0],
      [0.3, 0.1, 0, 1],
    ];
    const sources = ["a", "b", "c"].map((name) => ({ name, size: 1 }));
    const { information, atoms } = gaussianPid(cov, { targets: 1, sources });
    const ranges = atomRanges(information.total, information.byModality);
    within(ranges.redundancy, atoms.redundancy);
    within(ranges.synergy, atoms.synergy);
    for (const name of ["a", "b", "c"]) within(ranges.unique[name], atoms.unique[name]);
  });
});
