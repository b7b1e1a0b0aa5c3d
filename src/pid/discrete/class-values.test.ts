import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { classPid } from "./class-pid.js";

const classes = 12;
const rows = 300;

/** Posteriors of twelve classes from where a row lies in space, and from a view of it with more noise. */
function copies() {
  const rng = new Rng("a view with more noise");
  const centres = Array.from({ length: classes }, () => [0, 1, 2].map(() => 2 * rng.normal()));
  const labels = Int32Array.from({ length: rows }, () => Math.floor(rng.uniform() * classes));
  const a = Array.from(labels, (y) => centres[y].map((c) => c + rng.normal()));
  const b = a.map((row) => row.map((v) => v + 0.3 * rng.normal()));
  const posteriors = (at: readonly (readonly number[])[], variance: number) =>
    Float64Array.from(
      at.flatMap((row) => {
        const likely = centres.map((c) =>
          Math.exp(-row.reduce((sum, v, i) => sum + (v - c[i]) ** 2, 0) / (2 * variance)),
        );
        const sum = likely.reduce((x, y) => x + y, 0);
        return likely.map((l) => l / sum);
      }),
    );
  const first = posteriors(a, 1);
  return {
    ...{ names: ["a", "b"], labels, classes: Array.from({ length: classes }, (_, k) => `k${k}`), groups: null },
    ...{ byModality: [first, posteriors(b, 1.09)], joint: first },
  };
}

describe("a union that cells feign", () => {
  const pid = classPid(copies(), { errorReplicates: 10 });

  it("is no information: two views of one thing, cut into six cells each for twelve classes, tell the same", () => {
    const { total, byModality } = pid.information;
    expect(pid.classes?.cells).toEqual({ a: 6, b: 6 });
    expect(total).toBeCloseTo(pid.classes?.heldOut.information.total as number, 9);
    expect(pid.atoms.unique.b).toBeLessThan(0.05);
    expect(pid.atoms.unique.a).toBeCloseTo(total - byModality.b, 9);
    expect(pid.atoms.redundancy).toBeGreaterThan(0.95 * byModality.b);
    expect(pid.atoms.synergy).toBe(0);
    expect(pid.notes?.join("\n")).toMatch(/seem to tell 0\.\d\d bits more one by one than all of them together/);
  });

  it("still sums up, with errors of the rows", () => {
    const { unique, redundancy, synergy } = pid.atoms;
    expect(unique.a + unique.b + redundancy + synergy).toBeCloseTo(pid.information.total, 9);
    expect(pid.standardErrors?.information.total).toBeGreaterThan(0.03);
  });
});
