import { RunError } from "../../errors.js";
import { mean, variance } from "../../math/descriptive.js";
import { intervalsFor, withinErrors } from "../../pid/estimate/no-information.js";
import type { PidFlag } from "../../pid/types.js";
import type { PidValues, SecondReading, StoredPid } from "../../record/pid-schemas.js";

type Combine = (values: number[]) => number;

/**
 * Combines trees of one shape number by number; a number that some tree lacks (null: infinite) is null. What is no
 * number is taken from the first tree.
 * @throws RunError when the shapes differ
 */
export function combineTrees<T>(trees: readonly T[], combine: Combine, path = ""): T {
  const [first] = trees;
  if (trees.some((tree) => tree === null)) return null as T;
  if (typeof first === "number") return combine(trees.filter((tree) => typeof tree === "number")) as T;
  if (first instanceof Float64Array) {
    const columns = trees.filter((tree) => tree instanceof Float64Array);
    return first.map((_, i) => combine(columns.map((column) => column[i]))) as T;
  }
  if (typeof first !== "object") return first;
  const keys = Object.keys(first as object);
  if (trees.some((tree) => typeof tree !== "object" || Object.keys(tree as object).join() !== keys.join())) {
    throw new RunError(`members of the ensemble disagree on what ${path === "" ? "a result" : path} holds`);
  }
  const at = (key: string) =>
    combineTrees(
      trees.map((tree) => (tree as Tree)[key]),
      combine,
      `${path}/${key}`,
    );
  if (Array.isArray(first)) return keys.map(at) as T;
  return Object.fromEntries(keys.map((key) => [key, at(key)])) as T;
}

type Tree = Record<string, unknown>;

/** Mean over predictions, row by row. */
export function averageColumns(columns: readonly Float64Array[]): Float64Array {
  return combineTrees(columns, mean);
}

/** Standard deviation between members, row by row. */
export function spreadColumns(columns: readonly Float64Array[]): Float64Array {
  return combineTrees(columns, (values) => Math.sqrt(variance(values)));
}

/**
 * How large errors of the mean of predictions are, row by row: those of the members, and their disagreement.
 *   scale = sqrt(mean scale_k^2 + variance between the members' predictions)
 * The calibration on the mean makes intervals of it; only the ratio from row to row matters here. Members that do not know
 * of scales (all 1) stay so.
 */
export function jointScale(scales: readonly Float64Array[], predictions: readonly Float64Array[]): Float64Array {
  if (scales.every((scale) => scale.every((value) => value === 1))) return scales[0];
  const between = spreadColumns(predictions);
  const within = combineTrees(scales, (values) => mean(values.map((value) => value ** 2)));
  return within.map((square, i) => Math.sqrt(square + between[i] ** 2));
}

/**
 * Mean of the members' decompositions. The members share their rows, so averaging does not lessen that part of the
 * standard errors; what training adds it does:
 *   SE = sqrt(mean SE_k^2 + sd^2 / K)
 * Ends of intervals are as far from the mean as those of the members on average, times SE over the root of mean SE_k^2, so that
 * they hold what the errors hold; where the mean is flagged as no information they reach 0, and one that a member lacks is
 * lacking. Flags are those of at least half the members; whether there is information, and an upper end to it, is asked of
 * the mean.
 */
export function averagePid(members: readonly StoredPid[]): StoredPid {
  const [first] = members;
  const values = members.map(({ information, atoms, union }): PidValues => ({ information, atoms, union }));
  const errors = members.flatMap(({ standardErrors }) => standardErrors ?? []);
  const optional = <K extends "contrasts" | "multi">(key: K) => {
    const all = members.map((member) => member[key]);
    return all.some((value) => value === null || value === undefined) ? {} : { [key]: combineTrees(all, mean) };
  };
  const averaged = combineTrees(values, mean);
  const averagedErrors = errors.length < members.length ? null : standardErrors(values, errors);
  const intervals = averagedIntervals(members, averaged, averagedErrors);
  const flags = [...averagedFlags(members, averaged, averagedErrors), ...openFlag(averaged, intervals)];
  return {
    ...first,
    ...averaged,
    standardErrors: averagedErrors,
    ...{ contrasts: null, multi: undefined },
    ...optional("contrasts"),
    ...optional("multi"),
    intervals: intervalsFor(flags, intervals),
    secondReading: averagedReading(members),
    influentialRows: undefined,
    targetEntropy: first.targetEntropy,
    flags,
  };
}

