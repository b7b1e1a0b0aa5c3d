import { targetUnits } from "../../config/data.js";
import type { SavedSplit } from "../../data/dataset.js";
import { type Limits, splitInterval } from "../../evaluation/split-intervals.js";
import { mean } from "../../math/descriptive.js";
import type { RunFiles } from "../../record/read-run.js";
import type { Units } from "../../report/with-unit.js";
import type { MeasuredTask } from "../../tasks/measured-task.js";
import type { FoldParts } from "../crossval-parts.js";
import type { AtomIntervals, AtomsOverRuns, MeanSd } from "../results-schemas.js";
import { atomsOverRuns, eachAtom, weightsOverRuns } from "../summarise.js";
import { type SitesFound, sitesFound } from "./sites.js";
import { type TargetFound, targetFound } from "./target-found.js";

/** A finished fold. */
export interface FoldRun {
  readonly name: string;
  readonly repeat: number;
  readonly fold: number;
  readonly split: SavedSplit;
  readonly parts: FoldParts;
  readonly files: RunFiles;
}

/** What the folds of one config found, before it is written under the keys of the task. */
export interface ArmFound {
  readonly task: MeasuredTask;
  readonly warnings: readonly string[];
  /** `model.fusion.atoms` and `model.fusion.method`. */
  readonly atomsFrom: string;
  readonly fusion: string;
  /** Mean rows of a test part over mean rows of a training part: the correction of the intervals. */
  readonly testToTrain: number;
  readonly targets: Readonly<Record<string, TargetFound>>;
  readonly units?: Units;
  readonly pid: AtomsOverRuns;
  readonly atomIntervals: AtomIntervals;
  readonly weights: Readonly<Record<string, MeanSd | null>>;
  readonly sites: SitesFound | null;
  readonly runs: readonly FoldRun[];
}

/** The same within its study. */
export interface ArmInStudy extends ArmFound {
  readonly outerGroup: string | null;
  readonly repeats: number;
}

/** Sites of the rows, and what every run of a config says of them. */
export interface ArmOptions extends Pick<ArmFound, "warnings" | "atomsFrom" | "fusion"> {
  readonly repeats: number;
  /** Column of the sites; null where rows have none. */
  readonly site: string | null;
  /** By row id; the groups of the runs if null. */
  readonly siteOf: ReadonlyMap<string, string> | null;
}

/** Gathers what the folds of one config found. */
export function armFound(runs: readonly FoldRun[], { repeats, site, siteOf, ...options }: ArmOptions): ArmFound {
  const rows = (part: "train" | "validation" | "test") => mean(runs.map(({ split }) => split[part].length));
  const testToTrain = rows("test") / rows("train");
  const files = runs.map((run) => run.files);
  const [{ task, metrics }] = files;
  return {
    ...options,
    task,
    testToTrain,
    targets: Object.fromEntries(metrics.targets.map((target) => [target, targetFound(files, target, testToTrain)])),
    ...targetUnits(metrics),
    pid: atomsOverRuns(files),
    atomIntervals: eachAtom(files, (values) =>
      splitInterval(values, rows("validation") / rows("train"), bitsFrom(values)),
    ),
    weights: weightsOverRuns(files),
    sites: site === null ? null : sitesFound(files, site, siteOf, repeats),
    runs,
  };
}

/** Rows that were tested. */
export function testedCount(runs: readonly Pick<FoldRun, "repeat" | "split">[]): number {
  return runs.reduce((sum, { repeat, split }) => (repeat === 1 ? sum + split.test.length : sum), 0);
}

/** Bits are 0 at least; an estimate that is corrected for its bias may lie below. */
function bitsFrom(values: readonly (number | null)[]): Limits {
  return { least: Math.min(0, ...values.filter((value) => value !== null)) };
}
