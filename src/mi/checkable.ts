import type { GroupLabel } from "../pid/estimate/row-groups.js";
import { fewestCheckRows, mostClassValues } from "./check-cost.js";

/** What of a table says whether a check of the Gaussian reading can be made. */
export interface CheckableRows {
  /** Each [rows]. */
  readonly targets: readonly ArrayLike<number>[];
  /** [rows] label of the group of each row, where rows have groups. */
  readonly groups?: ArrayLike<GroupLabel> | undefined;
}

/** Why rows like these cannot be checked; null where they can. */
export function uncheckable({ targets, groups }: CheckableRows): string | null {
  const rows = targets[0].length;
  if (rows < fewestCheckRows) return `${rows} rows are too few for it; ${fewestCheckRows} are needed`;
  const few = Math.min(...targets.map((column) => new Set(Array.from(column)).size));
  if (few <= mostClassValues) return `a target of ${few} different values is one of classes, which it does not read`;
  const count = groups === undefined ? null : new Set(Array.from(groups, String)).size;
  return count !== null && count < 3 ? `rows of ${count} groups cannot be fitted, checked and scored apart` : null;
}
