import { mean } from "../../math/descriptive.js";
import { normalQuantile } from "../../math/special.js";
import { intervalsFor, withinErrors } from "../estimate/no-information.js";
import { centred, errorOf } from "../estimate/pointwise-error.js";
import { fewGroups } from "../estimate/row-groups.js";
import type { PidFlag, PidResult, PidValues } from "../types.js";
import { countsOf, labelEntropy, scoresOf } from "./class-evidence.js";
import { heldOutInformation } from "./class-rows.js";
import type { ClassPosteriors } from "./class-types.js";

/** A decomposition of what one modality tells about classes, all of it unique, with the part of every row. */
export interface SingleClassPid extends PidResult {
  /** [rows] log2 q(y | x) / share_y; its mean is the information, where that is above 0. */
  readonly local: Float64Array;
}

/** What one modality tells about classes: H(Y) less the cross entropy of its posteriors, bits, at least 0. */
export function singleClassPid({ names, classes, labels, joint, groups }: ClassPosteriors): SingleClassPid {
  const [name] = names;
  const scores = scoresOf(joint, labels, classes.length);
  const counts = countsOf(labels, classes.length);
  const local = scores.map((score, r) => score - Math.log2(counts[labels[r]] / labels.length));
  const entropy = labelEntropy(labels, classes.length);
  const shown = heldOutInformation(entropy, mean(scores));
  const error = errorOf(centred(local), groups);
  const nothing = withinErrors({ total: shown, single: [shown] }, { total: error, single: [error] });
  const flags: PidFlag[] = [
    ...(groups !== null && groups.effective < fewGroups ? (["few-groups"] as const) : []),
    ...(nothing ? (["no-information"] as const) : []),
  ];
  const of = (bits: number): PidValues => ({
    information: { total: bits, byModality: { [name]: bits } },
    atoms: { unique: { [name]: bits }, redundancy: 0, synergy: 0, partialRedundancy: 0 },
    union: bits,
  });
  const value = Math.max(0, shown);
  const z = normalQuantile(0.975);
  return {
    ...{ unit: "bits", measure: "broja", modalities: names, ...of(value), standardErrors: of(error) },
    intervals: intervalsFor(flags, {
      level: 0.95,
      method: "value and standard errors, within 0 and H(Y)",
      lower: of(Math.max(0, value - z * error)),
      upper: of(Math.min(entropy, value + z * error)),
    }),
    contrasts: [],
    n: labels.length,
    rank: { target: classes.length - 1, byModality: { [name]: classes.length - 1 }, total: classes.length - 1 },
    condBits: 0,
    residual: 0,
    flags,
    local,
  };
}
