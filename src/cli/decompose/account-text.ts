import type { StreamAccount } from "../../pid/covariance/streaming-covariance.js";

/** Losing more than this share of the rows is told before whatever is refused later. */
const largeShare = 0.1;

/** What became of the rows that were not used as they are; empty where every one was. */
export function accountText(account: StreamAccount): string {
  const parts: string[] = [];
  const { rowsRead, rowsWithoutTarget, rowsDropped } = account;
  if (rowsWithoutTarget > 0)
    parts.push(`${counted(rowsWithoutTarget, "row")} without a target ${were(rowsWithoutTarget)} left out`);
  if (rowsDropped > 0) parts.push(`${counted(rowsDropped, "row")} with missing values ${were(rowsDropped)} left out`);
  const imputed = Object.values(account.imputed).reduce((sum, n) => sum + n, 0);
  if (imputed > 0)
    parts.push(`${counted(imputed, "missing value")} ${were(imputed)} replaced by the mean of the column`);
  return parts.length === 0 ? "" : `Of ${counted(rowsRead, "row")}: ${parts.join("; ")}.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function were(count: number): string {
  return count === 1 ? "was" : "were";
}

/** The same where more than a tenth of the rows was left out: what is refused then may be so for that reason. */
export function largeLosses(account: StreamAccount): string[] {
  const { rowsRead, rowsUsed } = account;
  return rowsRead - rowsUsed > largeShare * rowsRead ? [accountText(account)] : [];
}
