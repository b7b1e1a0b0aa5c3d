import type { GaussianCheck } from "../mi/check-types.js";
import type { PidEstimate } from "../pid/estimate/estimate-types.js";
import type { Amount } from "./atom-sentences.js";
import { bitsWithError } from "./bits-text.js";

/** An information this far above what held-out rows show is told, bits; and beyond two standard errors of what they show. */
const muchMore = 0.05;

/**
 * What all modalities tell on rows held out, where it lies clearly below the amount of all rows: the larger one of the linear
 * reading and of the density. Undefined where it does not, where nothing was held out, and where fitting does not explain it:
 * there the linear reading of ranks loses nothing on rows held out.
 */
export function heldOutBelow(
  { information, standardErrors }: Pick<PidEstimate, "information" | "standardErrors">,
  check: GaussianCheck | undefined,
): Amount | undefined {
  const error = standardErrors?.information.total;
  const whole = check?.readings[check.readings.length - 1];
  if (whole === undefined || error === undefined || !Number.isFinite(information.total)) return undefined;
  const { density, gaussian } = whole;
  const most = density.bits > gaussian.heldOut.bits ? density : gaussian.heldOut;
  const clear = Math.max(2 * most.standardError, muchMore);
  if (information.total - most.bits <= clear) return undefined;
  if (gaussian.closedForm !== null && gaussian.closedForm - gaussian.heldOut.bits <= muchMore) return undefined;
  return { value: Math.max(0, most.bits), error: most.standardError };
}

/** The warning that an information of all rows lies above what held-out rows show, without a full stop. */
export function heldOutCaution(
  { information, standardErrors, estimator }: PidEstimate,
  { value, error }: Amount,
): string {
  const total = bitsWithError(information.total, standardErrors?.information.total ?? null);
  const made = estimator === "bias-corrected" ? " (bias-corrected)" : "";
  return (
    `on rows held out, by ranks, all together tell ${bitsWithError(value, error)} bits, clearly less than the ${total} bits of all ` +
    `rows${made} that the parts below divide: with so many columns for the rows take the held-out number, and the parts as too high`
  );
}
