import { InputError } from "../../errors.js";
import { reconcile } from "../estimate/reconcile.js";
import { fullSet, singleSet } from "../multi/modality-sets.js";
import type { MultiDetails, PidFlag, PidMeasure, PidResult } from "../types.js";
import { type PosteriorModel, type ScaledSystem, scalePosteriors } from "./posterior-model.js";
import { type RawPid, rawPid, setInformation, strictUnique } from "./raw.js";
import { viewSaturation } from "./saturation.js";
import { byName, nameValues } from "./settle.js";
import { conditionBits, type PosteriorSystem } from "./system.js";

/** Options of `posteriorPid`. */
export interface PosteriorPidOptions {
  /** Definition of unique information; `idep` for two modalities only. Default `broja`. */
  readonly measure?: PidMeasure;
  /** Rows behind the covariances, passed through to the result. Default unknown. */
  readonly n?: number;
  /** Corrections of the estimate above this (bits) set the flag `inconsistent`. Default 1e-9. */
  readonly tolerance?: number;
}

/**
 * Decomposition from the covariance of the target and of what each prediction leaves of it, bits: the same numbers as
 * `gaussianPid` when the posteriors come from one covariance. Estimated posteriors need not fit together (a joint
 * prediction may be worse than a single one on held-out rows); the result is then the nearest consistent one
 * (`reconcile`): all atoms >= 0, summing to the total.
 * @throws InputError when a matrix is wrong, naming it
 */
export function posteriorPid(model: PosteriorModel, options: PosteriorPidOptions = {}): PidResult {
  const scaled = scalePosteriors(model);
  const names = model.posteriors.map((p) => p.name);
  return describePosteriors(scaled, names, options).result;
}

/** The result, and the numbers before they were reconciled (for judging how far they were moved). */
export function describePosteriors(
  scaled: ScaledSystem,
  names: readonly string[],
  options: PosteriorPidOptions,
): { result: PidResult; before: RawPid } {
  const { measure = "broja", n = null, tolerance = 1e-9 } = options;
  const { system } = scaled;
  const m = system.modalities;
  if (measure === "idep" && m > 2) throw new InputError(`measure idep is defined for two modalities, got ${m}`);
  const view = viewSaturation(system);
  const before = rawPid(view.near, measure).raw;
  const { largestChange } = reconcile(before);
  const raw = view.evaluate((s) => reconcile(rawPid(s, measure).raw).raw);
  const flags: PidFlag[] = [];
  if (system.n < scaled.targets) flags.push("dependent-target");
  if (view.saturated) flags.push("saturated");
  if (largestChange > Math.max(tolerance, before.residual)) flags.push("inconsistent");
  const strict = m > 2 && system.posteriors.has(fullSet(m) - singleSet(0));
  const result: PidResult = {
    unit: "bits",
    measure,
    modalities: names,
    ...nameValues(names, raw),
    standardErrors: null,
    intervals: null,
    contrasts: null,
    n,
    rank: {
      target: system.n,
      byModality: byName(
        names,
        names.map(() => system.n),
      ),
      total: system.n,
    },
    condBits: Math.max(...[...system.posteriors.values()].map((e) => conditionBits(e, system.n))),
    residual: raw.residual,
    flags,
    ...(strict ? { multi: view.evaluate((s) => strictOnly(names, s)) } : {}),
  };
  return { result, before };
}

function strictOnly(names: readonly string[], system: PosteriorSystem): MultiDetails {
  return {
    uniqueStrict: byName(
      names,
      names.map((_, k) => strictUnique(system, k)),
    ),
    leaveOneOut: byName(
      names,
      names.map((_, k) => setInformation(system, fullSet(names.length) - singleSet(k))),
    ),
    pairs: null,
    shapley: null,
    oInformation: null,
    oInformationGradient: null,
  };
}
