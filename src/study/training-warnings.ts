import type { PidFlag } from "../pid/types.js";
import type { RunWarning } from "../record/run-schemas.js";
import { nearestInTimeCode } from "../report/nearest-warnings.js";
import { codeWords, notJudgedCode } from "../report/run-warnings.js";
import { plural } from "../report/text.js";

/** Warnings of a training without which the atoms, or the errors, of a study are misread. */
const repeated: readonly string[] = [
  "no-information",
  ...(["non-gaussian", "inconsistent", "lower-bound"] satisfies PidFlag[]),
  "not-converged",
  notJudgedCode,
  nearestInTimeCode,
];

/** A finished training, as far as it warns. */
interface WarnedTraining {
  readonly files: { readonly metrics: { readonly warnings?: readonly RunWarning[] | undefined } };
}

/**
 * What trainings warned of that bears on their atoms, or on what their errors tell, a sentence per kind: of how many, and what the first of them says.
 * Where their texts differ, only in numbers and parts, the first stands for all.
 * @param kinds all that bear on atoms if left out
 */
export function trainingWarnings(trainings: readonly WarnedTraining[], kinds = repeated): string[] {
  return kinds.flatMap((kind) => {
    const texts = trainings.flatMap(({ files }) => {
      const found = (files.metrics.warnings ?? []).find(({ code }) => code === kind);
      return found === undefined ? [] : [found.text];
    });
    if (texts.length === 0) return [];
    const example = new Set(texts).size === 1 ? "" : "for example ";
    return [`${codeWords(kind)} in ${texts.length} of ${plural(trainings.length, "training")}: ${example}${texts[0]}`];
  });
}
