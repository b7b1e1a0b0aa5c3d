import type { Decomposition, PidFile } from "../record/pid-schemas.js";
import type { CheckFacts } from "./check-sentences.js";
import { formatCount, joinWords } from "./text.js";

/** The check of a run. */
export type LatentCheck = NonNullable<PidFile["check"]>;

/** What is said of the check of a run, beside the decomposition that it checks. */
export function latentCheckFacts(
  { check, information }: Pick<Decomposition, "information"> & { readonly check: LatentCheck },
  targets: readonly string[],
): CheckFacts {
  const of = `${formatCount(check.n)} rows that did not train the encoders, held out in ${check.folds} folds`;
  return { check, target: joinWords(targets), total: information.total, toRanks: null, of };
}

/** That a check was wanted and could not be made. @param reason without full stop */
export function checkLeftOutSentence(reason: string): string {
  return `Whether the Gaussian reading is enough was not checked: ${reason}.`;
}

/** What the linear reading is of, where densities saw columns: a latent may have lost what these tell. */
export function readWords({ seen }: LatentCheck): string {
  return Object.values(seen).includes("columns") ? "latents, their columns and predictions" : "latents and predictions";
}

/** What densities saw: "columns of alpha and latents of pet". */
export function seenWords({ seen }: LatentCheck): string {
  const of = (kind: "columns" | "latents") => Object.keys(seen).filter((name) => seen[name] === kind);
  return (["columns", "latents"] as const)
    .flatMap((kind) => (of(kind).length === 0 ? [] : [`${kind} of ${joinWords(of(kind))}`]))
    .join(" and ");
}
