import { targetUnits } from "../config/data.js";
import type { Config } from "../config/schema.js";
import type { Interval } from "../evaluation/intervals.js";
import { errorInterval, relativeDifference, resampleErrors } from "../evaluation/paired-errors.js";
import { documentText } from "../files/json.js";
import { Rng } from "../math/rng.js";
import type { Units } from "../report/with-unit.js";
import { takesAbsentModalities } from "../run/absence.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { shown } from "../shown.js";
import { ablated, ablationsOf } from "./ablations.js";
import { digits, fixed, markdownTable, percent } from "./markdown.js";
import { sharedPartsText } from "./parts-text.js";
import { type FinishedRun, Study, type StudyOptions, studyFiles } from "./study.js";
import {
  type AtomsOverRuns,
  atomRows,
  atomsOverRuns,
  errorHeading,
  errorScales,
  resamplingText,
  squaredErrors,
} from "./summarise.js";
import { checkSeeds, fixSplit, trainVariants, type Variant } from "./variants.js";

export interface AblateOptions extends StudyOptions {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Trainings of each variant. */
  readonly seeds: number;
  /** Names of ablations; all that change something if left out. */
  readonly only?: readonly string[];
}

/** What leaving something out does, on the test rows. */
export interface AblationResult {
  readonly name: string;
  /** Config keys that differ from the full config. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** RMSE in the unit of the target; for several targets the mean of RMSE over standard deviation. */
  readonly error: Interval;
  /** Error over that of the full config, less 1; null for the full config. */
  readonly difference: Interval | null;
  readonly pid: AtomsOverRuns;
}

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
  /** The full config first. */
  readonly variants: readonly AblationResult[];
}

/**
 * Trains a config whole and with one part after another left out, on the same rows, and compares error and atoms.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function ablate(options: AblateOptions) {
  const { config, baseFolder, seeds, only } = options;
  checkSeeds(seeds);
  const left = ablationsOf(config, only);
  const variants: Variant[] = [
    { name: "full", config },
    ...left.map((ablation) => ({ name: ablation.name, config: ablated(config, ablation) })),
  ];
  const plan = { kind: "ablate", options: { seeds, only }, config, baseFolder } as const;
  return Study.with(plan, options, async (study) => {
    const load = { absentModalities: takesAbsentModalities(config) };
    const { file: splitFile, checked } = await fixSplit(study, config, baseFolder, load);
    for (const warning of checked.warnings) options.onMessage?.(`WARNING: ${warning}`);
    const runs = await trainVariants(study, variants, { seeds, splitFile });
    const changes = [{}, ...left.map((ablation) => ablation.changes)];
    const results = { ...ablateResults(variants, changes, runs, config.seed), ...checked };
    const text = ablateText(config.name, results);
    await study.finish({ [studyFiles.results]: documentText(results, studyFiles.results), [studyFiles.report]: text });
    return { folder: study.folder.path, results, text };
  });
}

function ablateResults(
  variants: readonly Variant[],
  changes: readonly Readonly<Record<string, unknown>>[],
  runs: readonly (readonly FinishedRun[])[],
  seed: number,
): Omit<AblateResults, keyof CheckedParts> {
  const [[full]] = runs;
  const errors = resampleErrors(
    runs.map((trainings) => trainings.map(({ files }) => squaredErrors(files, "test"))),
    { rng: new Rng(seed).split("ablate"), scales: errorScales(full.files, "test"), groups: full.files.test.groups },
  );
  return {
    kind: "ablate",
    seeds: runs[0].length,
    targets: full.files.metrics.targets,
    ...targetUnits(full.files.metrics),
    rows: full.files.metrics.test.n,
    resampled: resamplingText(full.files, "test"),
    variants: variants.map(({ name }, v) => ({
      name,
      changes: changes[v],
      error: errorInterval(errors[v]),
      difference: v === 0 ? null : relativeDifference(errors[v], errors[0]),
      pid: atomsOverRuns(runs[v].map(({ files }) => files)),
    })),
  };
}

/** The findings as Markdown. */
export function ablateText(name: string, results: AblateResults): string {
  const { variants, seeds, rows, resampled, parts, warnings } = results;
  const errors = variants.map(({ name, error, difference }) => [
    name,
    digits(error.value),
    difference === null ? "" : percent(difference.value),
    difference === null ? "" : `${percent(difference.low)} to ${percent(difference.high)}`,
  ]);
  const labels = atomRows(variants[0].pid).map(([label]) => label);
  const atoms = variants.map(({ name, pid }) => [name, ...atomRows(pid).map(([, value]) => fixed(value?.mean, 2))]);
  return `${[
    `# ${shown(name)}: what each part does`,
    `${rows} test rows, ${seeds} ${seeds === 1 ? "training" : "trainings"} of each, all on the same rows. ` +
      `Change of the error against the full config, with its 95 % interval (bootstrap ${resampled}): above 0 the part helps.`,
    ...sharedPartsText(parts, warnings),
    markdownTable([["left out", errorHeading(results), "change", "95 %"], ...errors]),
    seeds === 1
      ? "With one training each, the intervals hold the chance of the rows only; two trainings of one config differ too. Use --seeds 3 or more."
      : "The intervals hold the chance of the rows and of the training.",
    "Information about the target, bits:",
    markdownTable([["left out", ...labels], ...atoms]),
  ].join("\n\n")}\n`;
}
