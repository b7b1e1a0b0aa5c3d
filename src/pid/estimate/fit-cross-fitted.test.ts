import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPidFromData } from "./gaussian-pid-from-data.js";

const rows = 1500;

/** Modalities of three columns and one, and two targets: each modality knows one of them, through noise that they share. */
function table(seed: string) {
  const rng = new Rng(seed);
  const column = () => Float64Array.from({ length: rows }, () => rng.normal());
  const a = [column(), column(), column()];
  const b = [column()];
  const [shared, own] = [column(), column()];
  const y = [a[2].map((v, r) => v + 0.5 * shared[r]), b[0].map((v, r) => v + 0.8 * shared[r] + 0.6 * own[r])];
  return { a, b, y };
}

const estimate = (y: readonly Float64Array[], ...sources: (readonly [string, readonly Float64Array[]])[]) =>
  gaussianPidFromData(
    { name: "y", columns: y },
    sources.map(([name, columns]) => ({ name, columns })),
    { estimator: "cross-fitted" },
  );

describe("cross-fitted estimates", () => {
  it("gives each of several targets to the modality that knows it", () => {
    const { a, b, y } = table("targets");
    const { information, atoms } = estimate(y, ["a", a], ["b", b]);
    // determinants of the targets' covariance [1.25 0.4; 0.4 2], and of what a, b and both leave of it
    const bits = (left: number) => 0.5 * Math.log2(2.34 / left);
    // within five standard errors of the rows
    expect(Math.abs(information.byModality.a - bits(0.34))).toBeLessThan(0.12);
    expect(Math.abs(information.byModality.b - bits(1.09))).toBeLessThan(0.12);
    expect(Math.abs(information.total - bits(0.09))).toBeLessThan(0.15);
    expect(atoms.unique.a).toBeGreaterThan(atoms.unique.b);
  });

  it("reads every modality in its own columns, in whatever order they come", () => {
    const { a, b, y } = table("order");
    const first = estimate(y, ["a", a], ["b", b]);
    const second = estimate(y, ["b", b], ["a", a]);
    for (const name of ["a", "b"]) {
      expect(second.information.byModality[name]).toBeCloseTo(first.information.byModality[name], 9);
      expect(second.atoms.unique[name]).toBeCloseTo(first.atoms.unique[name], 9);
    }
  });
});
