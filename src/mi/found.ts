import type { Estimate } from "./estimate.js";

/** An information below this is none, whatever its error, bits. */
const least = 0.01;

/** Whether an information is told from 0: above two standard errors, and above 0.01 bits. */
export function isFound({ bits, standardError }: Pick<Estimate, "bits" | "standardError">): boolean {
  return bits > Math.max(2 * standardError, least);
}
