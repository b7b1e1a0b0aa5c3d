import { RunError } from "../../errors.js";
import { mean } from "../../math/descriptive.js";
import { flatLayout, namedValues, valuesInOrder } from "../closed-form/flat-values.js";
import { valueGradients } from "../closed-form/gradients.js";
import {
  type PosteriorModel,
  type RowMeans,
  type ScaledSystem,
  scalePosteriors,
} from "../closed-form/posterior-model.js";
import { describePosteriors } from "../closed-form/posterior-pid.js";
import { regularised } from "../closed-form/saturation.js";
import { secondReadingOf } from "../closed-form/second-reading.js";
import { nameValues } from "../closed-form/settle.js";
import { posteriorOf } from "../closed-form/system.js";
import { emptySet, fullSet, type ModalitySet, singleSet } from "../multi/modality-sets.js";
import { applyLocalPid, fitLocalPid, type LocalPid } from "../pointwise/local-pid.js";
import type { Contrast, PidFlag, PidResult, PidValues, SecondReading } from "../types.js";
import { fewGroupErrors, leavingOut } from "./few-group-errors.js";
import { restOnHeavyTails } from "./heavy-tails.js";
import { errorOfInfluence, influenceOfRows } from "./influence.js";
import { withinErrors } from "./no-information.js";
import { errorOf, independentSums, pointwiseInOrder } from "./pointwise-error.js";
import { fewGroups, type GroupLabel, groupsToLeaveOut, type RowGroups, rowGroups } from "./row-groups.js";
import { standardRows } from "./rows.js";
import { intervalsOfOrders } from "./tied-intervals.js";
import { type DirectionContrast, directionContrasts } from "./ties.js";

/** Rows that the predictors were not fitted on: the target and what each prediction leaves of it. */
export interface ResidualRows {
  /** Modality names, at least one. */
  readonly names: readonly string[];
  /** Number of target columns. Default 1. */
  readonly targets?: number;
  /** [n, targets] row-major */
  readonly target: Float64Array;
  /** Target minus the prediction from this modality, [n, targets], in the order of `names`. */
  readonly residuals: readonly Float64Array[];
  /** Target minus the prediction from all modalities, [n, targets]. */
  readonly jointResiduals: Float64Array;
  /** Target minus the prediction from all but modality k; three or more modalities, for strict unique information. */
  readonly leaveOneOut?: readonly Float64Array[];
  /**
   * Label of the group of each row, [n]: rows of one group may depend on one another, and the standard errors allow for it
   * (`groupedError`, widened by `widening`). Left out: rows are independent.
   */
  readonly groups?: ArrayLike<GroupLabel>;
}

/** Corrections of more than this many standard errors set the flag `inconsistent`. */
const SURPRISE = 3;

/**
 * Decomposition from held-out residuals, bits, with standard errors from the pointwise values: sd(local) / sqrt(n).
 * Rows and residuals are centred; no bias is subtracted, since the rows did not fit the predictors.
 * Flags: `boundary` where two modalities tie within 2 standard errors in some direction, `no-information` where neither
 * the total nor any modality is told from 0 (`withinErrors`), `inconsistent` where the estimate had to be moved by more than 3,
 * `heavy-tails` where errors rest on few rows (`restOnHeavyTails`).
 * @throws InputError for wrong shapes; RunError when there are too few rows for the number of targets
 */
