import { linesOf } from "./results.js";
import type { Claim } from "./scan.js";

/** Lines of experiments/studies of a kind, those where trainings differ: shares as whole per cent, least and most. */
function range(kind: string, of: "before" | "now", splits?: number): [string, string] {
  const shares = linesOf("studies/results.jsonl")
    .filter((line) => line.kind === kind && line.sd > 0 && (splits === undefined || line.trainings === splits))
    .map((line) => 100 * line[of]);
  return [Math.min(...shares).toFixed(0), Math.max(...shares).toFixed(0)];
}

/** Numbers that docs/studies.md takes from experiments/studies. */
export const studiesClaims: readonly Claim[] = [
  {
    document: "docs/studies.md",
    says: "holds the truth in {} to {} % of studies, that over # or # splits in {} to {} %",
    values: [...range("splits", "before"), ...range("splits", "now")],
  },
  {
    document: "docs/studies.md",
    says: "keeps one of them in {} to {} % of studies, # splits in {} to {} %, # in {} to {} %",
    values: [...range("repeats", "before"), ...range("repeats", "now", 5), ...range("repeats", "now", 3)],
  },
];
