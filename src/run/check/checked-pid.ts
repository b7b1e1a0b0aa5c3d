import { lacksInformation } from "../../pid/estimate/no-information.js";
import type { PidFlag } from "../../pid/types.js";
import type { RunPid, StoredPid } from "../../record/pid-schemas.js";
import type { LatentCheck } from "./check-rows.js";

type Checked<P> = P & Pick<RunPid, "check" | "checkLeftOut">;

/**
 * A decomposition with the check of its Gaussian reading, and with the flags that this gives it and its test part:
 * `non-gaussian` where more was found, `no-information` only where neither reading found any.
 */
export function withLatentCheck<P extends StoredPid & { readonly test?: StoredPid }>(
  pid: P,
  outcome: LatentCheck,
): Checked<P> {
  if (outcome === null) return pid;
  if ("leftOut" in outcome) return { ...pid, checkLeftOut: outcome.leftOut };
  const { check } = outcome;
  const { test } = pid;
  const gaussianFound = { own: !lacksInformation(pid), test: test === undefined ? null : !lacksInformation(test) };
  const flags = (of: StoredPid) => checkedFlags(of.flags, check);
  return {
    ...pid,
    flags: flags(pid),
    check: { ...check, gaussianFound },
    ...(test === undefined ? {} : { test: { ...test, flags: flags(test) } }),
  };
}

function checkedFlags(
  flags: readonly PidFlag[],
  { nonGaussian, informationFound }: Pick<NonNullable<RunPid["check"]>, "nonGaussian" | "informationFound">,
): PidFlag[] {
  const kept = flags.filter((flag) => flag !== "no-information" || !informationFound);
  return nonGaussian ? [...kept, "non-gaussian"] : kept;
}

/** What a decomposition holds of its check. */
export function outcomeOf({ check, checkLeftOut: leftOut }: Pick<RunPid, "check" | "checkLeftOut">): LatentCheck {
  if (check !== undefined) return { check };
  return leftOut === undefined ? null : { leftOut };
}

/** The same as it was before the check: with the flags of its own readings. */
export function withoutLatentCheck<
  P extends StoredPid & Pick<RunPid, "check" | "checkLeftOut"> & { test?: StoredPid },
>({ check, checkLeftOut: _, ...pid }: P) {
  if (check === undefined) return pid;
  const own = (flags: readonly PidFlag[], found: boolean | null): PidFlag[] => {
    const kept = flags.filter((flag) => flag !== "non-gaussian");
    return found === false && !kept.includes("no-information") ? [...kept, "no-information"] : kept;
  };
  const { own: found, test: onTest } = check.gaussianFound;
  return {
    ...pid,
    flags: own(pid.flags, found),
    ...(pid.test === undefined ? {} : { test: { ...pid.test, flags: own(pid.test.flags, onTest) } }),
  };
}
