import type { InfluentialRows, PidInformation, PidValues } from "../types.js";
import { fewestRows } from "./data-columns.js";
import { outlyingRows } from "./outlying-rows.js";
import { pidFromResiduals, type ResidualRows } from "./residuals.js";

/** A row that carries more than this share of an estimate's variance is named. */
const tenth = 0.1;

/** What is looked at: the estimate with its errors, null where it has none (infinite information). */
export interface Judged {
  readonly information: PidInformation;
  readonly standardErrors: Pick<PidValues, "information"> | null;
}

/**
 * Rows that stand apart from all others (`outlyingRows`) and of which each carries more than a tenth of the variance of an
 * information. What k of them carry is read from the estimate without them, since together they hide one another and
 * pull the fit to themselves: with δ the change that leaving them out makes, and SE the error without them,
 *   share of each = (δ / k)² / (δ² / k + SE²)
 * @param columns what rows are far out in, each [rows]
 * @param without the estimate without the given rows, ascending; null when it cannot be made
 */
export function influentialRows(
  columns: readonly Float64Array[],
  all: Judged,
  without: (rows: readonly number[]) => Judged | null,
): InfluentialRows | null {
  for (const rows of outlyingRows(columns)) {
    const left = without(rows);
    if (left === null) continue;
    // The total comes first where it is concerned too: it is what most readers quote.
    const concerned = sharesOf(all, left, rows.length).filter(({ share }) => share > tenth);
    if (concerned.length === 0) continue;
    const { information, standardErrors } = left;
    return {
      rows,
      ...concerned[0],
      without: { information, standardErrors: standardErrors?.information ?? null },
    };
  }
  return null;
}

/** Share of each row in the variance of the total and of what each modality tells. */
function sharesOf(all: Judged, left: Judged, k: number): { of: string | null; share: number }[] {
  const share = (value: number, other: number, error: number | undefined) => {
    const change = Math.abs(value - other);
    // Of an infinite information that a few rows make, they carry all.
    if (change === Number.POSITIVE_INFINITY) return 1 / k;
    if (!Number.isFinite(change) || error === undefined) return 0;
    return (change / k) ** 2 / (change ** 2 / k + error ** 2) || 0;
  };
  const errors = left.standardErrors?.information;
  return [
    { of: null, share: share(all.information.total, left.information.total, errors?.total) },
    ...Object.entries(all.information.byModality).map(([name, value]) => ({
      of: name,
      share: share(value, left.information.byModality[name], errors?.byModality[name]),
    })),
  ];
}

/**
 * The rows that a decomposition of held-out residuals rests on.
 * @param pid     of all rows
 * @param without the decomposition without the given rows, where leaving them out changes the residuals of the others;
 *   if left out these stay as they are
 */
export function influentialResiduals(
  rows: ResidualRows,
  pid: Judged,
  without: (rows: readonly number[]) => Judged = (left) => pidFromResiduals(otherRows(rows, left)),
): InfluentialRows | null {
  const { targets = 1 } = rows;
  const n = rows.target.length / targets;
  const tables = [rows.target, ...rows.residuals, rows.jointResiduals];
  const columns = tables.flatMap((table) =>
    Array.from({ length: targets }, (_, t) => Float64Array.from({ length: n }, (_, r) => table[r * targets + t])),
  );
  const fewest = Math.max(fewestRows, targets + 2);
  return influentialRows(columns, pid, (left) => (n - left.length < fewest ? null : without(left)));
}

function otherRows(rows: ResidualRows, left: readonly number[]): ResidualRows {
  const rest = (table: Float64Array) => withoutRows(table, left, rows.targets);
  return {
    ...rows,
    target: rest(rows.target),
    residuals: rows.residuals.map(rest),
    jointResiduals: rest(rows.jointResiduals),
    leaveOneOut: rows.leaveOneOut?.map(rest),
    groups: rows.groups && Array.from(rows.groups).filter((_, r) => !left.includes(r)),
  };
}

/** A column without some rows, which are in ascending order. */
export function withoutRows(column: ArrayLike<number>, rows: readonly number[], width = 1): Float64Array {
  const left = new Set(rows);
  return Float64Array.from(column).filter((_, at) => !left.has(Math.floor(at / width)));
}
