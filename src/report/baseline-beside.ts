import type { Difference } from "../evaluation/baseline-differences.js";
import { within } from "./alike.js";
import { formatNumber } from "./text.js";

/** A baseline: its error, and error of the model minus it where that is known with an interval. */
export interface Beside {
  readonly name: string;
  /** As a sentence calls it. */
  readonly called: string;
  readonly error: number;
  readonly difference: Difference | undefined;
}

/** Whether the baseline was shown to be better; where there is no interval, whether it came out better. */
export function loses(own: number, { error, difference }: Beside): boolean {
  return difference === undefined ? own > error : difference.low > 0;
}

/** Whether the model was shown to be better than the baseline, or came out better where there is no interval. */
export function wins(own: number, { error, difference }: Beside): boolean {
  return difference === undefined ? own < error : difference.high < 0;
}

/** Both errors, with the interval of their difference where there is one. @param name of the error */
export function inNumbers(name: string, own: number, { error, difference }: Beside): string {
  const numbers = `${name} ${formatNumber(own)} against ${formatNumber(error)}`;
  if (difference === undefined) return numbers;
  const { value, low, high } = within(difference);
  return `${numbers}; difference ${value}, 95 % interval ${low} to ${high}`;
}
