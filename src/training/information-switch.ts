import { lacksInformation } from "../pid/no-information.js";
import type { PidResult } from "../pid/types.js";

/** Found information counts as lost again only when the total falls to this many standard errors. */
const lost = 1;

/**
 * Whether fusion weights are to be equal for want of information. They become those of the atoms once the total is told
 * from 0 (`lacksInformation`: two standard errors), and equal again only when it has fallen to one: with a single
 * threshold an epoch near it would turn the weights over. Without standard errors the flag alone decides.
 * @param uninformative what held before this epoch
 */
export function staysUninformative(uninformative: boolean, pid: PidResult): boolean {
  if (!lacksInformation(pid)) return false;
  const { information, standardErrors } = pid;
  return uninformative || standardErrors === null || information.total <= lost * standardErrors.information.total;
}
