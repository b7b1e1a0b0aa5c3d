import type { Estimate } from "./estimate.js";

/** An information below this is none, whatever its error, bits. */
const least = 0.01;

/** Whether an information is told from 0: above two standard errors, and above 0.01 bits. */
export function isFound({ bits, standardError }: Pick<Estimate, "bits" | "standardError">): boolean {
  return bits > Math.max(2 * standardError, least);
}

/** A gap above this, and above two standard errors, says that the Gaussian reading misses something. Bits. */
const leastGap = 0.05;

/** The verdict: that the Gaussian densities fall short by more than chance and by more than 0.05 bits. */
export function isBeyond({ bits, standardError }: Pick<Estimate, "bits" | "standardError">): boolean {
  return bits > Math.max(2 * standardError, leastGap);
}
