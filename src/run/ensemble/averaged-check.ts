import { mean } from "../../math/descriptive.js";
import { densityRanges } from "../../mi/atom-ranges.js";
import type { CheckedReading, Gap } from "../../mi/check-types.js";
import type { Estimate } from "../../mi/estimate.js";
import { isBeyond, isFound } from "../../mi/found.js";
import type { RunPid } from "../../record/pid-schemas.js";
import type { LatentCheck } from "../check/check-rows.js";
import { combineErrors } from "./average.js";

type Check = Omit<NonNullable<RunPid["check"]>, "gaussianFound">;

/**
 * Mean of the members' checks: of one target every information is the mean of lower bounds, so one itself. Errors as those of averaged atoms,
 * since the members share their rows; the verdicts are asked of the means.
 */
export function averagedCheck(members: readonly Check[]): Check {
  const [first] = members;
  const readings = first.readings.map((reading, k) =>
    averagedReading(
      reading,
      members.map((member) => member.readings[k]),
    ),
  );
  return {
    ...first,
    readings,
    nonGaussian: readings.some(({ beyond }) => beyond),
    informationFound: readings.some(({ density, gaussian }) => isFound(density) || isFound(gaussian.heldOut)),
    ranges: densityRanges(readings),
    warnings: [...new Set(members.flatMap(({ warnings }) => warnings))],
  };
}

/** The same of outcomes: where a member has no check there is none, for the first reason given. */
export function averagedOutcome(outcomes: readonly LatentCheck[]): LatentCheck {
  const checks = outcomes.flatMap((outcome) => (outcome !== null && "check" in outcome ? [outcome.check] : []));
  if (checks.length === outcomes.length) return { check: averagedCheck(checks) };
  return outcomes.find((outcome) => outcome !== null && "leftOut" in outcome) ?? null;
}

function averagedReading(first: CheckedReading, all: readonly CheckedReading[]): CheckedReading {
  const misfit = averagedGap(all.map((reading) => reading.misfit));
  const closed = all.flatMap(({ gaussian }) => gaussian.closedForm ?? []);
  const neighbours = all.flatMap(({ ksg }) => ksg ?? []);
  return {
    modalities: first.modalities,
    gaussian: {
      closedForm: closed.length < all.length ? null : mean(closed),
      heldOut: averagedEstimate(all.map(({ gaussian }) => gaussian.heldOut)),
    },
    density: averagedEstimate(all.map(({ density }) => density)),
    gap: averagedGap(all.map(({ gap }) => gap)),
    misfit,
    beyond: isBeyond(misfit),
    ksg: neighbours.length < all.length ? null : averagedEstimate(neighbours),
  };
}

function averagedGap(all: readonly Gap[]): Gap {
  const bits = all.map((gap) => gap.bits);
  return {
    bits: mean(bits),
    standardError: combineErrors(
      bits,
      all.map((gap) => gap.standardError),
    ),
  };
}

function averagedEstimate(all: readonly Estimate[]): Estimate {
  const corrections = all.flatMap((each) => each.correction ?? []);
  return {
    ...all[0],
    ...averagedGap(all),
    converged: all.every(({ converged }) => converged),
    warnings: [...new Set(all.flatMap(({ warnings }) => warnings))],
    ...(corrections.length < all.length ? {} : { correction: mean(corrections) }),
  };
}
