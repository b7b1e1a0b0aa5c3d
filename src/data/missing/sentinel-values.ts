import { quantileOfSorted } from "../../math/descriptive.js";
import type { ColumnEnds, Counted } from "./column-ends.js";

/** A value that repeats at the end of a column, far outside its other values: -9999 for "missing", perhaps. */
export interface SentinelValue extends Counted {
  readonly column: string;
  /** Values of the column that are not missing. */
  readonly present: number;
  /** Range of the other values, or of those that a model was trained on. */
  readonly low: number;
  readonly high: number;
  readonly trained?: true;
}

/** Where most values of a column lie. */
export interface ValueRange {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** A column to be looked at. */
export interface NamedEnds {
  readonly name: string;
  readonly ends: ColumnEnds;
}

/** Fewer other values say nothing about what lies far outside them. */
const fewestOthers = 10;
/** With few other values chance sets some apart: with this many, everything has to lie twice as far outside. */
const fewOthers = 20;
/** How far outside, in units of how far the other values themselves reach to that side of their median. */
const farOutside = 3;
/** The same where the others are two values only: a rare third one, as of a count, is nothing strange. */
const farOutsideTwo = 6;
/** The same for 0, which also means "none", and then is seldom rare. */
const farOutsideForZero = 10;
const mostZeros = 0.1;
/** The same for a value that was found in another column. */
const farOutsideAgain = 1;

/**
 * Values that may stand for "missing": an exact value that repeats, is an extreme of its column, and lies at least three
 * times as far outside the other values as these reach from their median to that side. Up to three such values may stand at
 * either end. A value of more than half of the rows is taken for one only if it looks like a code; else the others are what
 * is rare. What was found in one column is looked for in the others less strictly.
 */
export function findSentinels(columns: readonly NamedEnds[]): SentinelValue[] {
  const found = columns.flatMap((column) => inColumn(column, strict));
  const known = new Set(found.map(({ value }) => value).filter((value) => value !== 0));
  if (known.size === 0) return found;
  const told = new Set(found.map(({ column, value }) => `${value} ${column}`));
  const holds = ({ ends }: NamedEnds) => [...ends.lowest, ...ends.highest].some(({ value }) => known.has(value));
  const again = columns.filter(holds).flatMap((column) => inColumn(column, lenient(known)));
  return [...found, ...again.filter(({ column, value }) => !told.has(`${value} ${column}`))];
}

/** What makes a value at an end suspicious. */
interface Rule {
  readonly fewestOthers: number;
  /** @param gap distance to the next other value @param reach of the others to that side */
  readonly isFar: (edge: number, gap: number, reach: number, others: Others) => boolean;
  readonly isSentinel: (candidate: Counted, present: number, others: Others) => boolean;
}

/** The values that are not set apart. */
interface Others {
  readonly low: number;
  readonly high: number;
  readonly twoValued: boolean;
  readonly count: number;
}

const strict: Rule = {
  fewestOthers,
  isFar: (edge, gap, reach, { twoValued, count }) => {
    const factor = edge === 0 ? farOutsideForZero : twoValued ? farOutsideTwo : farOutside;
    return gap >= factor * (1 + fewOthers / count) * reach;
  },
  isSentinel: ({ value, count }, present, others) =>
    count <= (value === 0 ? mostZeros : 0.5) * present || looksLikeCode(value, others),
};

function lenient(known: ReadonlySet<number>): Rule {
  return {
    fewestOthers: 2,
    isFar: (edge, gap, reach, { low }) => gap >= farOutsideAgain * reach || (edge < 0 && low >= 0),
    isSentinel: ({ value }) => known.has(value),
  };
}

/** All nines, eights or sevens, a number that fills files, or a negative number among others that are not. */
function looksLikeCode(value: number, { low }: Others): boolean {
  if (Math.abs(value) >= 1e9) return true;
  if (/^-(9+|8+|7+)(\.9+)?$|^(9{2,}|8{2,}|7{2,})(\.9+)?$/.test(String(value))) return true;
  return Number.isInteger(value) && value < 0 && low >= 0;
}

/**
 * Values of a table that a trained model reads and that may stand for "missing": far outside what it was trained on, and
 * repeated or looking like a code. A table of few rows says nothing of that kind by itself.
 */
export function findBeyondTraining(
  columns: readonly NamedEnds[],
  ranges: ReadonlyMap<string, ValueRange>,
): SentinelValue[] {
  return columns.flatMap(({ name, ends }) => {
    const range = ranges.get(name);
    if (range === undefined) return [];
    const { low, median, high } = range;
    const others: Others = { low, high, twoValued: false, count: Number.POSITIVE_INFINITY };
    const isFar = ({ value }: Counted) =>
      (value < low && strict.isFar(value, low - value, median - low || high - low, others)) ||
      (value > high && strict.isFar(value, value - high, high - median || high - low, others));
    const extremes = new Map([...ends.lowest, ...ends.highest].map((each) => [each.value, each]));
    return [...extremes.values()]
      .filter((each) => isFar(each) && (each.count > 1 || looksLikeCode(each.value, others)))
      .map((each) => ({ ...each, column: name, present: ends.present, low, high, trained: true as const }));
  });
}

function inColumn({ name, ends }: NamedEnds, rule: Rule): SentinelValue[] {
  const { lowest, highest, present } = ends;
  const repeats = [...lowest.slice(0, -1), ...highest.slice(0, -1)].some(({ count }) => count > 1);
  if (!repeats) return [];
  const sample = ends.sample();
  // The most that can be set apart comes first: of several sentinels each would hide the next.
  for (const { below, above } of waysApart(lowest.length - 1, highest.length - 1)) {
    const others = othersBetween(ends, sample, below, above, rule);
    if (others === undefined) continue;
    const found = [...lowest.slice(0, below), ...highest.slice(0, above)].filter(
      (each) => each.count > 1 && rule.isSentinel(each, present, others),
    );
    if (found.length > 0)
      return found.map((each) => ({ ...each, column: name, present, low: others.low, high: others.high }));
  }
  return [];
}

/** How many values to set apart at either end, most in all first. */
function waysApart(mostBelow: number, mostAbove: number): { readonly below: number; readonly above: number }[] {
  const counts = (most: number) => Array.from({ length: Math.max(0, most) + 1 }, (_, k) => k);
  return counts(mostBelow)
    .flatMap((below) => counts(mostAbove).map((above) => ({ below, above })))
    .filter(({ below, above }) => below + above > 0)
    .sort((a, b) => b.below + b.above - a.below - a.above);
}

/** The values between those set apart; undefined where they are too few, or not far from what is set apart. */
function othersBetween(
  { lowest, highest, present }: ColumnEnds,
  sample: Float64Array,
  below: number,
  above: number,
  rule: Rule,
): Others | undefined {
  const low = lowest[below].value;
  const high = highest[above].value;
  if (!(low < high)) return undefined;
  const apart = [...lowest.slice(0, below), ...highest.slice(0, above)];
  const count = present - apart.reduce((sum, each) => sum + each.count, 0);
  const values = sample.subarray(firstFrom(sample, low), firstFrom(sample, high, true));
  if (count < rule.fewestOthers || values.length === 0) return undefined;
  const others: Others = { low, high, count, twoValued: firstFrom(values, low, true) >= firstFrom(values, high) };
  const [quarter, median, threeQuarters] = [0.25, 0.5, 0.75].map((share) => quantileOfSorted(values, share));
  const reach = (toEdge: number) => toEdge || threeQuarters - quarter || high - low;
  const isFar = (edge: Counted | undefined, toOthers: number, toEdge: number) =>
    edge === undefined || rule.isFar(edge.value, Math.abs(toOthers - edge.value), reach(toEdge), others);
  return isFar(lowest[below - 1], low, median - low) && isFar(highest[above - 1], high, high - median)
    ? others
    : undefined;
}

/** Index of the first of ascending values that is not below a limit, or that is beyond it. */
function firstFrom(ascending: Float64Array, limit: number, beyond = false): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle] < limit || (beyond && ascending[middle] === limit)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Columns that a sentence names. */
const mostNamed = 4;

/**
 * A sentence for each suspected value: where it stands, how often, and what to do.
 * @param remedy how the user says that a value means "missing"
 */
export function sentinelMessages(found: readonly SentinelValue[], remedy: (value: number) => string): string[] {
  const byValue = new Map<number, SentinelValue[]>();
  for (const each of found) byValue.set(each.value, [...(byValue.get(each.value) ?? []), each]);
  return [...byValue].map(([value, places]) => {
    const named = places.slice(0, mostNamed).map(({ column, count, present, low, high, trained }) => {
      const range = `${trained === true ? "the model was trained on" : "the others"} ${shown(low)} to ${shown(high)}`;
      return `"${column}" (${count} of ${present} ${present === 1 ? "value" : "values"}; ${range})`;
    });
    const more = places.length > mostNamed ? ` and ${places.length - mostNamed} more` : "";
    return (
      `${value} lies far outside all other values of ${places.length === 1 ? "column" : "columns"} ` +
      `${named.join(", ")}${more}. If it means "missing", ${remedy(value)}; it is used as a number now`
    );
  });
}

function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
