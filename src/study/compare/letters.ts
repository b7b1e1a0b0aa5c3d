import type { RunFiles } from "../../record/read-run.js";

/**
 * What groups are called: letters in their order, without those that name something in the runs. Tables and sentences set
 * both side by side, and "A" must not be a group in one place and a modality in another.
 */
export function groupLetters(count: number, taken: ReadonlySet<string>): string[] {
  const letters: string[] = [];
  for (let index = 0; letters.length < count; index++) {
    const next = letter(index);
    if (!taken.has(next.toLowerCase())) letters.push(next);
  }
  return letters;
}

/** "A" to "Z", then "AA", "AB", .. */
function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last;
}

/** Names of modalities, targets and baselines, in small letters: a reader does not tell "a" from "A" apart. */
export function namesOfRuns(runs: readonly Pick<RunFiles, "metrics" | "pid">[]): ReadonlySet<string> {
  const names = runs.flatMap(({ metrics, pid }) => [
    ...[...pid.modalities, ...metrics.targets, ...Object.keys(metrics.baselines)],
  ]);
  return new Set(names.map((name) => name.toLowerCase()));
}
