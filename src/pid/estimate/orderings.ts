import { flatLayout } from "../closed-form/flat-values.js";
import type { Measured, Range } from "./selection.js";

/** Atoms of which the intervals depend on who knows more. */
export interface AtomRanges {
  readonly unique: readonly Range[];
  readonly redundancy: Range;
  readonly synergy: Range;
  readonly partialRedundancy: Range;
  readonly union: Range;
}

/** Weights of numbers, by their place in the array that `OrderedEstimate.combine` names. */
export type Weights = Readonly<Record<number, number>>;

/** What the intervals of atoms are made of where it is not certain who knows more. */
export interface OrderedEstimate {
  /**
   * Σ weights [the numbers in the order of `flatLayout` without gains, l ..] with its error; l are the advantages of one
   * modality over another, pair after pair, and of a pair by direction of the target.
   */
  readonly combine: (weights: Weights) => Measured;
  readonly modalities: number;
  /** Columns of the target. */
  readonly directions: number;
  /** Interval of such a sum, not below 0. */
  readonly range: (weights: Weights) => Range;
  /** Whether an advantage leaves open who has it. */
  readonly isOpen: (advantage: Measured) => boolean;
}

/** Directions whose order is tried both ways; of more, the least certain. */
const mostDirections = 6;

/**
 * Intervals that hold whichever of the modalities knows more, where the rows do not tell: the union of the intervals under
 * every order that is not ruled out. An interval of one order alone is that of the order that chance made look right, and its
 * unique atom is large because it was picked for that.
 * - Two modalities: every direction of the target whose order is open is given to one or the other.
 * - More, scalar target: whoever may be the best, the second and the weakest.
 * - More, several targets: no closed form; what the atoms can be at most, from 0 up.
 */
export function rangesOfOrders(estimate: OrderedEstimate): AtomRanges {
  if (estimate.modalities === 2) return ofDirections(estimate);
  return estimate.directions === 1 ? ofRanks(estimate) : ofBounds(estimate);
}

/** Smallest interval that holds both. */
export function hull([a, b]: Range, [c, d]: Range): Range {
  return [Math.min(a, c), Math.max(b, d)];
}

const nothing: Range = [0, 0];
const none: Measured = { value: 0, error: 0 };

function ofDirections({ combine, range, isOpen, directions }: OrderedEstimate): AtomRanges {
  const { gain: first } = flatLayout(2);
  const each = Array.from({ length: directions }, (_, i) => combine({ [first + i]: 1 }));
  const open = [...each.keys()]
    .filter((i) => isOpen(each[i]))
    .sort((a, b) => Math.abs(each[a].value) / each[a].error - Math.abs(each[b].value) / each[b].error)
    .slice(0, mostDirections);
  let found: AtomRanges | undefined;
  for (let order = 0; order < 2 ** open.length; order++) {
    const own = each.map(({ value }, i) => (open.includes(i) ? ((order >> open.indexOf(i)) & 1) === 1 : value > 0));
    const weights = (mine: boolean, sign: number): Weights =>
      Object.fromEntries(own.flatMap((is, i) => (is === mine ? [[first + i, sign]] : [])));
    const unique = [weights(true, 1), weights(false, -1)];
    const less = (of: Weights) => Object.fromEntries(Object.entries(of).map(([i, w]) => [i, -w]));
    found = joined(found, {
      unique: unique.map((w) => (Object.keys(w).length === 0 ? nothing : range(w))),
      redundancy: range({ 1: 1, ...less(unique[0]) }),
      synergy: range({ 0: 1, 1: -1, ...less(unique[1]) }),
      partialRedundancy: nothing,
      union: range({ 1: 1, ...unique[1] }),
    });
  }
  return found as AtomRanges;
}

function ofRanks({ combine, range, isOpen, modalities }: OrderedEstimate): AtomRanges {
  const every = Array.from({ length: modalities }, (_, k) => k);
  const ahead = (a: number, b: number): Weights => ({ [1 + a]: 1, [1 + b]: -1 });
  const lead = every.map((a) => every.map((b) => (a === b ? none : combine(ahead(a, b)))));
  /** Whether a knows more than b, beyond doubt. */
  const surely = (a: number, b: number) => a !== b && lead[a][b].value > 0 && !isOpen(lead[a][b]);
  const among = (set: readonly number[], fits: (k: number) => boolean) => set.filter(fits);
  const best = among(every, (b) => !every.some((k) => surely(k, b)));
  const worst = among(every, (w) => !every.some((k) => surely(w, k)));
  const unique: (Range | undefined)[] = every.map(() => undefined);
  let partial: Range | undefined;
  for (const b of best) {
    const rest = every.filter((k) => k !== b);
    for (const second of among(rest, (c) => !rest.some((k) => surely(k, c)))) {
      every.forEach((k) => {
        const own = k === b ? range(ahead(b, second)) : nothing;
        unique[k] = hull(unique[k] ?? own, own);
      });
      for (const w of worst.filter((k) => k !== b)) {
        const own = w === second ? nothing : range(ahead(second, w));
        partial = hull(partial ?? own, own);
      }
    }
  }
  const over = (set: readonly number[], weights: (k: number) => Weights) =>
    set.map((k) => range(weights(k))).reduce(hull);
  return {
    unique: unique as Range[],
    redundancy: over(worst, (w) => ({ [1 + w]: 1 })),
    synergy: over(best, (b) => ({ 0: 1, [1 + b]: -1 })),
    partialRedundancy: partial ?? nothing,
    union: over(best, (b) => ({ [1 + b]: 1 })),
  };
}

function ofBounds({ range, modalities }: OrderedEstimate): AtomRanges {
  const high = (weights: Weights) => range(weights)[1];
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
