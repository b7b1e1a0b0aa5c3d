import type { StreamAccount } from "../../pid/covariance/streaming-covariance.js";

/** Losing more than this share of the rows is told before whatever is refused later. */
const largeShare = 0.1;

/** What became of the rows that were not used as they are; empty where every one was. */
export function accountText(account: StreamAccount): string {
  const parts: string[] = [];
  if (account.rowsWithoutTarget > 0) parts.push(`${account.rowsWithoutTarget} rows without a target were left out`);
  if (account.rowsDropped > 0) parts.push(`${account.rowsDropped} rows with missing values were left out`);
  const imputed = Object.values(account.imputed).reduce((sum, n) => sum + n, 0);
  if (imputed > 0) parts.push(`${imputed} missing values were replaced by their column's mean`);
  return parts.length === 0 ? "" : `Of ${account.rowsRead} rows: ${parts.join("; ")}.`;
}

/** The same where more than a tenth of the rows was left out: what is refused then may be so for that reason. */
export function largeLosses(account: StreamAccount): string[] {
  const { rowsRead, rowsUsed } = account;
  return rowsRead - rowsUsed > largeShare * rowsRead ? [accountText(account)] : [];
}
