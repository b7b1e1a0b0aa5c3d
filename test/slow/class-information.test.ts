import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { createEngine } from "../../src/engine/index.js";
import { Rng } from "../../src/math/rng.js";
import { classPosteriors } from "../../src/mi/posterior.js";
import { classPid } from "../../src/pid/discrete/class-pid.js";
import { rowGroups } from "../../src/pid/estimate/row-groups.js";
import { itLong } from "../support/long.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx", { threads: 1 });
});
afterAll(() => engine.dispose());

const normals = (rng: Rng, n: number) => Float64Array.from({ length: n }, () => rng.normal());

/** Posteriors of one column per modality, in three folds. */
async function learned(labels: Int32Array, columns: readonly Float64Array[], labelsOf?: Int32Array) {
  const classes = Array.from({ length: Math.max(...labels) + 1 }, (_, y) => String(y));
  const sources = columns.map((column, k) => ({ name: `z${k + 1}`, columns: [column] }));
  const groups = labelsOf === undefined ? null : rowGroups(labelsOf, labels.length);
  return classPosteriors({ labels, classes, sources, groups }, { engine, folds: 3 });
}

describe("atoms of classes from learned posteriors", { timeout: 240_000 }, () => {
  // Both values of y seen through noise 0.8 and 1.4; truth by one-dimensional quadrature.
  it("are those of a degraded view, within 0.05 bits", async () => {
    const rng = new Rng("degraded");
    const labels = Int32Array.from({ length: 2000 }, () => rng.integer(2));
    const seen = (noise: number) => Float64Array.from(labels, (y) => 2 * y - 1 + noise * rng.normal());
    const { atoms, information, standardErrors } = classPid(await learned(labels, [seen(0.8), seen(1.4)]));
    const found = [atoms.redundancy, atoms.unique.z1, atoms.unique.z2, atoms.synergy];
    found.forEach((v, i) => void expect(Math.abs(v - [0.295, 0.342, 0, 0.096][i])).toBeLessThan(0.05));
    // a lower bound, but for its error
    expect(information.total - 2 * (standardErrors?.information.total ?? 0)).toBeLessThan(0.733);
  });

  // Truths by one-dimensional quadrature: three ordered classes seen twice, and two bits of which each column sees one.
  it("are those of three ordered classes and of two bits, within 0.05 bits", async () => {
    const cases = [
      {
        classes: 3,
        at: [(y: number) => y - 1, (y: number) => y - 1],
        noise: [0.5, 0.9],
        truth: [0.429, 0.464, 0, 0.124],
      },
      {
        classes: 4,
        at: [(y: number) => 2 * (y & 1) - 1, (y: number) => (y & 2) - 1],
        noise: [0.6, 0.9],
        truth: [0, 0.824, 0.556, 0],
      },
    ];
    for (const { classes, at, noise, truth } of cases) {
      const rng = new Rng(`known/${classes}`);
      const labels = Int32Array.from({ length: 2000 }, () => rng.integer(classes));
      const columns = at.map((of, k) => Float64Array.from(labels, (y) => of(y) + noise[k] * rng.normal()));
      const { atoms } = classPid(await learned(labels, columns));
      const found = [atoms.redundancy, atoms.unique.z1, atoms.unique.z2, atoms.synergy];
      found.forEach((v, i) => void expect(Math.abs(v - truth[i])).toBeLessThan(0.05));
    }
  });

  // y = sign(x1 x2) with a tenth turned round: 1 - h2(0.1) = 0.531 bits, none of them alone.
  it("are synergy where neither modality tells anything alone", async () => {
    const rng = new Rng("sign");
    const [a, b] = [normals(rng, 2000), normals(rng, 2000)];
    const labels = Int32Array.from(a, (v, r) => Number(v * b[r] > 0 !== rng.uniform() < 0.1));
    const { atoms, information, standardErrors } = classPid(await learned(labels, [a, b]));
    expect(Math.max(...Object.values(atoms.unique), atoms.redundancy)).toBeLessThan(0.02);
    expect(atoms.synergy).toBeGreaterThan(0.3);
    expect(information.total - 2 * (standardErrors?.information.total ?? 0)).toBeLessThan(0.531);
  });

  // The target is a function of the first column: 0 is the truth of synergy and of what the second adds.
  itLong("are no synergy where a second modality adds nothing and the first tells all", async () => {
    let covered = 0;
    for (let seed = 0; seed < 8; seed++) {
      const rng = new Rng(`threshold/${seed}`);
      const [a, b] = [normals(rng, 700), normals(rng, 700)];
      const posteriors = await learned(
        a.reduce((of, v, r) => of.fill(Number(v > 0.3), r, r + 1), new Int32Array(700)),
        [a, b],
      );
      const { atoms, gain, information, classes, intervals, union } = classPid(posteriors);
      if (intervals?.lower.atoms.synergy === 0) covered++;
      expect(atoms.synergy).toBeLessThan(0.02);
      expect(gain.byModality.z2).toBeLessThan(0.02);
      expect(information.byModality.z1).toBeCloseTo(classes?.heldOut.information.byModality.z1 as number, 12);
      expect(information.total).toBeGreaterThanOrEqual(information.byModality.z1);
      expect(classes?.certificate).toBeLessThanOrEqual(union);
    }
    expect(covered).toBeGreaterThanOrEqual(7);
  });

  it("are nothing where there is nothing, with groups too, and do not depend on monotone maps of the columns", async () => {
    const rng = new Rng("nothing");
    const labels = Int32Array.from({ length: 600 }, () => rng.integer(3));
    const [a, b] = [normals(rng, 600), normals(rng, 600)];
    const of = Int32Array.from({ length: 600 }, (_, r) => r % 60);
    const posteriors = await learned(labels, [a, b], of);
    const found = classPid(posteriors);
    expect(found.flags).toContain("no-information");
    expect(found.information.total).toBeLessThan(0.03);
    const mapped = await learned(labels, [a.map((v) => v ** 3), b.map((v) => Math.exp(v))], of);
    // the ends of the ranks are extended by slopes, which the map changes
    const largest = posteriors.joint.reduce((most, p, i) => Math.max(most, Math.abs(p - mapped.joint[i])), 0);
    expect(largest).toBeLessThan(0.05);
  });
});
