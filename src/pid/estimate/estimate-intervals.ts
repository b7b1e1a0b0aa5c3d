import { normalQuantile } from "../../math/special.js";
import { flatLayout, namedValues } from "../closed-form/flat-values.js";
import { addGradients, type Gradient } from "../closed-form/gradients.js";
import { fullSet } from "../multi/modality-sets.js";
import type { PidIntervals, PidValues } from "../types.js";
import { type CorrectedDirection, type EstimateParts, flatEstimate } from "./estimate-parts.js";
import { growOverOrders, type OrderDoubt } from "./order-intervals.js";
import type { Weights } from "./orderings.js";
import { errorLevel, widening } from "./row-groups.js";
import type { Measured } from "./selection.js";
import { fisherUpperEnd } from "./small-information.js";

/** What intervals are made of. */
export interface IntervalParts {
  readonly parts: EstimateParts;
  readonly values: Float64Array;
  readonly errors: Float64Array;
  readonly gradients: readonly Gradient[];
  readonly directions: readonly CorrectedDirection[];
}

/** How much lower and higher ends are because the order of the modalities is in doubt, bits. */
export interface GrownEnds {
  readonly lower: PidValues;
  readonly upper: PidValues;
}

/** Intervals, and what the order of the modalities did to them. */
export interface IntervalsFound {
  readonly intervals: PidIntervals;
  readonly grown: GrownEnds;
  readonly doubt: OrderDoubt;
}

const orderText: Readonly<Record<OrderDoubt, string>> = {
  none: "",
  tie: "; of the atoms, over every order of the modalities that is not ruled out",
  near: "; near a tie, given that these rows ruled it out",
  open: "; near a tie, given that these rows ruled it out, over every order that is left",
};

/**
 * value ± z error; no number of a decomposition is below 0, so the lower end is not either. Held-out residuals raise the
 * upper ends to what the rows that fitted the predictors show, which is too much by what noise the predictors took for
 * information; of informations that were fitted on the same rows they are those of Fisher's transform (`fisherUpperEnd`). At
 * a tie, and near one, intervals hold whoever knows more (`growOverOrders`).
 */
export function intervalsOf(given: IntervalParts): IntervalsFound {
  const { parts, values, errors } = given;
  const { names, level, evidence, fitted, measure } = parts;
  const z = normalQuantile((1 + level) / 2) * wider(parts);
  const { lower, upper } = plainEnds(values, errors, z);
  if (parts.estimator !== "cross-fitted") raiseSmall(given, z, upper);
  const [low, high] = [lower.slice(), upper.slice()];
  const doubt = measure === "broja" ? growOverOrders(orderParts(given, z), errors, lower, upper) : "none";
  const grown = {
    lower: namedValues(
      names,
      lower.map((v, i) => low[i] - v),
    ),
    upper: namedValues(
      names,
      upper.map((v, i) => v - high[i]),
    ),
  };
  const lost = fitted === undefined ? null : notLearned(parts, fitted, values);
  lost?.forEach((more, i) => {
    upper[i] += more;
  });
  const source = evidence.groups === null ? evidence.source : "groups of rows";
  const intervals = {
    level,
    method:
      `normal, standard errors from ${source === "gaussian" ? "Gaussian theory" : source}` +
      (evidence.groups === null ? "" : ", widened by Student's t for their number") +
      (lost === null ? "" : "; upper ends raised by what the rows that fitted the predictors tell more") +
      orderText[doubt],
    lower: namedValues(names, lower),
    upper: namedValues(names, upper),
  };
  return { intervals, grown, doubt };
}

function plainEnds(values: Float64Array, errors: ArrayLike<number>, z: number) {
  return {
    lower: values.map((v, i) => Math.max(0, v - z * errors[i])),
    upper: values.map((v, i) => v + z * errors[i]),
  };
}

/** Raises the upper ends of what is an information, of one modality given others or not, by Fisher's transform, in place. */
function raiseSmall({ parts, values, errors }: IntervalParts, z: number, upper: Float64Array): void {
  const { names, system, measure, correction, rank, rowsOf, evidence } = parts;
  const at = flatLayout(names.length);
  const columns = Object.values(rank.byModality);
  const least = Math.min(...columns);
  const freedom = new Map([
    [at.total, rank.total],
    ...columns.map((own, k): [number, number] => [at.single + k, own]),
    ...(measure === "broja" ? [[at.redundancy, least] as const, [at.union, least] as const] : []),
    [at.synergy, Math.max(1, rank.total - Math.max(...columns))],
  ]);
  const shown = flatEstimate(system, measure, correction, 0).values;
  const rows = rowsOf(fullSet(names.length));
  for (const [i, own] of freedom) {
    const information = { value: values[i], plugIn: shown[i], error: errors[i], rows, inflation: evidence.inflation };
    upper[i] = fisherUpperEnd({ ...information, targets: system.n, freedom: system.n * own }, z);
  }
}

/** Standard errors are wide enough for intervals of 95 %; other levels need another factor for few groups. */
function wider({ evidence: { groups }, level }: EstimateParts): number {
  return groups === null ? 1 : widening(groups, level) / widening(groups, errorLevel);
}

/** What the predictors may have lost by learning from finitely many rows, of each number. */
function notLearned({ measure, correction }: EstimateParts, fitted: EstimateParts["system"], values: Float64Array) {
  const shown = flatEstimate(fitted, measure, correction, 1).values;
  return values.map((v, i) => Math.max(0, shown[i] - v));
}

function orderParts({ parts, values, gradients, directions }: IntervalParts, z: number) {
  const { names, system, evidence } = parts;
  const { gain } = flatLayout(names.length);
  const bits = [...values.subarray(0, gain), ...directions.map((d) => d.bits)];
  const slopes = [...gradients.slice(0, gain), ...directions.map((d) => d.gradient)];
  const combine = (weights: Weights): Measured => {
    const used = Object.entries(weights).map(([i, weight]): [number, number] => [Number(i), weight]);
    const gradient = addGradients(
      used.map(([i]) => slopes[i]),
      used.map(([, weight]) => weight),
    );
    return {
      value: used.reduce((sum, [i, weight]) => sum + weight * bits[i], 0),
      error: evidence.standardError(gradient),
    };
  };
  const advantages = directions.map(({ bits: value, standardError: error }): Measured => ({ value, error }));
  return { combine, modalities: names.length, directions: system.n, advantages, z };
}
