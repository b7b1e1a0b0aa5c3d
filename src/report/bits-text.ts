import type { Amount } from "../pid/types.js";

/** A value with its error, as many decimals as the error deserves: "0.31 ± 0.02"; "infinite" if it is. */
export function bitsWithError(value: Amount, error: number | null): string {
  if (value === null || !Number.isFinite(value)) return "infinite";
  if (error === null || !Number.isFinite(error)) return fixed(value, 2);
  const decimals = decimalsFor(error);
  return `${fixed(value, decimals)} ± ${fixed(error, decimals)}`;
}

/** Bits below which an amount is nothing but rounding. */
const leastBits = 1e-9;

/** Bits as they are drawn: what is nothing but rounding is 0, so that it sets no axis. null, undefined and infinite ones stay. */
export function drawnBits<T extends number | null | undefined>(bits: T): T | 0 {
  return typeof bits === "number" && Math.abs(bits) < leastBits ? 0 : bits;
}

/** Decimals at which an error shows one digit, 2 to 5; 2 for an error that is 0 or next to it. */
export function decimalsFor(error: number): number {
  return error >= 5e-6 ? Math.min(5, Math.max(2, Math.ceil(-Math.log10(error)))) : 2;
}

/** Fixed decimals without "-0.00". */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
