import { normalQuantile } from "../../math/special.js";
import { combineValues } from "../../pid/closed-form/combine-values.js";
import { intervalsFor } from "../../pid/estimate/no-information.js";
import type { PidIntervals, PidResult, PidValues } from "../../pid/types.js";

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
 * At a tie (flag `boundary`) intervals of the atoms hold whichever modality knows more (`anyOrder`).
 * Where the total is not told from 0 (flag `no-information`) all lower ends are 0.
 * @returns null without standard errors
 */
export function learningIntervals(held: PidResult, train: PidValues): PidIntervals | null {
  if (held.standardErrors === null) return null;
  const z = normalQuantile((1 + level) / 2);
  const lost = combineValues([held, train], ([now, then]) => Math.max(0, then - now) / 2);
  return intervalsFor(held.flags, {
    level,
    method:
      "normal, standard errors from held-out rows; upper ends raised by half of what the rows that trained the network tell more",
    lower: atLeast(
      combineValues([held, held.standardErrors], ([v, error]) => Math.max(0, v - z * error)),
      held.anyOrder?.lower,
    ),
    upper: atMost(
      combineValues([held, held.standardErrors, lost], ([v, error, more]) => v + z * error + more),
      held.anyOrder && combineValues([held.anyOrder.upper, lost], ([v, more]) => v + more),
    ),
  });
}

function atLeast(own: PidValues, others: PidValues | undefined): PidValues {
  return others === undefined ? own : combineValues([own, others], (ends) => Math.min(...ends));
}

function atMost(own: PidValues, others: PidValues | undefined): PidValues {
  return others === undefined ? own : combineValues([own, others], (ends) => Math.max(...ends));
}
