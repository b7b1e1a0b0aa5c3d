import { formatNumber, groupThousands, signed } from "./text.js";

/** Significant digits of the largest number of a sentence. */
const digits = 3;

/** A value with the ends of its interval. */
interface Within {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How numbers that stand in one sentence are written: all with the decimals that give the largest three significant digits.
 * What is above 0 and would show as 0 is "<0.01", what is below it "0".
 */
export function alike(values: readonly number[]): (value: number) => string {
  const size = Math.max(...values.map((value) => Math.abs(Number(value.toPrecision(digits)))));
  if (!(size >= 1e-4 && size < 1e7)) return (value) => formatNumber(value);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const least = 10 ** -decimals;
  return (value) => {
    if (Math.abs(value) >= least / 2) return groupThousands(signed(value.toFixed(decimals)));
    return value > 0 ? `<${least.toFixed(decimals)}` : "0";
  };
}

/** The three numbers of a value with its interval, written alike. */
export function within({ value, low, high }: Within): Readonly<Record<keyof Within, string>> {
  const write = alike([value, low, high]);
  return { value: write(value), low: write(low), high: write(high) };
}

/** A value with its interval in a cell of a table, as the sentences write it: "-0.67 (-1.13 to -0.26)". */
export function withinText(given: Within): string {
  const { value, low, high } = within(given);
  return `${value} (${low} to ${high})`;
}
