import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { blockDiagonal, normals, randomCovariance, range } from "../test-support.js";
import type { PidMeasure, PidResult } from "../types.js";
import { gaussianPid } from "./gaussian-pid.js";

/** Sizes of target and sources, and a seed from which the covariance is drawn. */
const systems = fc.record({
  dm: fc.integer({ min: 1, max: 4 }),
  dx: fc.integer({ min: 1, max: 5 }),
  dy: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer({ min: 0, max: 1e9 }),
});
const settings = { seed: 7, numRuns: 100, endOnFailure: true };

const sources = (...sizes: number[]) => sizes.map((size, k) => ({ name: `z${k}`, size }));
const two = (cov: Matrix, dm: number, dx: number, dy: number, measure: PidMeasure = "broja") =>
  gaussianPid(cov, { targets: dm, sources: sources(dx, dy) }, { measure });
const atoms = (r: PidResult) => [...Object.values(r.atoms.unique), r.atoms.redundancy, r.atoms.synergy];
const draw = ({ dm, dx, dy, seed }: { dm: number; dx: number; dy: number; seed: number }) =>
  randomCovariance(new Rng(seed), dm + dx + dy);

function expectClose(got: readonly number[], want: readonly number[], tolerance: number): void {
  for (const [i, w] of want.entries()) expect(Math.abs(got[i] - w)).toBeLessThan(tolerance);
}

/** An invertible map of condition number about `condition`: orthogonal, graded diagonal, orthogonal. */
function invertible(rng: Rng, n: number, condition: number): Matrix {
  const orthogonal = () => {
    const g = normals(rng, n, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const p = g.getRowVector(i).dot(g.getRowVector(j));
        g.setRow(i, g.getRowVector(i).sub(g.getRowVector(j).mul(p)));
      }
      g.setRow(i, g.getRowVector(i).div(g.getRowVector(i).norm()));
    }
    return g;
  };
  const scales = range(0, n).map((i) => condition ** (n === 1 ? 0 : i / (n - 1)));
  return orthogonal().mmul(Matrix.diag(scales)).mmul(orthogonal());
}

describe("properties of the two-source decomposition", () => {
  it("atoms are >= 0, sum to the total, and r + u = I for each source", () => {
    for (const measure of ["broja", "idep"] as const) {
      fc.assert(
        fc.property(systems, (size) => {
          const r = two(draw(size), size.dm, size.dx, size.dy, measure);
          for (const atom of atoms(r)) expect(atom).toBeGreaterThanOrEqual(0);
          expect(Math.abs(atoms(r).reduce((a, b) => a + b) - r.information.total)).toBeLessThan(1e-12);
          for (const name of r.modalities) {
            expect(Math.abs(r.atoms.redundancy + r.atoms.unique[name] - r.information.byModality[name])).toBeLessThan(
              1e-12,
            );
          }
          expect(Math.abs(r.information.total - r.atoms.synergy - r.union)).toBeLessThan(1e-12);
          expect(r.residual).toBeLessThan(1e-12);
          expect(r.flags).toEqual([]);
        }),
        settings,
      );
    }
  });

  it("exchanging the sources exchanges the unique atoms", () => {
    for (const measure of ["broja", "idep"] as const) {
      fc.assert(
        fc.property(systems, (size) => {
          const { dm, dx, dy } = size;
          const cov = draw(size);
          const order = [...range(0, dm), ...range(dm + dx, dm + dx + dy), ...range(dm, dm + dx)];
          const [u1, u2, r, s] = atoms(two(cov, dm, dx, dy, measure));
          expectClose(atoms(two(cov.selection(order, order), dm, dy, dx, measure)), [u2, u1, r, s], 1e-12);
        }),
        settings,
      );
    }
  });

  it("invertible maps inside the target and inside each source change nothing", () => {
    fc.assert(
      fc.property(systems, (size) => {
        const { dm, dx, dy, seed } = size;
        const cov = draw(size);
        const rng = new Rng(`map/${seed}`);
        const map = [dm, dx, dy].map((n) => invertible(rng, n, 1000)).reduce(blockDiagonal);
        const mapped = map.mmul(cov).mmul(map.transpose());
        const result = two(mapped, dm, dx, dy);
        // the maps square to condition 1e6 in the covariance; the condition bound says what its rounding may do
        expectClose(atoms(result), atoms(two(cov, dm, dx, dy)), Math.max(1e-10, result.condBits));
      }),
      settings,
    );
  });

  it("units from 1e-9 to 1e9 change nothing at all", () => {
    fc.assert(
      fc.property(systems, (size) => {
        const { dm, dx, dy, seed } = size;
        const cov = draw(size);
        const rng = new Rng(`units/${seed}`);
        const scale = Matrix.diag(range(0, cov.rows).map(() => 2 ** Math.round(60 * (rng.uniform() - 0.5))));
        expectClose(atoms(two(scale.mmul(cov).mmul(scale), dm, dx, dy)), atoms(two(cov, dm, dx, dy)), 1e-13);
      }),
      settings,
    );
  });

  it("atoms add over independent systems", () => {
    fc.assert(
      fc.property(systems, systems, (a, b) => {
        const both = blockDiagonal(draw(a), draw(b));
        const at = (start: number, count: number) => range(start, start + count);
        const offset = a.dm + a.dx + a.dy;
        const order = [
          ...at(0, a.dm),
          ...at(offset, b.dm),
          ...at(a.dm, a.dx),
          ...at(offset + b.dm, b.dx),
          ...at(a.dm + a.dx, a.dy),
          ...at(offset + b.dm + b.dx, b.dy),
        ];
        const sum = atoms(two(draw(a), a.dm, a.dx, a.dy)).map((v, i) => v + atoms(two(draw(b), b.dm, b.dx, b.dy))[i]);
        expectClose(atoms(two(both.selection(order, order), a.dm + b.dm, a.dx + b.dx, a.dy + b.dy)), sum, 1e-11);
      }),
      settings,
    );
  });

  it("columns of noise change nothing", () => {
    fc.assert(
      fc.property(systems, fc.integer({ min: 1, max: 4 }), (size, extra) => {
        const { dm, dx, dy } = size;
        const cov = draw(size);
        const noisy = blockDiagonal(cov, randomCovariance(new Rng(`noise/${size.seed}`), extra));
        expectClose(atoms(two(noisy, dm, dx, dy + extra)), atoms(two(cov, dm, dx, dy)), 1e-12);
      }),
      settings,
    );
  });

  it("a third modality of noise leaves a decomposition of three equal to that of two", () => {
    fc.assert(
      fc.property(systems, (size) => {
        const { dm, dx, dy } = size;
        const cov = draw(size);
        const [u1, u2, r, s] = atoms(two(cov, dm, dx, dy));
        const three = gaussianPid(blockDiagonal(cov, Matrix.eye(2)), { targets: dm, sources: sources(dx, dy, 2) });
        // what both share is shared by some, not by all three
        const got = [three.atoms.unique.z0, three.atoms.unique.z1, three.atoms.partialRedundancy, three.atoms.synergy];
        expectClose(got, [u1, u2, r, s], 1e-9);
        expect(three.atoms.redundancy).toBeLessThan(1e-9);
        expect(three.atoms.unique.z2).toBeLessThan(1e-9);
        expect(three.flags).toEqual([]);
      }),
      { ...settings, numRuns: 40 },
    );
  });

  it("a copy of a source is all redundancy", () => {
    fc.assert(
      fc.property(systems, (size) => {
        const { dm, dx } = size;
        const cov = draw({ ...size, dy: 0 });
        const order = [...range(0, dm + dx), ...range(dm, dm + dx)];
        const r = two(cov.selection(order, order), dm, dx, dx);
        expectClose(atoms(r), [0, 0, r.information.total, 0], 1e-11);
      }),
      settings,
    );
  });
});

