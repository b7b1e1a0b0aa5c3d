import type { Comparison } from "../report/compare/comparison.js";
import type { StudyComparison } from "../study/compare/study-comparison.js";
import type { ExternalComparison } from "../study/external/external-comparison.js";
import type { EvaluateRunOptions } from "./finished-runs.js";

/**
 * `pidreg compare`: finished runs side by side, each group of equal configs against the first on the rows both tested.
 * @param runs at least two different run folders
 * @throws InputError when a folder is no finished run, given twice, or predicts other targets than the first
 */
export async function compareRuns(runs: readonly string[]): Promise<Comparison> {
  const { compareRuns: compare } = await import("../study/compare/compare-runs.js");
  return compare(runs);
}

/**
 * `pidreg compare STUDY STUDY`: finished cross-validations whose folds are the same rows, every metric of each config minus that of the
 * first, paired fold by fold with the corrected interval.
 * @param studies at least two different study folders
 * @throws InputError when one is no finished cross-validation, or its folds are other rows than those of the first
 */
export async function compareStudies(studies: readonly string[]): Promise<StudyComparison> {
  const [{ compareStudies: compare }, { studiesJson }] = await Promise.all([
    import("../study/compare/compare-studies.js"),
    import("../study/compare/compared-studies.js"),
  ]);
  return studiesJson(await compare(studies));
}

/** What `compareOnTable` takes beside the runs. */
export interface CompareOnTableOptions extends Pick<EvaluateRunOptions, "arrays" | "dialect" | "engine"> {
  /** Table with the columns of the models and their targets, or tables that are joined. */
  readonly data: string | readonly string[];
  /** Column of rows that may depend on one another; `data.group` of the first run, where the table has it, if left out. */
  readonly group?: string;
}

/**
 * `pidreg compare RUN.. --data`: trained models on one table of another place: errors, paired differences, calibration and coverage, with
 * intervals over its rows or groups.
 * @param runs at least two different run folders
 * @throws InputError when a run is not finished, the table does not fit, or predictions are of other things
 */
export async function compareOnTable(
  runs: readonly string[],
  { engine = "auto", ...given }: CompareOnTableOptions,
): Promise<ExternalComparison> {
  const { compareOnTable: compare } = await import("../study/external/compare-on-table.js");
  return compare(runs, { ...given, engine });
}
