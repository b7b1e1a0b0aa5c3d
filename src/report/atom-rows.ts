import { z95 } from "../math/descriptive.js";
import { lacksInformation } from "../pid/estimate/no-information.js";
import type { Decomposition } from "../record/pid-schemas.js";
import { drawnBits } from "./bits-text.js";
import { colour, modalityColour } from "./palette.js";
import { formatBits } from "./text.js";

/** One number of a decomposition with its interval, bits; null is infinite. */
export interface AtomRow {
  /** "unique:NAME", "redundancy", "partialRedundancy", "synergy" or "total". */
  readonly key: string;
  /** As a reader is told: "only thickness", "both", "only together". */
  readonly label: string;
  readonly colour: string;
  readonly value: number | null;
  readonly standardError: number | null;
  /** Interval ends; null where no error is known. A lower end without an upper one: it is at least that. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The level of the intervals that the rows carry. */
export function intervalLevel(pid: Decomposition): number {
  return pid.intervals?.level ?? 0.95;
}

/** Label of what is shared where what all share is not told from what some do. */
export const sharedBySeveral = "two or more";

/** Whether a decomposition tells what all modalities share from what some share; of classes and three or more it does not. */
export function sharedIsSplit({
  classes,
}: {
  readonly classes?: { readonly sharedNotSplit: boolean } | undefined;
}): boolean {
  return classes?.sharedNotSplit !== true;
}

/**
 * The atoms of a decomposition in reading order: unique, shared by all, shared by some (three or more modalities),
 * synergy; of one modality there is nothing to share, and of classes what all share is not told from what some do. Intervals are the recorded ones, or value +- 1.96 standard errors cut at 0, which no atom can be below;
 * they reach 0 where no information was found.
 */
export function atomRows(
  pid: Decomposition,
  modalities: readonly string[],
  split: boolean = sharedIsSplit(pid),
): AtomRow[] {
  const shared = modalities.length === 2 ? "both" : split ? "every modality" : sharedBySeveral;
  const unique = modalities.map((name, i) =>
    row<Values>(pid, `unique:${name}`, `only ${name}`, modalityColour(i), (v) => v.atoms.unique[name]),
  );
  if (modalities.length === 1) return unique;
  return [
    ...unique,
    row<Values>(pid, "redundancy", shared, colour("redundancy"), (v) => v.atoms.redundancy),
    ...(modalities.length > 2 && split
      ? [row<Values>(pid, "partialRedundancy", "some, not all", colour("partial"), (v) => v.atoms.partialRedundancy)]
      : []),
    row<Values>(pid, "synergy", "only together", colour("synergy"), (v) => v.atoms.synergy),
  ];
}

/** The total information with its interval. */
export function totalRow(pid: Measured<TotalInformation>): AtomRow {
  return row<TotalInformation>(pid, "total", "all modalities together", colour("ink"), (v) => v.information.total);
}

/** What each modality knows on its own, with its interval. */
export function informationRows(pid: Decomposition, modalities: readonly string[]): AtomRow[] {
  return modalities.map((name, i) =>
    row<Values>(pid, `information:${name}`, `${name} alone`, modalityColour(i), (v) => v.information.byModality[name]),
  );
}

type Values = Pick<Decomposition, "information" | "atoms">;

/** The total of a decomposition, of its errors or of its interval ends. */
export interface TotalInformation {
  readonly information: { readonly total: number | null };
}

/** Numbers with their errors and interval ends, as far as these are known. */
export type Measured<Values> = Values & {
  readonly standardErrors: Values | null;
  readonly intervals?: { readonly lower: Values; readonly upper: Values } | null;
  readonly flags: readonly string[];
};

function row<Values extends TotalInformation>(
  pid: Measured<Values>,
  key: string,
  label: string,
  fill: string,
  pick: (values: Values) => number | null | undefined,
): AtomRow {
  const value = drawnBits(pick(pid) ?? null);
  const standardError = pid.standardErrors === null ? null : drawnBits(pick(pid.standardErrors) ?? null);
  const base = { key, label, colour: fill, value, standardError };
  const recorded = pid.intervals
    ? { low: drawnBits(pick(pid.intervals.lower) ?? null), high: drawnBits(finite(pick(pid.intervals.upper))) }
    : null;
  // Exactly 0 without any error, nor an interval that reaches further: 0 by definition, not by measurement.
  if (value === 0 && standardError === 0 && (recorded === null || recorded.high === 0)) {
    return { ...base, low: null, high: null };
  }
  if (recorded !== null) return { ...base, ...recorded };
  if (value === null || standardError === null) return { ...base, low: null, high: null };
  const low = lacksInformation(pid) ? 0 : Math.max(0, value - z95 * standardError);
  return { ...base, low, high: value + z95 * standardError };
}

/** Whether an amount is nothing but rounding. */
export function isZero(value: number | null): boolean {
  return drawnBits(value) === 0;
}

/** A run that has just finished holds infinite numbers, its file null. */
function finite(value: number | null | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Whether an amount is known from below only. */
export function isLowerBound({ low, high }: Pick<AtomRow, "low" | "high">): boolean {
  return high === null && finite(low) !== null;
}

/** An interval: "0.98 to 1.22", or "at least 0.98"; null where none is known. */
export function intervalText({ low, high }: Pick<AtomRow, "low" | "high">): string | null {
  if (isLowerBound({ low, high })) return `at least ${formatBits(low)}`;
  return low === null || high === null ? null : `${formatBits(low)} to ${formatBits(high)}`;
}

/** A value with its interval: "1.10 (0.98 to 1.22)". */
export function withInterval(row: AtomRow): string {
  const interval = intervalText(row);
  return interval === null ? formatBits(row.value) : `${formatBits(row.value)} (${interval})`;
}
