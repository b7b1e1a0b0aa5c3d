import { normalQuantile } from "../../math/special.js";
import { flatLayout, namedValues } from "../closed-form/flat-values.js";
import { addGradients, type Gradient } from "../closed-form/gradients.js";
import type { PidFlag, PidIntervals } from "../types.js";
import { type CorrectedDirection, type EstimateParts, flatEstimate, TIE } from "./estimate-parts.js";
import { type AtomRanges, type Measured, rangesOfOrders, spreadOver } from "./orderings.js";
import { errorLevel, widening } from "./row-groups.js";

/** What intervals are made of. */
export interface IntervalParts {
  readonly parts: EstimateParts;
  readonly values: Float64Array;
  readonly errors: Float64Array;
  readonly gradients: readonly Gradient[];
  readonly directions: readonly CorrectedDirection[];
  readonly flags: readonly PidFlag[];
}

/**
 * value ± z error; no number of a decomposition is below 0, so the lower end is not either. Held-out residuals raise the
 * upper ends to what the rows that fitted the predictors show, which is too much by what noise the predictors took for
 * information. At a tie intervals of the atoms hold whoever knows more (`rangesOfOrders`).
 */
export function intervalsOf(given: IntervalParts): PidIntervals {
  const { parts, values, errors, flags } = given;
  const { names, level, evidence, fitted, measure } = parts;
  const z = normalQuantile((1 + level) / 2) * wider(parts);
  const lower = values.map((v, i) => Math.max(0, v - z * errors[i]));
  const upper = values.map((v, i) => v + z * errors[i]);
  const tied = flags.includes("boundary") && measure === "broja";
  if (tied) spreadOver(names.length, rangesAtTie(given, z), lower, upper);
  const lost = fitted === undefined ? null : notLearned(parts, fitted, values);
  lost?.forEach((more, i) => {
    upper[i] += more;
  });
  const source = evidence.groups === null ? evidence.source : "groups of rows";
  return {
    level,
    method:
      `normal, standard errors from ${source === "gaussian" ? "Gaussian theory" : source}` +
      (evidence.groups === null ? "" : ", widened by Student's t for their number") +
      (lost === null ? "" : "; upper ends raised by what the rows that fitted the predictors tell more") +
      (tied ? "; of the atoms, over every order of the modalities that is not ruled out" : ""),
    lower: namedValues(names, lower),
    upper: namedValues(names, upper),
  };
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

function rangesAtTie({ parts, values, gradients, directions }: IntervalParts, z: number): AtomRanges {
  const { names, system, evidence } = parts;
  const m = names.length;
  const { total, single } = flatLayout(m);
  const at = [total, ...names.map((_, k) => single + k)];
  const shown = m === 2 ? directions : [];
  const bits = [...at.map((i) => values[i]), ...shown.map((d) => d.bits)];
  const slopes = [...at.map((i) => gradients[i]), ...shown.map((d) => d.gradient)];
  const combine = (weights: Readonly<Record<number, number>>): Measured => {
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
  return rangesOfOrders({ combine, modalities: m, directions: system.n, tie: TIE, z });
}
