import { flatLayout, namedGains, namedValues } from "../closed-form/flat-values.js";
import { addGradients, directionGradients, type Gradient, valueGradients } from "../closed-form/gradients.js";
import { otherMeasure, secondReadingOf } from "../closed-form/second-reading.js";
import type { StandardCovariance } from "../covariance/covariance.js";
import { fullSet, singleSet } from "../multi/modality-sets.js";
import { multiDetails } from "../multi/multi-details.js";
import type { Contrast, MultiDetails, PidMeasure } from "../types.js";
import { oInformationBias } from "./bias.js";
import { correctedSystem } from "./correction.js";
import { type GrownEnds, intervalsOf } from "./estimate-intervals.js";
import { type CorrectedDirection, type EstimateParts, flatEstimate, ROUNDING } from "./estimate-parts.js";
import type { PidEstimate } from "./estimate-types.js";
import { fewGroupErrors, type WithoutGroup } from "./few-group-errors.js";
import { restOnHeavyTails } from "./heavy-tails.js";
import { intervalsFor, withinChance, withinErrors } from "./no-information.js";
import { isTied } from "./order-intervals.js";
import { fewGroups, groupsToLeaveOut } from "./row-groups.js";

/** An estimate that had to be moved by more standard errors than this to be consistent is flagged. */
const SURPRISE = 3;

/**
 * Puts values, errors, intervals, contrasts and flags together.
 * @param without the estimate without the rows of a group, for errors from few groups; left out where there are no groups
 */
export function describeEstimate(given: EstimateParts, without?: WithoutGroup): PidEstimate {
  return estimateWithEnds(given, without).estimate;
}

/** The same with what an order of the modalities that is in doubt did to the intervals. */
export function estimateWithEnds(
  given: EstimateParts,
  without?: WithoutGroup,
): { estimate: PidEstimate; grown: GrownEnds } {
  const { names, measure, system, correction, rows } = given;
  const { values, largestChange } = flatEstimate(system, measure, correction, 1);
  const gradients = valueGradients(system, measure);
  const { parts, errors } = judged(given, gradients, without);
  const { evidence } = parts;
  const contrasts = contrastsOf(parts, values, gradients);
  const directions = directionsOf(parts, contrasts);
  const flags = [...parts.flags];
  if (evidence.groups !== null && evidence.groups.effective < fewGroups) flags.push("few-groups");
  if (hasHeavyTails(parts, gradients)) flags.push("heavy-tails");
  if (directions.some(({ bits, standardError }) => isTied({ value: bits, error: standardError })))
    flags.push("boundary");
  if (isChance(parts, values, errors)) flags.push("no-information");
  if (largestChange > SURPRISE * Math.max(...errors) + 1e-9) flags.push("inconsistent");
  const { intervals, grown, doubt } = intervalsOf({ parts, values, errors, gradients, directions });
  const estimate: PidEstimate = {
    unit: "bits",
    measure,
    modalities: names,
    ...namedValues(names, values),
    standardErrors: namedValues(names, errors),
    intervals: intervalsFor(flags, intervals),
    contrasts,
    n: rows,
    rank: parts.rank,
    condBits: parts.condBits,
    residual: 0,
    flags,
    ...(names.length > 2 && parts.standard ? { multi: details(parts, parts.standard) } : {}),
    ...(names.length === 2 ? { secondReading: readBy(parts, otherMeasure(measure)) } : {}),
    estimator: parts.estimator,
    gain: { byModality: namedGains(names, values), standardErrors: namedGains(names, errors) },
    standardErrorSource: evidence.source,
    bootstrap: null,
    permutation: null,
    notes: doubt === "open" ? [nearTie(names)] : [],
  };
  return { estimate, grown };
}

/** Why the estimate of the leader's part lies towards the far end of its interval. */
function nearTie(names: readonly string[]): string {
  const who = names.length === 2 ? names.join(" and ") : `two of ${names.join(", ")}`;
  return (
    `${who} are just told apart: little beyond a tie, rows show more of a difference than there is, so what the one that ` +
    "leads knows alone is likely less than shown. The intervals allow for it, and for either knowing more."
  );
}

/** The other definition's atoms of the same system, with errors from the same rows. */
function readBy({ names, system, correction, evidence }: EstimateParts, measure: PidMeasure) {
  const { values } = flatEstimate(system, measure, correction, 1);
  const errors = Float64Array.from(valueGradients(system, measure), (gradient) => evidence.standardError(gradient));
  const settled = errors.map((e) => (e < ROUNDING ? 0 : e));
  return secondReadingOf(measure, namedValues(names, values), namedValues(names, settled));
}

/**
 * Standard errors of the numbers and of what is made of them: from the influence of the rows, and where groups are few from
 * leaving them out, all by the factor by which the informations need it most.
 */
