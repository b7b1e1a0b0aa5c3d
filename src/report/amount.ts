import { formatNumber, formatPercent, groupThousands, signed } from "./text.js";

/** A number in a cell of a table: all of a column are written with as many decimals. */
export class Amount {
  /** @param digits significant digits that the numbers of the column should have */
  constructor(
    readonly value: number,
    readonly as: "number" | "percent" = "number",
    readonly digits = 3,
  ) {}
}

/** A cell with a number, or what stands there instead of one. */
export function amount(value: number | null, digits = 3, none = "not defined"): Amount | string {
  return value === null || !Number.isFinite(value) ? none : new Amount(value, "number", digits);
}

/** A cell with a share of 1 as a percentage. */
export function percent(share: number | null, none = "\u2013"): Amount | string {
  return share === null ? none : new Amount(share, "percent");
}

/** Significant digits that the largest number of a column has at most, so that small ones keep theirs. */
const mostDigits = 5;

/**
 * How the numbers of one column are written: with one number of decimals, so that each has its significant digits as far as the
 * largest has at most five; as powers of ten, all of them, where small ones would then show as 0.
 */
export function sharedFormat(amounts: readonly Amount[]): (amount: Amount) => string {
  const percentages = amounts.filter(({ as }) => as === "percent");
  // One decimal wherever a percentage of the column needs it.
  const fine = percentages.some(({ value }) => /\.[1-9]/.test(formatPercent(value)));
  const numbers = amounts.filter(({ as }) => as === "number");
  const write = numbersFormat(numbers);
  return (each) =>
    each.as === "number" ? write(each.value) : `${signed(zeroUnsigned((100 * each.value).toFixed(fine ? 1 : 0)))} %`;
}

function numbersFormat(amounts: readonly Amount[]): (value: number) => string {
  const sizes = amounts.map(({ value }) => Math.abs(value)).filter((size) => size > 0);
  if (sizes.length === 0) return (value) => formatNumber(value);
  const digits = Math.max(...amounts.map((each) => each.digits));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const decimals = Math.max(0, Math.min(digits - 1 - power(least), Math.max(digits, mostDigits) - 1 - power(most)));
  if (most >= 1e7 || least < 0.5 * 10 ** -decimals) return (value) => signed(value.toExponential(digits - 1));
  return (value) => groupThousands(signed(zeroUnsigned(value.toFixed(decimals))));
}

function power(size: number): number {
  return Math.floor(Math.log10(size));
}

function zeroUnsigned(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
