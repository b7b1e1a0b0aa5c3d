import { amount } from "../amount.js";
import type { HtmlValue } from "../html.js";
import type { Spread } from "./comparison.js";

/**
 * "4.43 ± 0.12", the deviation with as many decimals as the mean; the value alone where there is one run, `none` where
 * there is no value.
 */
export function spreadText(value: Spread | null, text: (value: number) => string, none = "\u2013"): string {
  if (value === null) return none;
  const mean = text(value.mean);
  if (value.sd === null) return mean;
  const decimals = /e/.test(mean) ? null : (mean.split(".")[1]?.length ?? 0);
  return `${mean} ± ${decimals === null ? text(value.sd) : value.sd.toFixed(decimals)}`;
}

/** The same as a cell of a table, with the decimals of its column. */
export function spreadCell(value: Spread | null): HtmlValue {
  if (value === null) return "\u2013";
  return value.sd === null ? amount(value.mean) : [amount(value.mean), " \u00b1 ", amount(value.sd)];
}

/** Ends of mean ± standard deviation, for a bar; null where there is one run. */
export function spreadEnds(value: Spread | null): { readonly low: number | null; readonly high: number | null } {
  if (value === null || value.sd === null) return { low: null, high: null };
  return { low: value.mean - value.sd, high: value.mean + value.sd };
}
