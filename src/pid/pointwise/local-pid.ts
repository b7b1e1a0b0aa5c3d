import { InputError } from "../../errors.js";
import { choleskyFactor, inverseOfFactor, logDetOfFactor, quadraticForm } from "../../math/dense.js";
import {
  type PosteriorModel,
  type RowMeans,
  type ScaledSystem,
  scalePosteriors,
} from "../closed-form/posterior-model.js";
import { regularised } from "../closed-form/saturation.js";
import { posteriorOf } from "../closed-form/system.js";
import { standardRows } from "../estimate/rows.js";
import { type Envelope, innerEnvelope, innerEnvelopes, outerEnvelope } from "../multi/envelope.js";
import { fullSet, singleSet } from "../multi/modality-sets.js";

/** A quadratic reading of a row: bits(t) = constant + (q_Y - sum_k e_k' Q_k e_k) / (2 ln 2). */
interface Reading {
  readonly constant: number;
  /** One matrix per modality (or one, for a single residual), of the retained standardised target columns. */
  readonly forms: readonly (readonly number[])[];
}

/** A fitted pointwise decomposition: plain numbers, JSON-safe. */
export interface LocalPidModel {
  readonly kind: "local-pid";
  readonly modalities: readonly string[];
  readonly targets: number;
  readonly retained: readonly number[];
  readonly scale: readonly number[];
  readonly means: RowMeans;
  /** S_Y^-1 */
  readonly prior: readonly number[];
  readonly singles: readonly Reading[];
  readonly joint: Reading;
  readonly union: Reading;
  readonly without: readonly Reading[];
  /** Null for one or two modalities: redundancy of two is then I1 + I2 - union. */
  readonly intersection: Reading | null;
}

/** Rows to read: the target and what each prediction leaves of it, all [n, targets] row-major, units of the target. */
export interface LocalRows {
  readonly target: Float64Array;
  /** Target minus its prediction, per modality in the order of the model. */
  readonly residuals: readonly Float64Array[];
  readonly jointResiduals: Float64Array;
}

/** Pointwise values, bits, one per row; signed (negative: misleading on this row). */
export interface LocalPid {
  readonly n: number;
  readonly information: { readonly total: Float64Array; readonly byModality: Readonly<Record<string, Float64Array>> };
  readonly unique: Readonly<Record<string, Float64Array>>;
  readonly redundancy: Float64Array;
  readonly synergy: Float64Array;
  readonly partialRedundancy: Float64Array;
  readonly union: Float64Array;
}

/**
 * Fits the pointwise decomposition: which modality is read in which direction of the target is decided here, once, and
 * then applied to any rows. Over rows whose covariances are the model's (divisor n) the means are exactly the atoms.
 *   i(y; x_k) = [log(det S_Y / det E_k) + q_Y - e_k' E_k^-1 e_k] / (2 ln 2)
 *   i_union   = [log(det S_Y / det E*) + q_Y - sum_k e_k' L_k e_k] / (2 ln 2), L_k the multipliers of the inner ellipsoid
 * and the atoms are the same differences of these as for the averages. Two modalities: the log-likelihood ratios of
 * the closed form.
 * @throws InputError when a covariance of the model is wrong
 */
export function fitLocalPid(model: PosteriorModel): LocalPidModel {
  const scaled = scalePosteriors(model);
  return fitLocalSystem(
    scaled,
    model.posteriors.map((p) => p.name),
    model.means ?? zeroMeans(scaled.targets, model.posteriors.length),
  );
}

function zeroMeans(targets: number, modalities: number): RowMeans {
  const zero = new Array<number>(targets).fill(0);
  return { target: zero, posteriors: Array.from({ length: modalities }, () => zero), joint: zero };
}

