import { determinant, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { normals, randomCovariance, range } from "../test-support.js";
import { gaussianPid } from "./gaussian-pid.js";

type Edge = readonly [readonly number[], readonly number[]];

/**
 * The maximum entropy Gaussian that keeps every diagonal block and the cross blocks of `edges`, by iterative proportional
 * fitting of the precision: nothing of the closed form enters.
 */
function maximumEntropy(cov: Matrix, blocks: readonly (readonly number[])[], edges: readonly Edge[]): Matrix {
  let precision = Matrix.zeros(cov.rows, cov.rows);
  for (const b of blocks) addBlock(precision, b, inverse(cov.selection([...b], [...b])));
  for (let sweep = 0; sweep < 2000; sweep++) {
    const before = precision.clone();
    for (const [a, b] of edges) {
      const set = [...a, ...b];
      const current = inverse(precision).selection(set, set);
      const next = precision.clone();
      addBlock(next, set, inverse(cov.selection(set, set)).sub(inverse(current)));
      precision = next;
    }
    if (Matrix.sub(precision, before).norm() < 1e-14 * before.norm()) break;
  }
  return inverse(precision);
}

function addBlock(target: Matrix, set: readonly number[], block: Matrix): void {
  for (const [i, p] of set.entries())
    for (const [j, q] of set.entries()) target.set(p, q, target.get(p, q) + block.get(i, j));
}

function information(cov: Matrix, y: readonly number[], x: readonly number[]): number {
  const logDet = (set: readonly number[]) => Math.log2(determinant(cov.selection([...set], [...set])));
  return (logDet(y) + logDet(x) - logDet([...y, ...x])) / 2;
}

/**
 * The lattice of dependency constraints over X1, X2, Y: unique information of X1 is the smallest gain in I(X1 X2; Y) from
 * adding the constraint X1-Y to any node (James, Emenheiser & Crutchfield 2018).
 */
function lattice(cov: Matrix, dm: number, dx: number, dy: number): { u1: number; u2: number } {
  const y = range(0, dm);
  const x1 = range(dm, dm + dx);
  const x2 = range(dm + dx, dm + dx + dy);
  const sources: Edge = [x1, x2];
  const first: Edge = [x1, y];
  const second: Edge = [x2, y];
  const known = (edges: readonly Edge[]) => information(maximumEntropy(cov, [y, x1, x2], edges), y, [...x1, ...x2]);
  const gains = (edge: Edge, other: Edge) =>
    [[], [sources], [other], [sources, other]].map((node) => known([...node, edge]) - known(node));
  return { u1: Math.min(...gains(first, second)), u2: Math.min(...gains(second, first)) };
}

const run = (cov: Matrix | number[][], dm: number, dx: number, dy: number) =>
  gaussianPid(
    cov,
    {
      targets: dm,
      sources: [
        { name: "a", size: dx },
        { name: "b", size: dy },
      ],
    },
    { measure: "idep" },
  );

describe("dependency-constraint decomposition", () => {
  it.each([
    [1, 1, 1],
    [1, 2, 3],
    [2, 2, 2],
    [3, 2, 1],
    [2, 3, 4],
  ])("target %i, sources %i and %i: equals the explicit lattice", (dm, dx, dy) => {
    for (let trial = 0; trial < 4; trial++) {
      const cov = randomCovariance(new Rng(`idep/${dm}/${dx}/${dy}/${trial}`), dm + dx + dy);
      const { atoms } = run(cov, dm, dx, dy);
      const { u1, u2 } = lattice(cov, dm, dx, dy);
      // 1e-9: the fitting stops at relative change 1e-14, and its inverses are of condition 1e2 to 1e3
      expect(Math.abs(atoms.unique.a - u1)).toBeLessThan(1e-9);
      expect(Math.abs(atoms.unique.b - u2)).toBeLessThan(1e-9);
    }
  });

  it("scalar target: the published formula from the three informations alone", () => {
    for (let trial = 0; trial < 200; trial++) {
      const cov = randomCovariance(new Rng(`scalar/${trial}`), 6);
      const { information: i, atoms } = run(cov, 1, 3, 2);
      const gain = (bits: number) => 1 / 2 ** (-2 * bits);
      const i7 = 0.5 * Math.log2(gain(i.byModality.a) + gain(i.byModality.b) - 1);
      const union = Math.min(i7, i.total);
      expect(atoms.unique.a).toBeCloseTo(union - i.byModality.b, 12);
      expect(atoms.synergy).toBeCloseTo(i.total - union, 12);
    }
  });

  it("sources independent given the target: no synergy, both unique; where broja sees one unique only", () => {
    const rng = new Rng("independent");
    const h = normals(rng, 4, 1);
    const cov = Matrix.eye(5);
    for (let i = 0; i < 4; i++) {
      cov.set(0, i + 1, h.get(i, 0));
      cov.set(i + 1, 0, h.get(i, 0));
      for (let j = 0; j < 4; j++) cov.set(i + 1, j + 1, h.get(i, 0) * h.get(j, 0) + (i === j ? 1 : 0));
    }
    const { atoms } = run(cov, 1, 2, 2);
    expect(atoms.synergy).toBeLessThan(1e-12);
    expect(Math.min(atoms.unique.a, atoms.unique.b)).toBeGreaterThan(0.01);
  });

  it("is refused for three modalities", () => {
    const three = { targets: 1, sources: ["a", "b", "c"].map((name) => ({ name, size: 1 })) };
    expect(() => gaussianPid(Matrix.eye(4), three, { measure: "idep" })).toThrow("defined for two modalities, got 3");
  });
});
