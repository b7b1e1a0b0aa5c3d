import { normalQuantile } from "../../math/special.js";
import { combineValues } from "../../pid/closed-form/combine-values.js";
import { intervalsFor } from "../../pid/estimate/no-information.js";
import type { PidIntervals, PidResult, PidValues } from "../../pid/types.js";

const level = 0.95;

/**
 * Share of the variance of the target, times training rows, that networks leave unexplained whatever there is to explain
 * (experiments/synthetic-truth). An information that leaves less than this is known from below only.
 */
const unlearned = 20;

/** Rows that trained the network: how many, and what the same reading tells about them. */
export interface TrainedRows {
  readonly rows: number;
  readonly values: PidValues;
}

/**
 * Intervals of atoms measured on held-out rows, with what the network lost by learning from finitely many rows:
 *   [v - z SE, v + z SE + max(0, v_train - v)],   z = 1.96, lower end at least 0.
 * SE knows the noise of the held-out rows only. A network fitted to noisy rows explains new rows worse, and its own
 * rows better, than the best it could have learned: for least squares by equal amounts (Mallows 1973; Efron 2004,
 * doi:10.1198/016214504000000692, section 2), so that the best lies half-way. Networks that stop early and drop units do not
 * reach the best on their own rows either, and less of it the less noise there is; so the upper end goes all the way. What a
 * modality tells only because less was learned of another is not unique to it: lower ends of unique atoms go down by as much
 * as v_train - v of any other modality exceeds its own.
 *
 * Where an information leaves less than 20 / rows of the variance in each direction of the target, both readings miss more
 * than their difference tells. It has no upper end then (infinite), and neither have the atoms that are parts of it: unique
 * ones of their modality, redundancy of the modality that knows least, synergy of the total. What no network of this kind
 * could learn is not allowed for.
 * @param held  decomposition on rows that trained nothing
 * @param train the rows that trained the network
 * At a tie (flag `boundary`) intervals of the atoms hold whichever modality knows more (`anyOrder`).
 * Where the total is not told from 0 (flag `no-information`) all lower ends are 0.
 * @returns null without standard errors
 */
export function learningIntervals(held: PidResult, train: TrainedRows): PidIntervals | null {
  if (held.standardErrors === null) return null;
  const z = normalQuantile((1 + level) / 2);
  const open = openEnds(held, train.rows);
  const more = combineValues([held, train.values], ([now, then]) => (then > now ? then - now : 0));
  const lost = combineValues([more, open], ([bits, end]) => bits + end);
  return intervalsFor(held.flags, {
    level,
    method:
      "normal, standard errors from held-out rows; upper ends raised by what the rows that trained the network tell more, and " +
      "none (null) where too little is left unexplained to know what was not learned; lower ends of unique parts lowered by " +
      "what was learned worse of another modality",
    lower: withoutLag(
      atLeast(
        combineValues([held, held.standardErrors], ([v, error]) => Math.max(0, v - z * error)),
        held.anyOrder?.lower,
      ),
      more.information.byModality,
    ),
    upper: atMost(
      combineValues([held, held.standardErrors, lost], ([v, error, bits]) => v + z * error + bits),
      held.anyOrder && combineValues([held.anyOrder.upper, lost], ([v, bits]) => v + bits),
    ),
  });
}

/**
 * A decomposition of held-out rows as a run reports it: with intervals, and the flag `lower-bound` where an information has
 * no upper end.
 */
export function withLearningIntervals(held: PidResult, train: TrainedRows): PidResult {
  const intervals = learningIntervals(held, train);
  if (intervals === null || !isOpen(intervals.upper) || isOpen(held)) return { ...held, intervals };
  return { ...held, flags: [...held.flags, "lower-bound"], intervals };
}

/** Infinite for every number that is known from below only, 0 for the others. */
function openEnds({ information, rank }: PidResult, rows: number): PidValues {
  const least = (unlearned / rows) ** rank.target;
  const end = (bits: number) => (Number.isFinite(bits) && 2 ** (-2 * bits) < least ? Number.POSITIVE_INFINITY : 0);
  const byModality = Object.fromEntries(Object.entries(information.byModality).map(([name, v]) => [name, end(v)]));
  const ends = Object.values(byModality);
  const total = end(information.total);
  return {
    information: { total, byModality },
    atoms: { unique: byModality, redundancy: Math.min(...ends), synergy: total, partialRedundancy: Math.max(...ends) },
    union: Math.max(...ends),
  };
}

/** Lower ends, those of unique atoms less what was learned worse of another modality. @param more v_train - v of each */
function withoutLag(lower: PidValues, more: PidValues["information"]["byModality"]): PidValues {
  const unique = Object.entries(lower.atoms.unique).map(([name, end]): [string, number] => {
    const lag = Math.max(...Object.keys(more).map((other) => more[other] - more[name]));
    return [name, lag > 0 ? Math.max(0, end - lag) : end];
  });
  return { ...lower, atoms: { ...lower.atoms, unique: Object.fromEntries(unique) } };
}

function isOpen({ information: { total, byModality } }: PidValues): boolean {
  return [total, ...Object.values(byModality)].includes(Number.POSITIVE_INFINITY);
}

function atLeast(own: PidValues, others: PidValues | undefined): PidValues {
  return others === undefined ? own : combineValues([own, others], (ends) => Math.min(...ends));
}

function atMost(own: PidValues, others: PidValues | undefined): PidValues {
  return others === undefined ? own : combineValues([own, others], (ends) => Math.max(...ends));
}
