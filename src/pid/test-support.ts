import { readFileSync } from "node:fs";
import { Matrix } from "ml-matrix";
import type { Rng } from "../math/rng.js";

/**
 * A section of the golden file.
 * @throws where the file or the section is missing: tests that have nothing to compare with must not pass
 */
export function goldenSection<T>(name: string): T[] {
  const sections = JSON.parse(readFileSync(new URL("closed-form/fixtures/golden.json", import.meta.url), "utf8"));
  if (!Array.isArray(sections[name]) || sections[name].length === 0) throw new Error(`golden.json has no "${name}"`);
  return sections[name];
}

/** [rows, columns] of N(0, 1). */
export function normals(rng: Rng, rows: number, columns: number): Matrix {
  const values = new Float64Array(rows * columns);
  rng.fillNormal(values);
  return Matrix.from1DArray(rows, columns, values);
}

/** A random covariance of order n with condition number of some tens: G G' / (2 n) + 0.1 I. */
export function randomCovariance(rng: Rng, n: number): Matrix {
  const g = normals(rng, n, 2 * n);
  const cov = g.mmul(g.transpose()).div(2 * n);
  for (let i = 0; i < n; i++) cov.set(i, i, cov.get(i, i) + 0.1);
  return cov;
}

/** Covariance of stacked independent blocks, [n1 + n2, n1 + n2]. */
export function blockDiagonal(a: Matrix, b: Matrix): Matrix {
  const out = Matrix.zeros(a.rows + b.rows, a.rows + b.rows);
  out.setSubMatrix(a, 0, 0);
  out.setSubMatrix(b, a.rows, a.rows);
  return out;
}

/** Cov(Y | the columns `given`) by the textbook formula with an explicit inverse: the outside check of elimination. */
export function conditional(
  cov: Matrix,
  targets: readonly number[],
  given: readonly number[],
  inverse: (m: Matrix) => Matrix,
): Matrix {
  const yy = cov.selection([...targets], [...targets]);
  if (given.length === 0) return yy;
  const yx = cov.selection([...targets], [...given]);
  const xx = cov.selection([...given], [...given]);
  return yy.sub(yx.mmul(inverse(xx)).mmul(yx.transpose()));
}

/** a, a + 1, .., b - 1 */
export function range(a: number, b: number): number[] {
  return Array.from({ length: b - a }, (_, i) => a + i);
}