export function pidFromResiduals(rows: ResidualRows): PidResult {
  const { targets = 1, names } = rows;
  const n = rows.target.length / targets;
  const groups = rows.groups === undefined ? null : rowGroups(rows.groups, n);
  const model = posteriorModelOf(rows);
  const scaled = scalePosteriors(model);
  const { result, before } = describePosteriors(scaled, names, { n, tolerance: Number.POSITIVE_INFINITY });
  const local = applyLocalPid(fitLocalPid(model), rows);
  const flags: PidFlag[] = [...result.flags];
  if (groups !== null && groups.effective < fewGroups) flags.push("few-groups");
  if (groups?.count === 1) return withoutErrors(result, flags, rows, scaled);
  const informations = [local.information.total, ...names.map((name) => local.information.byModality[name])];
  if (restOnHeavyTails(informations.map((bits) => independentSums(bits, groups)))) flags.push("heavy-tails");
  const { standardErrors, contrasts } = errorsOf(rows, local, groups);
  const directions = directionsOf(rows, scaled, model.means as RowMeans, groups);
  const widened = (standardErrors.information.total || 1) / (errorOf(local.information.total, groups) || 1);
  const orders = intervalsOfOrders({ result, standardErrors, local, directions, groups, widened });
  if (orders?.doubt === "tie") flags.push("boundary");
  const anyOrder = orders === null ? {} : { anyOrder: { lower: orders.lower, upper: orders.upper } };
  const { total, byModality } = standardErrors.information;
  if (withinErrors(before, { total, single: names.map((name) => byModality[name]) })) flags.push("no-information");
  if (moved(nameValues(names, before), result, standardErrors)) flags.push("inconsistent");
  const second =
    names.length === 2 ? { secondReading: readByDependency(rows, scaled, model.means as RowMeans, groups) } : {};
  return { ...result, standardErrors, contrasts, flags, ...anyOrder, ...second };
}

/** Rows of a single group say nothing of how far another group would be. */
function withoutErrors(
  result: PidResult,
  flags: readonly PidFlag[],
  { names }: ResidualRows,
  scaled: ScaledSystem,
): PidResult {
  const second =
    names.length === 2 ? { secondReading: secondReadingOf("idep", dependencyResult(scaled, names), null) } : {};
  return { ...result, standardErrors: null, contrasts: null, flags, ...second };
}

function dependencyResult(scaled: ScaledSystem, names: readonly string[]): PidResult {
  return describePosteriors(scaled, names, { measure: "idep", tolerance: Number.POSITIVE_INFINITY }).result;
}

/** The second reading, idep, with errors from the influence of the rows. */
function readByDependency(
  rows: ResidualRows,
  scaled: ScaledSystem,
  means: RowMeans,
  groups: RowGroups | null,
): SecondReading {
  const { names } = rows;
  const result = dependencyResult(scaled, names);
  const system = regularised(scaled.system);
  const residuals = new Map<ModalitySet, Float64Array>([
    [emptySet, standardRows(scaled, rows.target, means.target)],
    ...rows.residuals.map((r, k): [ModalitySet, Float64Array] => [
      singleSet(k),
      standardRows(scaled, r, means.posteriors[k]),
    ]),
    [fullSet(names.length), standardRows(scaled, rows.jointResiduals, means.joint)],
  ]);
  const errors = valueGradients(system, "idep").map((gradient) =>
    errorOfInfluence(influenceOfRows(gradient, residuals, system.n), groups),
  );
  return secondReadingOf("idep", result, namedValues(names, Float64Array.from(errors)));
}

/**
 * Covariances (divisor n) and means of the rows: the model behind `pidFromResiduals`, also for `fitLocalPid`.
 * @throws RunError when n <= targets + 1
 */
export function posteriorModelOf(rows: ResidualRows): PosteriorModel {
  const { targets = 1, names, target, residuals, jointResiduals, leaveOneOut } = rows;
  const n = target.length / targets;
  if (!(n > targets + 1)) {
    throw new RunError(
      `atoms need more rows than target columns: got ${n} held-out rows for ${targets} target column(s), ` +
        `expected at least ${targets + 2}. Enlarge the validation part`,
    );
  }
  const moments = (values: Float64Array) => momentsOf(values, targets);
  const own = moments(target);
  const singles = residuals.map(moments);
  const joint = moments(jointResiduals);
  return {
    targetCovariance: own.covariance,
    posteriors: names.map((name, k) => ({ name, cov: singles[k].covariance })),
    joint: joint.covariance,
    leaveOneOut: leaveOneOut?.map((r) => moments(r).covariance),
    means: { target: own.means, posteriors: singles.map((s) => s.means), joint: joint.means },
  };
}

