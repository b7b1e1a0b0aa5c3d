import type { RepeatedRuns } from "./comparison.js";

/** Sentences about runs whose spread says nothing: the same settings and seed give the same model. */
export function repeatedText({ group, seed, runs }: RepeatedRuns): string[] {
  return [
    `${group}: ${runs.length} runs have the same settings and seed ${seed}: one training done again.`,
    "± then is not the spread that other seeds would show.",
  ];
}