function fitLocalSystem(scaled: ScaledSystem, names: readonly string[], means: RowMeans): LocalPidModel {
  const { targets, retained, scale } = scaled;
  const system = regularised(scaled.system);
  const { n, modalities: m } = system;
  const target = choleskyFactor(system.target, n, "target covariance");
  const logDetTarget = logDetOfFactor(target, n);
  const single = Array.from({ length: m }, (_, k) => posteriorOf(system, singleSet(k)));
  const inner = m === 1 ? { all: innerEnvelope(single, n), without: [] } : innerEnvelopes(single, n);
  const own = (e: Float64Array): Reading => {
    const l = choleskyFactor(e, n, "posterior covariance");
    const constant = (logDetTarget - logDetOfFactor(l, n)) / (2 * Math.LN2);
    return { constant, forms: [[...inverseOfFactor(l, n)]] };
  };
  const shared = (e: Envelope): Reading => ({
    constant: (logDetTarget - e.logDet) / (2 * Math.LN2),
    forms: e.multipliers.map((l) => [...l]),
  });
  return {
    kind: "local-pid",
    modalities: names,
    targets,
    retained,
    scale,
    means,
    prior: [...inverseOfFactor(target, n)],
    singles: single.map(own),
    joint: own(posteriorOf(system, fullSet(m))),
    union: shared(inner.all),
    without: m === 1 ? [own(posteriorOf(system, fullSet(m)))] : inner.without.map(shared),
    intersection: m <= 2 ? null : shared(outerEnvelope(single, n)),
  };
}

/**
 * Pointwise atoms of new rows.
 * @throws InputError when the lengths do not fit the model
 */
export function applyLocalPid(model: LocalPidModel, rows: LocalRows): LocalPid {
  const { targets, modalities } = model;
  const n = rows.target.length / targets;
  const m = modalities.length;
  const lengths = [rows.target, ...rows.residuals, rows.jointResiduals].map((r) => r.length);
  if (rows.residuals.length !== m || lengths.some((length) => length !== n * targets) || !Number.isInteger(n)) {
    throw new InputError(
      `local atoms: expected the target, ${m} residual arrays and the joint one, each [rows, ${targets}], ` +
        `got lengths ${lengths.join(", ")}`,
    );
  }
  const y = standardRows(model, rows.target, model.means.target);
  const e = rows.residuals.map((r, k) => standardRows(model, r, model.means.posteriors[k]));
  const joint = standardRows(model, rows.jointResiduals, model.means.joint);
  const prior = quadratic(model.prior, y, model.retained.length);
  const read = (reading: Reading, residuals: readonly Float64Array[]) => readRows(reading, residuals, prior, model);
  const total = read(model.joint, [joint]);
  if (m === 1) return localOfOne(modalities, total);
  const single = model.singles.map((reading, k) => read(reading, [e[k]]));
  const union = read(model.union, e);
  const unique = model.without.map((reading) => minus(union, read(reading, e)));
  const redundancy =
    model.intersection === null ? minus(plus(single[0], single[1]), union) : read(model.intersection, e);
  const known = unique.reduce(plus, redundancy);
  return {
    n,
    information: { total, byModality: named(modalities, single) },
    unique: named(modalities, unique),
    redundancy,
    synergy: minus(total, union),
    partialRedundancy: m === 2 ? new Float64Array(n) : minus(union, known),
    union,
  };
}

/** One modality: all that it knows on a row is unique to it. */
function localOfOne(modalities: readonly string[], total: Float64Array): LocalPid {
  const none = new Float64Array(total.length);
  const byModality = named(modalities, [total]);
  const rest = { redundancy: none, synergy: none, partialRedundancy: none };
  return { n: total.length, information: { total, byModality }, unique: byModality, ...rest, union: total };
}

function readRows(reading: Reading, residuals: readonly Float64Array[], prior: Float64Array, model: LocalPidModel) {
  const d = model.retained.length;
  const out = prior.slice();
  for (const [k, form] of reading.forms.entries()) {
    if (form.every((v) => v === 0)) continue;
    const q = quadratic(form, residuals[k], d);
    for (let t = 0; t < out.length; t++) out[t] -= q[t];
  }
  for (let t = 0; t < out.length; t++) out[t] = reading.constant + out[t] / (2 * Math.LN2);
  return out;
}

function quadratic(form: readonly number[], rows: Float64Array, d: number): Float64Array {
  const a = Float64Array.from(form);
  return Float64Array.from({ length: rows.length / d }, (_, t) => quadraticForm(a, d, rows, t * d));
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((v, i) => v - b[i]);
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((v, i) => v + b[i]);
}

function named<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((name, k) => [name, values[k]]));
}
