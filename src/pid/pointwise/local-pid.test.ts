import { inverse as invert, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { mean } from "../../math/descriptive.js";
import { covariance } from "../../math/linalg.js";
import { Rng } from "../../math/rng.js";
import { gaussianPid } from "../closed-form/gaussian-pid.js";
import { posteriorModelOf } from "../estimate/residuals.js";
import { goldenSection, normals, range } from "../test-support.js";
import { applyLocalPid, fitLocalPid, type LocalPid, type LocalRows } from "./local-pid.js";

interface LocalCase {
  readonly id: string;
  readonly dm: number;
  readonly dx: number;
  readonly dy: number;
  readonly n: number;
  readonly data: number[][];
  readonly local: number[][];
  readonly i1: number[];
  readonly i2: number[];
  readonly i12: number[];
  readonly mean: number[];
  readonly tol: number;
}

/** Least-squares residuals of the centred target on some columns, row-major. */
function residuals(data: Matrix, targets: number, columns: readonly number[]): Float64Array {
  const cov = covariance(data, 0);
  const yx = cov.selection(range(0, targets), [...columns]);
  const b = invert(cov.selection([...columns], [...columns])).mmul(yx.transpose());
  const centred = data.clone().subRowVector(data.mean("column"));
  const y = centred.subMatrix(0, data.rows - 1, 0, targets - 1);
  return Float64Array.from(y.sub(centred.subMatrixColumn([...columns]).mmul(b)).to1DArray());
}

function rowsOf(
  data: Matrix,
  targets: number,
  dims: readonly number[],
): LocalRows & { names: string[]; targets: number } {
  const starts = dims.map((_, k) => dims.slice(0, k).reduce((a, b) => a + b, targets));
  const columns = dims.map((d, k) => range(starts[k], starts[k] + d));
  return {
    names: dims.map((_, k) => `z${k}`),
    targets,
    target: Float64Array.from(data.subMatrix(0, data.rows - 1, 0, targets - 1).to1DArray()),
    residuals: columns.map((c) => residuals(data, targets, c)),
    jointResiduals: residuals(data, targets, columns.flat()),
  };
}

const localAtoms = (rows: ReturnType<typeof rowsOf>): LocalPid =>
  applyLocalPid(fitLocalPid(posteriorModelOf(rows)), rows);

describe("pointwise atoms, golden", () => {
  it.for(goldenSection<LocalCase>("local"))("$id", (c, { annotate }) => {
    const local = localAtoms(rowsOf(new Matrix(c.data), c.dm, [c.dx, c.dy]));
    const { byModality, total } = local.information;
    const errors = c.local.flatMap(([u1, u2, r, s], t) => [
      local.unique.z0[t] - u1,
      local.unique.z1[t] - u2,
      local.redundancy[t] - r,
      local.synergy[t] - s,
      byModality.z0[t] - c.i1[t],
      byModality.z1[t] - c.i2[t],
      total[t] - c.i12[t],
    ]);
    errors.push(mean(local.unique.z0) - c.mean[0], mean(local.redundancy) - c.mean[2], mean(local.synergy) - c.mean[3]);
    const worst = Math.max(...errors.map(Math.abs));
    annotate(`largest error ${worst} bits`);
    expect(worst, `largest error ${worst} bits`).toBeLessThanOrEqual(c.tol);
  });
});

describe("pointwise atoms", () => {
  it.each([
    { targets: 1, dims: [2, 3] },
    { targets: 3, dims: [4, 2] },
    { targets: 1, dims: [2, 1, 2] },
    { targets: 2, dims: [2, 2, 2], loose: 1e-8 }, // the solver's duality gap is about 1e-9
    { targets: 2, dims: [1, 2, 1, 2], loose: 1e-8 },
  ])("means are the atoms and rows sum to the information: $targets target(s), $dims", ({ targets, dims, loose }) => {
    const width = targets + dims.reduce((a, b) => a + b);
    const rng = new Rng(`local/${width}/${dims.length}`);
    const data = normals(rng, 40, width).mmul(normals(rng, width, width));
    const local = localAtoms(rowsOf(data, targets, dims));
    const exact = gaussianPid(covariance(data, 0), {
      targets,
      sources: dims.map((size, k) => ({ name: `z${k}`, size })),
    });
    const tolerance = loose ?? 1e-11;
    for (const name of exact.modalities) {
      expect(Math.abs(mean(local.unique[name]) - exact.atoms.unique[name])).toBeLessThan(tolerance);
      expect(Math.abs(mean(local.information.byModality[name]) - exact.information.byModality[name])).toBeLessThan(
        1e-11,
      );
    }
    expect(Math.abs(mean(local.redundancy) - exact.atoms.redundancy)).toBeLessThan(tolerance);
    expect(Math.abs(mean(local.partialRedundancy) - exact.atoms.partialRedundancy)).toBeLessThan(tolerance);
    expect(Math.abs(mean(local.synergy) - exact.atoms.synergy)).toBeLessThan(tolerance);
    for (let t = 0; t < local.n; t++) {
      const unique = exact.modalities.reduce((sum, name) => sum + local.unique[name][t], 0);
      const sum = unique + local.redundancy[t] + local.partialRedundancy[t] + local.synergy[t];
      expect(Math.abs(sum - local.information.total[t])).toBeLessThan(1e-9);
    }
  });

  it("two modalities: the direction-wise log-likelihood ratios, computed without the ellipsoid", () => {
    const data = normals(new Rng("ratios"), 30, 5).mmul(normals(new Rng("mix"), 5, 5));
    const rows = rowsOf(data, 1, [2, 2]);
    const local = localAtoms(rows);
    const [e1, e2] = rows.residuals.map((e) => mean(e.map((v) => v * v)));
    // scalar target: u of the stronger source is log2 of the ratio of its predictive density to the weaker one's
    const [strong, sign] = e1 < e2 ? (["z0", 1] as const) : (["z1", -1] as const);
    for (let t = 0; t < 30; t++) {
      const ratio = Math.log2(e2 / e1) + (rows.residuals[1][t] ** 2 / e2 - rows.residuals[0][t] ** 2 / e1) / Math.LN2;
      expect(Math.abs(local.unique[strong][t] - (sign * ratio) / 2)).toBeLessThan(1e-12);
    }
  });

  it("survives JSON, applies to single rows, refuses wrong lengths", () => {
    const rows = rowsOf(normals(new Rng("json"), 25, 6), 2, [2, 2]);
    const model = fitLocalPid(posteriorModelOf(rows));
    const again = applyLocalPid(JSON.parse(JSON.stringify(model)), {
      target: rows.target.slice(0, 2),
      residuals: rows.residuals.map((r) => r.slice(0, 2)),
      jointResiduals: rows.jointResiduals.slice(0, 2),
    });
    expect(again.n).toBe(1);
    expect(again.synergy[0]).toBe(applyLocalPid(model, rows).synergy[0]);
    expect(() => applyLocalPid(model, { ...rows, residuals: [rows.target] })).toThrow("2 residual arrays");
  });
});
