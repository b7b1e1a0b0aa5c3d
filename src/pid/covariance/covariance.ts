import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { tooManyModalities } from "../../config/limits.js";
import { InputError } from "../../errors.js";

/** A covariance matrix as rows, as a flat row-major array, or as a Matrix. */
export type CovarianceInput = ArrayLike<ArrayLike<number>> | Float64Array | Matrix;

/** One source: a run of columns of the covariance, after the target's. */
export interface SourceSpec {
  readonly name: string;
  readonly size: number;
}

/** A checked covariance scaled to unit diagonal: everything computed from it is free of units. */
export interface StandardCovariance {
  /** Order, target columns first. */
  readonly n: number;
  readonly targets: number;
  /** Correlations, flat [n * n], exactly symmetric; columns of zero variance are all 0. */
  readonly r: Float64Array;
  /** Standard deviations [n]; 0 for constant columns. */
  readonly scale: Float64Array;
  readonly sources: readonly SourceSpec[];
  /** First column of each source. */
  readonly starts: readonly number[];
}

/** Asymmetry (relative to the scale of the two variables) above this is refused; below it is averaged away. */
const ASYMMETRY = 1e-8;
/** A negative residual variance (of unit-variance variables) beyond this is refused; smaller ones count as 0. */
export const NEGATIVE_VARIANCE = 1e-8;

/**
 * Checks a covariance in the order [target, source 1, .., source M] and scales it to unit diagonal.
 * Positive semidefiniteness is checked where it shows: here for pairs of variables, later at every pivot.
 * @throws InputError naming the row and column that is wrong
 */
export function standardise(
  input: CovarianceInput,
  targets: number,
  sources: readonly SourceSpec[],
): StandardCovariance {
  checkLayout(targets, sources);
  const n = sources.reduce((sum, s) => sum + s.size, targets);
  const raw = flatten(input, n, () => layoutText(targets, sources));
  const scale = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const variance = raw[i * n + i];
    if (variance < 0) throw new InputError(`covariance: the variance at row ${i}, column ${i} is ${variance}, below 0`);
    scale[i] = Math.sqrt(variance);
  }
  const r = correlate(raw, scale, n);
  const starts: number[] = [];
  let start = targets;
  for (const s of sources) {
    starts.push(start);
    start += s.size;
  }
  return { n, targets, r, scale, sources, starts };
}

/** The error for a covariance that is not positive semidefinite, with its smallest eigenvalue as evidence. */
export function notPositiveSemidefinite(system: StandardCovariance, detail: string): InputError {
  const { n, r } = system;
  const evidence =
    n <= 300
      ? ` (smallest eigenvalue of its correlation matrix: ${smallestEigenvalue(r, n).toPrecision(4)}, must be at least 0)`
      : "";
  return new InputError(
    `covariance is not positive semidefinite${evidence}: ${detail}. ` +
      "Compute it from complete rows, all entries from the same rows",
  );
}

function checkLayout(targets: number, sources: readonly SourceSpec[]): void {
  const positive = (v: number) => Number.isInteger(v) && v >= 1;
  if (!positive(targets)) throw new InputError(`targets: expected a positive number of target columns, got ${targets}`);
  if (sources.length < 2) throw new InputError(`sources: at least two modalities are needed, got ${sources.length}`);
  refuseMany(sources.length);
  const names = new Set<string>();
  for (const { name, size } of sources) {
    if (!positive(size)) throw new InputError(`source "${name}": expected a positive number of columns, got ${size}`);
    if (names.has(name)) throw new InputError(`source "${name}" appears twice; modality names must differ`);
    names.add(name);
  }
}

/** @throws InputError for more modalities than are taken */
export function refuseMany(modalities: number): void {
  const many = tooManyModalities(modalities);
  if (many !== undefined) throw new InputError(`sources: ${many}`);
}

function layoutText(targets: number, sources: readonly SourceSpec[]): string {
  return `${targets} target column(s) + ${sources.map((s) => `${s.size} of "${s.name}"`).join(" + ")}`;
}

function flatten(input: CovarianceInput, n: number, layout: () => string): Float64Array {
  if (input instanceof Float64Array) {
    if (input.length !== n * n) {
      throw new InputError(
        `covariance: ${layout()} make ${n} variables, so ${n * n} entries are expected, got ${input.length}`,
      );
    }
    checkFinite(input, n);
    return input;
  }
  const rows = Matrix.isMatrix(input) ? (input as Matrix).to2DArray() : (input as ArrayLike<ArrayLike<number>>);
  if (rows.length !== n) {
    throw new InputError(
      `covariance has ${rows.length} rows, but ${layout()} make ${n} variables; give one row for each`,
    );
  }
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = rows[i];
    if (row?.length !== n) {
      throw new InputError(`covariance is not square: row ${i} has ${row?.length ?? "no"} entries, expected ${n}`);
    }
    for (let j = 0; j < n; j++) {
      const value = row[j];
      if (typeof value !== "number" || !Number.isFinite(value)) refuseEntry(i, j, value);
      out[i * n + j] = value;
    }
  }
  return out;
}

function checkFinite(a: Float64Array, n: number): void {
  for (let i = 0; i < a.length; i++) if (!Number.isFinite(a[i])) refuseEntry(Math.floor(i / n), i % n, a[i]);
}

function refuseEntry(i: number, j: number, value: unknown): never {
  throw new InputError(
    `covariance: the entry at row ${i}, column ${j} is ${value}; every entry must be a finite number`,
  );
}

function correlate(raw: Float64Array, scale: Float64Array, n: number): Float64Array {
  const r = new Float64Array(n * n);
  const inverse = scale.map((s) => 1 / s);
  for (let i = 0; i < n; i++) {
    r[i * n + i] = scale[i] > 0 ? 1 : 0;
    for (let j = 0; j < i; j++) {
      const lower = raw[i * n + j];
      const upper = raw[j * n + i];
      const s = scale[i] * scale[j];
      if (!(s > 0)) {
        if (lower !== 0 || upper !== 0) refuseConstant(scale[i] > 0 ? j : i, scale[i] > 0 ? i : j, lower || upper);
        continue;
      }
      if (Math.abs(lower - upper) > ASYMMETRY * s) {
        throw new InputError(
          `covariance is not symmetric: row ${i}, column ${j} is ${lower} but row ${j}, column ${i} is ${upper}`,
        );
      }
      // one scale at a time: the product of two small scales may underflow
      const value = (lower / 2 + upper / 2) * inverse[i] * inverse[j];
      if (Math.abs(value) > 1 + NEGATIVE_VARIANCE) {
        throw new InputError(
          `covariance is not positive semidefinite: variables ${j} and ${i} have correlation ${value}, ` +
            "which must lie in [-1, 1]",
        );
      }
      r[i * n + j] = value;
      r[j * n + i] = value;
    }
  }
  return r;
}

function refuseConstant(constant: number, other: number, value: number): never {
  throw new InputError(
    `covariance is not positive semidefinite: variable ${constant} has variance 0 but covariance ${value} ` +
      `with variable ${other}`,
  );
}

function smallestEigenvalue(r: Float64Array, n: number): number {
  const evd = new EigenvalueDecomposition(Matrix.from1DArray(n, n, r), { assumeSymmetric: true });
  return Math.min(...evd.realEigenvalues);
}