/** How much better one modality of a pair sees each direction of the target than the other, pair after pair. */
function directionsOf(
  rows: ResidualRows,
  scaled: ScaledSystem,
  means: RowMeans,
  groups: RowGroups | null,
): DirectionContrast[] {
  const system = regularised(scaled.system);
  const e = rows.residuals.map((r, k) => standardRows(scaled, r, means.posteriors[k]));
  return e.flatMap((first, a) =>
    e.slice(a + 1).flatMap((second, i) => {
      const posteriors = [a, a + 1 + i].map((k) => posteriorOf(system, singleSet(k)));
      return directionContrasts(system.n, posteriors[0], posteriors[1], first, second, groups);
    }),
  );
}

/** Whether some number had to be moved by more than 3 of its standard errors to be consistent. */
function moved(before: PidValues, after: PidValues, errors: PidValues): boolean {
  const now = valuesInOrder(after);
  const error = valuesInOrder(errors);
  return valuesInOrder(before).some((v, i) => Math.abs(v - now[i]) > SURPRISE * error[i] + 1e-9);
}

/** Mean and covariance (divisor n) of the columns of row-major values, two passes. */
function momentsOf(values: Float64Array, columns: number): { means: number[]; covariance: Float64Array } {
  const n = values.length / columns;
  const list = Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: n }, (_, t) => values[t * columns + j]),
  );
  const means = list.map(mean);
  const covariance = new Float64Array(columns * columns);
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += (list[a][t] - means[a]) * (list[b][t] - means[b]);
      covariance[a * columns + b] = sum / n;
      covariance[b * columns + a] = sum / n;
    }
  }
  return { means, covariance };
}

/** Standard errors of all numbers, and the differences of information with theirs. */
function errorsOf(rows: ResidualRows, local: LocalPid, groups: RowGroups | null) {
  const { names } = rows;
  const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b): [string, string] => [a, b]));
  const { byModality } = local.information;
  const differences = pairs.map(([a, b]) => byModality[a].map((v, t) => v - byModality[b][t]));
  const values = [...pointwiseInOrder(names, local), ...differences];
  const errors =
    groups !== null && groups.effective < groupsToLeaveOut
      ? fewGroupErrors({
          groups,
          sums: values.map((value) => independentSums(value, groups)),
          without: leavingOut(groups, (kept) => numbersOf(rows, kept, pairs)),
        })
      : values.map((v) => errorOf(v, groups));
  const own = values.length - pairs.length;
  return {
    standardErrors: namedValues(names, Float64Array.from(errors.slice(0, own))),
    contrasts: pairs.map((modalities, i): Contrast => {
      return { modalities, value: mean(differences[i]), standardError: errors[own + i] };
    }),
  };
}

/** The same numbers, and differences of information, of some of the rows; NaN where these are too few. */
function numbersOf(rows: ResidualRows, kept: Int32Array, pairs: readonly (readonly [string, string])[]): number[] {
  const { targets = 1, names } = rows;
  const count = flatLayout(names.length).gain + pairs.length;
  if (kept.length <= targets + 1) return new Array(count).fill(Number.NaN);
  const some = (table: Float64Array) =>
    Float64Array.from({ length: kept.length * targets }, (_, i) => {
      return table[kept[Math.floor(i / targets)] * targets + (i % targets)];
    });
  const model = posteriorModelOf({
    ...{ names, targets, target: some(rows.target) },
    residuals: rows.residuals.map(some),
    jointResiduals: some(rows.jointResiduals),
  });
  const { result } = describePosteriors(scalePosteriors(model), names, { tolerance: Number.POSITIVE_INFINITY });
  const { byModality } = result.information;
  return [...valuesInOrder(result), ...pairs.map(([a, b]) => byModality[a] - byModality[b])];
}
