import { InputError } from "../../errors.js";
import { multiply } from "../../math/dense.js";
import {
  type CovarianceInput,
  type SourceSpec,
  type StandardCovariance,
  standardise,
} from "../covariance/covariance.js";
import type { Pencil } from "../covariance/pencil.js";
import { detailSets, shapleyLimit } from "../multi/modality-sets.js";
import { multiDetails } from "../multi/multi-details.js";
import type { PidDirection, PidFlag, PidMeasure, PidResult } from "../types.js";
import { rawPid } from "./raw.js";
import { type SaturationView, viewSaturation } from "./saturation.js";
import { byName, nameValues, settleRounding } from "./settle.js";
import { type CovarianceSystem, eliminateSources, type PosteriorSystem } from "./system.js";

/** How the columns of a covariance are laid out: the target's first, then each source's. */
export interface PidLayout {
  /** Number of target columns. */
  readonly targets: number;
  /** At least two, in the order of the columns. */
  readonly sources: readonly SourceSpec[];
}

/** Options of `gaussianPid`. */
export interface GaussianPidOptions {
  /** Definition of unique information; `idep` for two modalities only. Default `broja`. */
  readonly measure?: PidMeasure;
  /** Rows behind the covariance, for the flag `underdetermined`; no correction is made. Default unknown. */
  readonly n?: number;
  /** Also return the directions of the target and who sees them better; two modalities only. Default false. */
  readonly directions?: boolean;
  /** For three or more modalities, also pairs, strict unique information, Shapley split, O-information. Default true. */
  readonly details?: boolean;
}

/**
 * Exact partial information decomposition of jointly Gaussian variables from their covariance, bits.
 * Two modalities: closed form in any dimensions. Three or more: union and intersection information by the inner and
 * outer ellipsoids of the posterior covariances (closed form for a scalar target, else to about 1e-9 bits).
 * @param covariance order [target, source 1, .., source M]
 * @throws InputError when the matrix or the layout is wrong, naming what
 */
export function gaussianPid(
  covariance: CovarianceInput,
  layout: PidLayout,
  options: GaussianPidOptions = {},
): PidResult {
  const { measure = "broja", n = null, directions = false, details = true } = options;
  const m = layout.sources.length;
  refuseForMany(m, measure, directions);
  const standard = standardise(covariance, layout.targets, layout.sources);
  const multi = m > 2 && details;
  const system = eliminateSources(standard, multi ? detailSets(m) : []);
  const view = viewSaturation(system);
  const tolerance = Math.max(1e-12, Math.min(system.condBits, 1e-6));
  const settle = (s: PosteriorSystem) => {
    const { raw } = rawPid(s, measure);
    // partial redundancy is a sum over 2 M + 2 bounds of the solver
    return settleRounding(raw, Math.max(tolerance, (2 * m + 2) * raw.residual));
  };
  const { raw } = view.evaluate(settle);
  const flags = layoutFlags(standard, system, n);
  if (view.saturated) flags.push("saturated");
  if (settle(view.near).inconsistent) flags.push("inconsistent");
  const names = layout.sources.map((s) => s.name);
  return {
    unit: "bits",
    measure,
    modalities: names,
    ...nameValues(names, raw),
    standardErrors: null,
    intervals: null,
    contrasts: null,
    n,
    rank: { target: system.n, byModality: byName(names, system.ranks), total: system.totalRank },
    condBits: system.condBits,
    residual: raw.residual,
    flags,
    ...(directions ? { directions: describe(standard, system, view) } : {}),
    ...(multi ? { multi: view.evaluate((s) => multiDetails(names, standard, s, m <= shapleyLimit)) } : {}),
  };
}

function refuseForMany(modalities: number, measure: PidMeasure, directions: boolean): void {
  if (modalities <= 2) return;
  if (measure === "idep")
    throw new InputError(`measure idep is defined for two modalities, got ${modalities}; use broja`);
  if (directions) throw new InputError(`directions are defined for two modalities, got ${modalities}`);
}

function layoutFlags(standard: StandardCovariance, system: CovarianceSystem, n: number | null): PidFlag[] {
  const flags: PidFlag[] = [];
  if (n !== null && n - 1 <= standard.n) flags.push("underdetermined");
  if (system.n < standard.targets) flags.push("dependent-target");
  if (standard.sources.some((s, k) => system.ranks[k] < s.size)) flags.push("dependent-source");
  return flags;
}

function describe(standard: StandardCovariance, system: CovarianceSystem, view: SaturationView): PidDirection[] {
  const { pencil } = rawPid(view.near, "broja");
  const { sigma, directions } = pencil as Pencil;
  return directions()
    .map((p, i) => {
      const column = view.directions === null ? p : multiply(view.directions, p, system.n, system.n, 1);
      const weights: number[] = new Array(standard.targets).fill(0);
      for (const [a, y] of system.retained.entries()) weights[y] = column[a] / standard.scale[y];
      return { weights, varianceRatio: sigma[i] ** 2, bits: Math.log2(sigma[i]) };
    })
    .sort((a, b) => b.bits - a.bits);
}
