import { normalQuantile } from "../math/special.js";
import type { PidIntervals, PidResult, PidValues } from "../pid/types.js";

const level = 0.95;

/**
 * Intervals of atoms measured on held-out rows, with what the network lost by learning from finitely many rows:
 *   [v - z SE, v + z SE + max(0, v_train - v) / 2],   z = 1.96, lower end at least 0.
 * SE knows the noise of the held-out rows only. A network fitted to noisy rows explains new rows worse, and its own
 * rows better, than the best it could have learned, and for least squares by equal amounts (Mallows 1973; Efron 2004,
 * doi:10.1198/016214504000000692, section 2): the best lies half-way. For networks that stop early this is rather more
 * than was lost (experiments/synthetic-truth). What no network of this kind could learn is not allowed for.
 * @param held  decomposition on rows that trained nothing
 * @param train the same reading on the rows that trained the network
 * @returns null without standard errors
 */
export function learningIntervals(held: PidResult, train: PidValues): PidIntervals | null {
  if (held.standardErrors === null) return null;
  const z = normalQuantile((1 + level) / 2);
  const lost = mapValues((now, then) => Math.max(0, then - now) / 2, held, train);
  return {
    level,
    method:
      "normal, standard errors from held-out rows; upper ends raised by half of what the rows that trained the network tell more",
    lower: mapValues((v, error) => Math.max(0, v - z * error), held, held.standardErrors),
    upper: mapValues((v, error, more) => v + z * error + more, held, held.standardErrors, lost),
  };
}

/** Applies a function number by number to decompositions of one shape. */
function mapValues(map: (...values: number[]) => number, ...all: readonly PidValues[]): PidValues {
  const at = (pick: (values: PidValues) => number) => map(...all.map(pick));
  const named = (pick: (values: PidValues) => Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.keys(pick(all[0])).map((name) => [name, at((values) => pick(values)[name])]));
  return {
    information: {
      total: at(({ information }) => information.total),
      byModality: named(({ information }) => information.byModality),
    },
    atoms: {
      unique: named(({ atoms }) => atoms.unique),
      redundancy: at(({ atoms }) => atoms.redundancy),
      synergy: at(({ atoms }) => atoms.synergy),
      partialRedundancy: at(({ atoms }) => atoms.partialRedundancy),
    },
    union: at(({ union }) => union),
  };
}