function averagedIntervals(
  members: readonly StoredPid[],
  values: PidValues,
  errors: PidValues | null,
): StoredPid["intervals"] {
  const all = members.flatMap(({ intervals }) => intervals ?? []);
  if (all.length < members.length) return null;
  const averaged: Combine = (ends) => (ends.every(Number.isFinite) ? mean(ends) : Number.POSITIVE_INFINITY);
  const ends = combineTrees(all, averaged);
  if (errors === null) return ends;
  const own = members.flatMap(({ standardErrors }) => standardErrors ?? []);
  const rows = combineTrees(own, (each) => Math.sqrt(mean(each.map((error) => error ** 2))));
  const isCut = all.every(({ lower }) => leavesOf(lower).every((end) => end === null || end >= 0));
  const widened = (side: PidValues) =>
    combineKnown(side, [values, errors, rows], ([end, value, error, ofRows]) => {
      const moved = value + ((end - value) * error) / ofRows;
      return Number.isFinite(moved) ? (isCut ? Math.max(0, moved) : moved) : end;
    });
  return { ...ends, lower: widened(ends.lower), upper: widened(ends.upper) };
}

/** Combines a tree with others of its shape where all are known; elsewhere it stays as it is. */
function combineKnown<T>(tree: T, others: readonly T[], combine: Combine): T {
  if (tree === null || others.some((other) => other === null)) return tree;
  if (typeof tree !== "object") return combineTrees([tree, ...others], combine);
  const at = ([key, value]: [string, unknown]) => {
    const beside = others.map((other) => (other as Tree)[key]);
    return [key, combineKnown(value, beside, combine)];
  };
  return Object.fromEntries(Object.entries(tree as object).map(at)) as T;
}

/** All numbers of a tree; null where one is infinite. */
function leavesOf(tree: unknown): (number | null)[] {
  if (tree === null || typeof tree === "number") return [tree];
  return typeof tree === "object" ? Object.values(tree as object).flatMap(leavesOf) : [];
}

function averagedFlags(members: readonly StoredPid[], values: PidValues, errors: PidValues | null): PidFlag[] {
  const all = new Set(members.flatMap(({ flags }) => flags));
  const having = (flag: PidFlag) => members.filter(({ flags }) => flags.includes(flag)).length;
  const common = [...all].filter((flag) => flag !== "lower-bound" && 2 * having(flag) >= members.length);
  if (errors === null || having("no-information") === 0) return common;
  const finite = (amount: number | null) => amount ?? Number.POSITIVE_INFINITY;
  const known = ({ information }: PidValues) => ({
    total: finite(information.total),
    single: Object.values(information.byModality).map(finite),
  });
  const others = common.filter((flag) => flag !== "no-information");
  return withinErrors(known(values), known(errors)) ? [...others, "no-information"] : others;
}

/** `lower-bound` where an information that is finite has no upper end. */
function openFlag({ information: values }: PidValues, intervals: StoredPid["intervals"]): PidFlag[] {
  if (intervals === null) return [];
  const { information: ends } = intervals.upper;
  const isOpen = (value: number | null, end: number | null) => isKnown(value) && !isKnown(end);
  const single = Object.entries(values.byModality).map(([name, value]) => isOpen(value, ends.byModality[name]));
  return isOpen(values.total, ends.total) || single.includes(true) ? ["lower-bound"] : [];
}

/** A member that was just trained holds infinite numbers, its file null. */
function isKnown(amount: number | null): boolean {
  return amount !== null && Number.isFinite(amount);
}

/** Undefined where a member has none. */
function averagedReading(members: readonly StoredPid[]): SecondReading | undefined {
  const all = members.flatMap(({ secondReading }) => secondReading ?? []);
  if (all.length < members.length) return undefined;
  const values = all.map(({ atoms, union }) => ({ atoms, union }));
  const errors = all.flatMap((reading) => reading.standardErrors ?? []);
  return {
    measure: all[0].measure,
    ...combineTrees(values, mean),
    standardErrors: errors.length < all.length ? null : standardErrors(values, errors),
  };
}

/**
 * Standard error of a mean over members that share their rows.
 * @param values of the members
 * @param errors their standard errors
 */
export function combineErrors(values: readonly number[], errors: readonly number[]): number {
  return Math.sqrt(mean(errors.map((error) => error ** 2)) + variance([...values]) / values.length);
}

function standardErrors<T>(values: readonly T[], errors: readonly T[]): T {
  const squared = combineTrees(errors, (all) => mean(all.map((error) => error ** 2)));
  const between = combineTrees(values, (all) => variance(all) / all.length);
  return combineTrees([squared, between], ([a, b]) => Math.sqrt(a + b));
}
