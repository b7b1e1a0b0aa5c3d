import { join } from "node:path";
import type { Comparison } from "../report/compare/comparison.js";
import type { AblateResults } from "../study/ablate.js";
import type { CrossvalResults } from "../study/crossval-results.js";
import { studyDefaults } from "../study/defaults.js";
import type { SelectResults } from "../study/select-results.js";
import { type ConfigOptions, resolved } from "./trainings.js";

/** What every study takes. */
export interface StudyOptions extends ConfigOptions {
  /** Study folder; `runs/NAME-KIND` if left out. An unfinished study of the same plan is continued. */
  readonly out?: string;
  /** Trainings at a time; as many as there are cores if left out. */
  readonly jobs?: number;
  /** Stops the study, which can be continued, when it fires. */
  readonly signal?: AbortSignal;
  readonly onMessage?: (text: string) => void;
  /** Told what nobody should miss about the table. */
  readonly onWarning?: (text: string) => void;
}

/** What a study found. */
export interface StudyResult<Results> {
  readonly folder: string;
  readonly results: Results;
  /** The findings as Markdown. */
  readonly text: string;
}

export interface CrossvalOptions extends StudyOptions {
  /** 5 if left out. */
  readonly folds?: number;
  /** Times that the whole is done with new folds; 1 if left out. */
  readonly repeats?: number;
  /** Column whose values are tested as a whole (sites, batches). */
  readonly outerGroup?: string;
}

export interface SelectOptions extends StudyOptions {
  /** Trainings of each subset; 3 if left out. */
  readonly seeds?: number;
  /** Largest increase of the error that is accepted, as a share; .02 if left out. */
  readonly margin?: number;
  /** Rows that decide; validation if left out. */
  readonly decideOn?: "validation" | "test";
}

export interface AblateOptions extends StudyOptions {
  /** Trainings of each variant; 3 if left out. */
  readonly seeds?: number;
  /** Ablations by name; all that change something if left out. */
  readonly only?: readonly string[];
}

/**
 * `pidreg crossval`: repeated K-fold cross-validation.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function crossval(options: CrossvalOptions): Promise<StudyResult<CrossvalResults>> {
  const { crossval: run } = await import("../study/crossval.js");
  return run({ ...studyDefaults.crossval, ...(await request("crossval", options)) });
}

/**
 * `pidreg select`: which modalities are needed.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function select(options: SelectOptions): Promise<StudyResult<SelectResults>> {
  const { select: run } = await import("../study/select.js");
  return run({ ...studyDefaults.select, ...(await request("select", options)) });
}

/**
 * `pidreg ablate`: what every loss, stage and option does to error and atoms.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function ablate(options: AblateOptions): Promise<StudyResult<AblateResults>> {
  const { ablate: run } = await import("../study/ablate.js");
  return run({ ...studyDefaults.ablate, ...(await request("ablate", options)) });
}

/**
 * `pidreg compare`: finished runs side by side, each group of equal configs against the first on the rows both tested.
 * @param runs at least two different run folders
 * @throws InputError when a folder is no finished run, given twice, or predicts other targets than the first
 */
export async function compareRuns(runs: readonly string[]): Promise<Comparison> {
  const { compareRuns: compare } = await import("../study/compare/compare-runs.js");
  return compare(runs);
}

/** The options with the config resolved and the folder named; those left undefined are left out, for the defaults. */
async function request<Options extends StudyOptions>(kind: string, options: Options) {
  const { config, baseFolder } = await resolved(options.config, options.baseFolder);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
  return { ...given, config, baseFolder, out: options.out ?? join("runs", `${config.name}-${kind}`) };
}
