import { targetUnits } from "../config/data.js";
import type { Interval } from "../evaluation/intervals.js";
import { errorInterval, relativeDifference, resampleErrors } from "../evaluation/paired-errors.js";
import { Rng } from "../math/rng.js";
import { said } from "../report/sentence.js";
import type { Units } from "../report/with-unit.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { cautionSentences } from "./caution-sentences.js";
import type { FinishedRun } from "./study.js";
import { type AtomsOverRuns, atomsOverRuns, errorScales, resamplingText, rowCosts } from "./summarise.js";
import type { Variant } from "./variants.js";

/** What leaving something out does, on the test rows. */
export interface AblationResult {
  readonly name: string;
  /** Config keys that differ from the full config. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** Error in the unit of the target; for several targets the mean of error over standard deviation. */
  readonly error: Interval;
  /** Error over that of the full config, less 1; null for the full config. */
  readonly difference: Interval | null;
  readonly pid: AtomsOverRuns;
}

/** results.json of an ablation. */
export interface AblateResults extends CheckedParts {
  readonly kind: "ablate";
  readonly seeds: number;
  readonly targets: readonly string[];
  /** Units of targets; only where the config names any. */
  readonly units?: Units;
  /** Rows of the test part. */
  readonly rows: number;
  /** What intervals were made by: "over rows", "over 40 whole groups". */
  readonly resampled: string;
  /** What intervals do not hold, as sentences. */
  readonly cautions: readonly string[];
  /** `model.fusion.atoms`: the rows behind `pid`. */
  readonly atomsFrom: string;
  /** The full config first. */
  readonly variants: readonly AblationResult[];
}

/**
 * Compares the trainings of variants with those of the full config.
 * @param variants the full config first
 * @param changes  config keys that each variant changes
 * @param runs     per variant its trainings
 */
export function ablateResults(
  variants: readonly Variant[],
  changes: readonly Readonly<Record<string, unknown>>[],
  runs: readonly (readonly FinishedRun[])[],
  seed: number,
): Omit<AblateResults, keyof CheckedParts> {
  const [[full]] = runs;
  const errors = resampleErrors(
    runs.map((trainings) => trainings.map(({ files }) => rowCosts(files, "test"))),
    {
      rng: new Rng(seed).split("ablate"),
      error: full.files.task.metrics.headline,
      scales: errorScales(full.files, "test"),
      groups: full.files.test.groups,
    },
  );
  return {
    kind: "ablate",
    seeds: runs[0].length,
    targets: full.files.metrics.targets,
    ...targetUnits(full.files.metrics),
    rows: full.files.metrics.test.n,
    resampled: resamplingText(full.files, "test"),
    cautions: said(cautionSentences, { seeds: runs[0].length, compared: variants.length - 1 }),
    atomsFrom: variants[0].config.model.fusion.atoms,
    variants: variants.map(({ name }, v) => ({
      name,
      changes: changes[v],
      error: errorInterval(errors[v]),
      difference: v === 0 ? null : relativeDifference(errors[v], errors[0]),
      pid: atomsOverRuns(runs[v].map(({ files }) => files)),
    })),
  };
}