function judged(
  parts: EstimateParts,
  gradients: readonly Gradient[],
  without: WithoutGroup | undefined,
): { parts: EstimateParts; errors: Float64Array } {
  const { evidence, names, rank } = parts;
  const { groups, independent, inflation } = evidence;
  const settled = (errors: Float64Array) => errors.map((e) => (e < ROUNDING ? 0 : e));
  const linear = settled(Float64Array.from(gradients, (g) => evidence.standardError(g)));
  if (groups === null || independent === null || without === undefined || groups.effective >= groupsToLeaveOut) {
    return { parts, errors: linear };
  }
  const fewest = parts.estimator === "cross-fitted" ? 2 * rank.target : rank.total + rank.target + 1;
  const moved = fewGroupErrors({
    groups,
    sums: gradients.map(independent),
    without: (g) =>
      parts.rows - (g === null ? 0 : groups.sizes[g]) > fewest ? without(g) : linear.map(() => Number.NaN),
  });
  const errors = settled(moved.map((e) => inflation * e));
  const { single, total } = flatLayout(names.length);
  const wider = [total, ...names.map((_, k) => single + k)].map((i) => (linear[i] === 0 ? 1 : errors[i] / linear[i]));
  const factor = Math.max(...wider);
  const standardError = (gradient: Gradient) => factor * evidence.standardError(gradient);
  return { parts: { ...parts, evidence: { ...evidence, standardError } }, errors };
}

function contrastsOf(
  { names, evidence }: EstimateParts,
  values: Float64Array,
  gradients: ReturnType<typeof valueGradients>,
): Contrast[] {
  const at = flatLayout(names.length);
  const out: Contrast[] = [];
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      const gradient = addGradients([gradients[at.single + a], gradients[at.single + b]], [1, -1]);
      out.push({
        modalities: [names[a], names[b]],
        value: values[at.single + a] - values[at.single + b],
        standardError: evidence.standardError(gradient),
      });
    }
  }
  return out;
}

/** Of every pair of modalities, in the order of the contrasts. */
function directionsOf({ system, evidence }: EstimateParts, contrasts: readonly Contrast[]): CorrectedDirection[] {
  const pairs = contrasts.keys();
  const out: CorrectedDirection[] = [];
  for (let a = 0; a < system.modalities; a++) {
    for (let b = a + 1; b < system.modalities; b++) {
      const directions = directionGradients(system, a, b);
      const plugIn = directions.reduce((sum, { bits }) => sum + bits, 0);
      const shift = (contrasts[pairs.next().value as number].value - plugIn) / directions.length;
      for (const { bits, gradient } of directions) {
        out.push({ bits: bits + shift, gradient, standardError: evidence.standardError(gradient) });
      }
    }
  }
  return out;
}

/** Of the informations, whose errors those of all else follow; a covariance without its rows does not tell. */
function hasHeavyTails({ names, evidence }: EstimateParts, gradients: readonly Gradient[]): boolean {
  const { independent } = evidence;
  if (independent === null) return false;
  const { total, single } = flatLayout(names.length);
  const judged = [total, ...names.map((_, k) => single + k)];
  return restOnHeavyTails(judged.map((i) => independent(gradients[i])));
}

/** Whether there is no more than chance gives: to held-out residuals by their errors, to fitted ones by χ². */
function isChance(parts: EstimateParts, values: Float64Array, errors: Float64Array) {
  const { names, system, rows, rank, estimator, rowsOf } = parts;
  const at = flatLayout(names.length);
  const single = (flat: Float64Array) => [...flat.subarray(at.single, at.single + names.length)];
  if (estimator === "cross-fitted") {
    return withinErrors(
      { total: values[at.total], single: single(values) },
      { total: errors[at.total], single: single(errors) },
    );
  }
  const level = {
    rows,
    total: system.n * rank.total,
    single: names.map((name) => system.n * rank.byModality[name]),
  };
  // rows of groups show by chance what fewer independent rows show
  const total = values[at.total] * (rowsOf(fullSet(names.length)) / rows);
  const own = single(values).map((value, k) => value * (rowsOf(singleSet(k)) / rows));
  if (estimator === "bias-corrected") return withinChance({ total, single: own }, level);
  const expected = (df: number) => df / (2 * Math.LN2 * rows);
  const excess = own.map((value, k) => value - expected(level.single[k]));
  return withinChance({ total: total - expected(level.total), single: excess }, level);
}

function details(parts: EstimateParts, standard: StandardCovariance): MultiDetails {
  const { names, system, correction, allSets, rank, rowsOf, estimator } = parts;
  const plugIn = multiDetails(names, standard, correctedSystem(system, correction, 1), allSets);
  if (plugIn.oInformation === null || estimator !== "bias-corrected") return plugIn;
  return {
    ...plugIn,
    oInformation: plugIn.oInformation - oInformationBias(Object.values(rank.byModality), rowsOf(fullSet(names.length))),
  };
}
