import { mean, variance } from "../math/descriptive.js";
import { errorLevel, groupedError, type RowGroups, widening } from "../pid/estimate/row-groups.js";

/** An information with its evidence. */
export interface Estimate {
  readonly bits: number;
  /** Of the rows that were scored: what another training would have changed is not in it. */
  readonly standardError: number;
  /** Rows scored. */
  readonly n: number;
  /** Whether the method ended as it should; where not, `warnings` say why. */
  readonly converged: boolean;
  /** Sentences without a full stop. */
  readonly warnings: readonly string[];
  /** Of a bound: what was taken off the mean log-ratio, nats; near 0 where the ratio is normalised. */
  readonly correction?: number;
}

/** Bits of a nat. */
export const bitsPerNat = 1 / Math.LN2;

/**
 * Standard error of the mean of values, one per row; where rows depend on one another by groups, that of the groups, widened
 * by Student's t for their number.
 * @param groups null where rows are independent
 */
export function errorOfMean(values: Float64Array, groups: RowGroups | null): number {
  if (groups === null) return Math.sqrt(variance(values) / values.length);
  const centre = mean(values);
  return (
    widening(groups, errorLevel) *
    groupedError(
      values.map((v) => v - centre),
      groups,
    )
  );
}
