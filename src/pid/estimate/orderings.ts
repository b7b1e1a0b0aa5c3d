import { flatLayout } from "../closed-form/flat-values.js";

/** An interval, bits. */
export type Range = readonly [low: number, high: number];

/** A number with its standard error. */
export interface Measured {
  readonly value: number;
  readonly error: number;
}

/** Atoms of which the intervals depend on who knows more. */
export interface AtomRanges {
  readonly unique: readonly Range[];
  readonly redundancy: Range;
  readonly synergy: Range;
  readonly partialRedundancy: Range;
  readonly union: Range;
}

/** What the intervals of atoms are made of, at a tie. */
export interface TiedEstimate {
  /** Σ weights [I_total, I_1 .. I_M, l_1 ..] with its error; l are the advantages of modality 1 over 2, by direction. */
  readonly combine: (weights: Readonly<Record<number, number>>) => Measured;
  readonly modalities: number;
  /** Columns of the target. */
  readonly directions: number;
  /** Standard errors within which an order is not certain. */
  readonly tie: number;
  /** Standard errors to either side of an interval. */
  readonly z: number;
}

/** Directions whose order is tried both ways; of more, the least certain. */
const mostDirections = 6;

/**
 * Intervals that hold whichever of the modalities knows more, where the rows do not tell: the union of the intervals under
 * every order that is not ruled out. An interval of one order alone is that of the order that chance made look right, and its
 * unique atom is large because it was picked for that.
 * - Two modalities: every direction of the target within `tie` errors of a tie is given to one or the other.
 * - More, scalar target: whoever may be the best, the second and the weakest.
 * - More, several targets: no closed form; what the atoms can be at most, from 0 up.
 */
export function rangesOfOrders(estimate: TiedEstimate): AtomRanges {
  if (estimate.modalities === 2) return ofDirections(estimate);
  return estimate.directions === 1 ? ofRanks(estimate) : ofBounds(estimate);
}

function rangeOf({ value, error }: Measured, z: number): Range {
  return [Math.max(0, value - z * error), Math.max(0, value + z * error)];
}

/** Smallest interval that holds both. */
export function hull([a, b]: Range, [c, d]: Range): Range {
  return [Math.min(a, c), Math.max(b, d)];
}

const nothing: Range = [0, 0];
const none: Measured = { value: 0, error: 0 };

function uncertain({ value, error }: Measured, tie: number): boolean {
  return Math.abs(value) < tie * error + 1e-12;
}

function ofDirections({ combine, directions, tie, z }: TiedEstimate): AtomRanges {
  const first = 3;
  const each = Array.from({ length: directions }, (_, i) => combine({ [first + i]: 1 }));
  const open = [...each.keys()]
    .filter((i) => uncertain(each[i], tie))
    .sort((a, b) => Math.abs(each[a].value) / each[a].error - Math.abs(each[b].value) / each[b].error)
    .slice(0, mostDirections);
  let found: AtomRanges | undefined;
  for (let order = 0; order < 2 ** open.length; order++) {
    const own = each.map(({ value }, i) => (open.includes(i) ? ((order >> open.indexOf(i)) & 1) === 1 : value > 0));
    const weights = (mine: boolean, sign: number) =>
      Object.fromEntries(own.flatMap((is, i) => (is === mine ? [[first + i, sign]] : [])));
    const unique = [weights(true, 1), weights(false, -1)];
    const less = (of: Readonly<Record<number, number>>) =>
      Object.fromEntries(Object.entries(of).map(([i, w]) => [i, -w]));
    found = joined(found, {
      unique: unique.map((w) => (Object.keys(w).length === 0 ? nothing : rangeOf(combine(w), z))),
      redundancy: rangeOf(combine({ 1: 1, ...less(unique[0]) }), z),
      synergy: rangeOf(combine({ 0: 1, 1: -1, ...less(unique[1]) }), z),
      partialRedundancy: nothing,
      union: rangeOf(combine({ 1: 1, ...unique[1] }), z),
    });
  }
  return found as AtomRanges;
}

function ofRanks({ combine, modalities, tie, z }: TiedEstimate): AtomRanges {
  const every = Array.from({ length: modalities }, (_, k) => k);
  const lead = every.map((a) => every.map((b) => (a === b ? none : combine({ [1 + a]: 1, [1 + b]: -1 }))));
  /** Whether a knows more than b, beyond doubt. */
  const surely = (a: number, b: number) => a !== b && lead[a][b].value > 0 && !uncertain(lead[a][b], tie);
  const among = (set: readonly number[], fits: (k: number) => boolean) => set.filter(fits);
  const best = among(every, (b) => !every.some((k) => surely(k, b)));
  const worst = among(every, (w) => !every.some((k) => surely(w, k)));
  const range = (m: Measured) => rangeOf(m, z);
  const unique: (Range | undefined)[] = every.map(() => undefined);
  let partial: Range | undefined;
  for (const b of best) {
    const rest = every.filter((k) => k !== b);
    for (const second of among(rest, (c) => !rest.some((k) => surely(k, c)))) {
      every.forEach((k) => {
        const own = k === b ? range(lead[b][second]) : nothing;
        unique[k] = hull(unique[k] ?? own, own);
      });
      for (const w of worst.filter((k) => k !== b)) {
        const own = w === second ? nothing : range(lead[second][w]);
        partial = hull(partial ?? own, own);
      }
    }
  }
  const over = (set: readonly number[], weights: (k: number) => Readonly<Record<number, number>>) =>
    set.map((k) => range(combine(weights(k)))).reduce(hull);
  return {
    unique: unique as Range[],
    redundancy: over(worst, (w) => ({ [1 + w]: 1 })),
    synergy: over(best, (b) => ({ 0: 1, [1 + b]: -1 })),
    partialRedundancy: partial ?? nothing,
    union: over(best, (b) => ({ [1 + b]: 1 })),
  };
}

function ofBounds({ combine, modalities, z }: TiedEstimate): AtomRanges {
  const high = (weights: Readonly<Record<number, number>>) => rangeOf(combine(weights), z)[1];
  const single = Array.from({ length: modalities }, (_, k) => high({ [1 + k]: 1 }));
  const total = high({ 0: 1 });
  const left = Array.from({ length: modalities }, (_, k) => high({ 0: 1, [1 + k]: -1 }));
  return {
    unique: single.map((top): Range => [0, top]),
    redundancy: [0, Math.min(...single)],
    synergy: [0, Math.min(...left)],
    partialRedundancy: [0, total],
    union: [0, total],
  };
}

function joined(a: AtomRanges | undefined, b: AtomRanges): AtomRanges {
  if (a === undefined) return b;
  return {
    unique: a.unique.map((range, k) => hull(range, b.unique[k])),
    redundancy: hull(a.redundancy, b.redundancy),
    synergy: hull(a.synergy, b.synergy),
    partialRedundancy: hull(a.partialRedundancy, b.partialRedundancy),
    union: hull(a.union, b.union),
  };
}

/** Intervals grown so that they hold these too, in place. */
export function spreadOver(modalities: number, ranges: AtomRanges, lower: Float64Array, upper: Float64Array): void {
  const at = flatLayout(modalities);
  const grow = (i: number, range: Range) => {
    [lower[i], upper[i]] = hull([lower[i], upper[i]], range);
  };
  ranges.unique.forEach((range, k) => void grow(at.unique + k, range));
  grow(at.redundancy, ranges.redundancy);
  grow(at.synergy, ranges.synergy);
  grow(at.partialRedundancy, ranges.partialRedundancy);
  grow(at.union, ranges.union);
}
