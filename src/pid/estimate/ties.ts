import { choleskyFactor } from "../../math/dense.js";
import { mean, standardDeviation } from "../../math/descriptive.js";
import { dot } from "../../math/dot.js";
import { solvePencil } from "../covariance/pencil.js";
import { errorOfInfluence } from "./influence.js";
import type { RowGroups } from "./row-groups.js";

/** One direction of the target as two modalities see it. */
export interface DirectionContrast {
  /** 1/2 log2 d_i, bits: positive when the first modality sees it better. */
  readonly bits: number;
  /** Standard error of `bits`. */
  readonly standardError: number;
  /** Pointwise values, bits, up to a constant, [n]. */
  readonly local: Float64Array;
}

/**
 * How much better one modality sees each direction of the target than the other, with standard errors from the
 * pointwise log-likelihood ratios  [log d_i + (p_i' e_2)^2 / d_i - (p_i' e_1)^2] / (2 ln 2).
 * @param d         number of target columns
 * @param e1        posterior covariance given the first modality, flat [d * d]
 * @param e2        posterior covariance given the second
 * @param residual1 centred residuals of the first, [n, d]
 * @param residual2 centred residuals of the second, [n, d]
 * @param groups    of rows that depend on one another; null where rows are independent
 */
export function directionContrasts(
  d: number,
  e1: Float64Array,
  e2: Float64Array,
  residual1: Float64Array,
  residual2: Float64Array,
  groups: RowGroups | null = null,
): DirectionContrast[] {
  const n = residual1.length / d;
  const l1 = choleskyFactor(e1, d, "posterior covariance");
  const pencil = solvePencil(l1, choleskyFactor(e2, d, "posterior covariance"), d);
  return pencil.directions().map((p, i) => {
    const ratio = pencil.sigma[i] ** 2;
    const local = Float64Array.from({ length: n }, (_, t) => {
      const first = dot(p, residual1.subarray(t * d, t * d + d), d);
      const second = dot(p, residual2.subarray(t * d, t * d + d), d);
      return (second * second) / ratio - first * first;
    });
    return {
      bits: Math.log2(pencil.sigma[i]),
      local: local.map((v) => v / (2 * Math.LN2)),
      standardError:
        groups === null
          ? standardDeviation(local) / (2 * Math.LN2 * Math.sqrt(n))
          : groupedSpread(local, groups) / (2 * Math.LN2),
    };
  });
}

function groupedSpread(values: Float64Array, groups: RowGroups): number {
  const centre = mean(values);
  return errorOfInfluence(
    values.map((v) => v - centre),
    groups,
  );
}