describe("properties of the decomposition of several sources", () => {
  const several = fc.record({
    dm: fc.integer({ min: 1, max: 3 }),
    dims: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 4 }),
    seed: fc.integer({ min: 0, max: 1e9 }),
  });
  const run = ({ dm, dims, seed }: { dm: number; dims: number[]; seed: number }) => {
    const cov = randomCovariance(new Rng(seed), dm + dims.reduce((a, b) => a + b));
    return gaussianPid(cov, { targets: dm, sources: sources(...dims) });
  };

  it("atoms are >= 0 and sum to the total; details add up", () => {
    fc.assert(
      fc.property(several, (c) => {
        const r = run(c);
        const list = [...atoms(r), r.atoms.partialRedundancy];
        for (const atom of list) expect(atom).toBeGreaterThanOrEqual(0);
        expect(Math.abs(list.reduce((a, b) => a + b) - r.information.total)).toBeLessThan(1e-9);
        const shapley = Object.values(r.multi?.shapley ?? {});
        expect(Math.abs(shapley.reduce((a, b) => a + b, 0) - r.information.total)).toBeLessThan(1e-11);
        expect(r.residual).toBeLessThan(1e-8);
        expect(r.flags).toEqual([]);
        const singles = Object.values(r.information.byModality);
        expect(r.union).toBeGreaterThan(Math.max(...singles) - 1e-9);
        expect(r.atoms.redundancy).toBeLessThan(Math.min(...singles) + 1e-9);
      }),
      { ...settings, numRuns: 40 },
    );
  });

  it("scalar target: the closed form by order of information, and strict unique is never above unique", () => {
    fc.assert(
      fc.property(several, (c) => {
        const r = run({ ...c, dm: 1 });
        const singles = Object.values(r.information.byModality).sort((a, b) => b - a);
        const best = r.modalities.find((name) => r.information.byModality[name] === singles[0]) as string;
        expect(r.atoms.unique[best]).toBeCloseTo(singles[0] - singles[1], 12);
        expect(r.atoms.redundancy).toBeCloseTo(singles[singles.length - 1], 12);
        expect(r.atoms.partialRedundancy).toBeCloseTo(singles[1] - singles[singles.length - 1], 12);
        for (const name of r.modalities) {
          expect(r.multi?.uniqueStrict?.[name]).toBeLessThanOrEqual(r.atoms.unique[name] + 1e-12);
        }
      }),
      settings,
    );
  });

  it("the order of the modalities does not matter", () => {
    fc.assert(
      fc.property(several, ({ dm, dims, seed }) => {
        const cov = randomCovariance(new Rng(seed), dm + dims.reduce((a, b) => a + b));
        const starts = dims.map((_, k) => dims.slice(0, k).reduce((a, b) => a + b, dm));
        const blocks = dims.map((d, k) => range(starts[k], starts[k] + d)).reverse();
        const order = [...range(0, dm), ...blocks.flat()];
        const first = gaussianPid(cov, { targets: dm, sources: sources(...dims) });
        const second = gaussianPid(cov.selection(order, order), {
          targets: dm,
          sources: sources(...[...dims].reverse()),
        });
        const [a, b] = [first.atoms, second.atoms];
        expectClose(
          [b.redundancy, b.synergy, b.partialRedundancy],
          [a.redundancy, a.synergy, a.partialRedundancy],
          1e-8,
        );
        expectClose(Object.values(b.unique).reverse(), Object.values(a.unique), 1e-8);
      }),
      { ...settings, numRuns: 20 },
    );
  });
});
