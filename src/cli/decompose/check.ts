import { InputError, RunError } from "../../errors.js";
import { againstAtoms } from "../../mi/against-atoms.js";
import { checkSeconds } from "../../mi/check-cost.js";
import type { GaussianCheck } from "../../mi/check-types.js";
import { uncheckable } from "../../mi/checkable.js";
import type { PidColumns } from "../../pid/estimate/data-columns.js";
import type { PidEstimate } from "../../pid/estimate/estimate-types.js";
import { intervalsFor } from "../../pid/estimate/no-information.js";
import type { GroupLabel } from "../../pid/estimate/row-groups.js";
import type { PidFlag } from "../../pid/types.js";
import type { StageProgress } from "./progress.js";

/** A check of the Gaussian reading, or why there is none. */
export type CheckOutcome = { readonly check: GaussianCheck } | { readonly leftOut: string };

/** Complete rows, as a decomposition takes them. */
export interface CheckedTable {
  readonly target: PidColumns;
  readonly sources: readonly PidColumns[];
  readonly groups: readonly GroupLabel[] | undefined;
}

/** Seconds up to which a check is made unasked. */
const mostSeconds = 20;

/**
 * Checks the Gaussian reading of a table.
 * @param asked true: whatever it takes; undefined: where it takes 20 seconds or less, as estimated; false: never
 * @throws InputError where it was asked for and cannot be made
 */
export async function checkTable(
  table: CheckedTable,
  { asked, seed }: { readonly asked: boolean | undefined; readonly seed: number },
  progress: StageProgress,
): Promise<CheckOutcome> {
  if (asked === false) return { leftOut: "" };
  const problem = uncheckable({ targets: table.target.columns, groups: table.groups });
  if (problem !== null) {
    if (asked === true) throw new InputError(`--check: ${problem}`);
    return { leftOut: problem };
  }
  const widths = Object.fromEntries(table.sources.map(({ name, columns }) => [name, columns.length]));
  const seconds = checkSeconds(table.target.columns[0].length, widths, table.target.columns.length);
  if (seconds > mostSeconds && asked === undefined) {
    return {
      leftOut: `it would take more than ${mostSeconds} seconds, about ${Math.ceil(seconds / 10) * 10}; --check makes it all the same`,
    };
  }
  try {
    return { check: await runCheck(table, { seed, balance: asked === true }, progress) };
  } catch (error) {
    const told = error instanceof RunError || error instanceof InputError;
    if (!told || asked === true) throw error;
    return { leftOut: error.message };
  } finally {
    progress.stop();
  }
}

async function runCheck(
  { target, sources, groups }: CheckedTable,
  { seed, balance }: { readonly seed: number; readonly balance: boolean },
  progress: StageProgress,
) {
  const [{ createEngine }, { checkGaussian }] = await Promise.all([
    import("../../engine/index.js"),
    import("../../mi/check.js"),
  ]);
  const engine = await createEngine("auto", { onMessage: (message) => progress.message(message) });
  try {
    return await checkGaussian(target, sources, {
      engine,
      groups,
      seed,
      balance,
      onProgress: (done, of) => progress.update("check of the Gaussian reading", done, of),
    });
  } finally {
    await engine.dispose();
  }
}

/** The outcome with its verdicts asked of the estimate that is shown beside it. */
export function besideEstimate(outcome: CheckOutcome, { information, multi }: PidEstimate): CheckOutcome {
  if (!("check" in outcome)) return outcome;
  return { check: againstAtoms(outcome.check, { ...information, pairs: multi?.pairs ?? undefined }) };
}

/** An estimate with the flags that a check gives it: nothing was found only where the density found nothing either. */
export function withCheck(estimate: PidEstimate, made: CheckOutcome): PidEstimate {
  const outcome = besideEstimate(made, estimate);
  if (!("check" in outcome)) return estimate;
  const { nonGaussian, informationFound } = outcome.check;
  const kept = estimate.flags.filter((flag) => flag !== "no-information" || !informationFound);
  const nothing = !informationFound && !kept.includes("no-information") && isWithinErrors(estimate);
  const more: PidFlag[] = [
    ...(nonGaussian ? ["non-gaussian" as const] : []),
    ...(nothing ? ["no-information" as const] : []),
  ];
  const flags = [...kept, ...more];
  return { ...estimate, flags, intervals: intervalsFor(flags, estimate.intervals) };
}

/** Whether sentences say of the total that it is not told apart from 0. */
function isWithinErrors({ information, standardErrors }: PidEstimate): boolean {
  return standardErrors !== null && information.total < 2 * standardErrors.information.total;
}
