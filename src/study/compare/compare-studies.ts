import { resolve } from "node:path";
import { InputError } from "../../errors.js";
import { repeatedFolder } from "../../files/make-folder.js";
import { RunFolder } from "../../record/run-folder.js";
import { shown } from "../../shown.js";
import { plannedSplits } from "../collect.js";
import { type ComparedArms, compareArms, type NamedArm } from "../crossval/paired.js";
import { crossvalArms, openCrossval } from "../crossval.js";
import { progressOf, StudyMemory } from "../finished-runs.js";
import { studyFiles } from "../study.js";
import { plannedStudy, readStudy } from "../study-file.js";
import { configLabelsOf } from "./compare-groups.js";
import { groupLetters, namesOfRuns } from "./letters.js";

/** Cross-validations whose folds are the same rows, config by config. */
export interface ComparedStudies extends ComparedArms {
  /** Study folder of each config. */
  readonly folders: readonly string[];
}

/** A config of one of the studies. */
interface StudyArm {
  readonly folder: string;
  readonly name: string;
  readonly arm: NamedArm;
}

/** Whether a folder holds a study. */
export async function isStudy(folder: string): Promise<boolean> {
  return new RunFolder(resolve(folder)).has(studyFiles.plan);
}

/**
 * Finished cross-validations fold by fold, each against the first.
 * @param folders at least two different study folders
 * @throws InputError when one is no finished cross-validation, or its folds are other rows than those of the first
 */
export async function compareStudies(folders: readonly string[]): Promise<ComparedStudies> {
  if (folders.length < 2) throw new InputError(`compare needs at least two study folders, got ${folders.length}`);
  const again = await repeatedFolder(folders);
  if (again !== undefined) throw new InputError(`${again}: is given twice`);
  const found: StudyArm[] = [];
  for (const folder of folders) found.push(...(await armsOf(folder)));
  const [first, ...others] = found;
  for (const other of others) checkFolds(first, other);
  const letters = groupLetters(found.length, namesOfRuns(found.map(({ arm }) => arm.found.runs[0].files)));
  const labels = configLabelsOf(
    found.map(({ folder, name, arm }) => ({ name, run: arm.found.runs[0].files, place: folder })),
  );
  const arms = found.map(({ arm }, i) => ({ ...arm, letter: letters[i], label: labels[i] }));
  return { ...compareArms(arms), folders: found.map(({ folder }) => folder) };
}

async function armsOf(folder: string): Promise<StudyArm[]> {
  const place = new RunFolder(resolve(folder));
  const document = await readStudy(place);
  if (document.kind !== "crossval") {
    throw new InputError(
      `${folder}: is a study of ${document.kind}; compare takes runs, or cross-validations (pidreg crossval)`,
    );
  }
  const planned = plannedStudy(document, await plannedSplits(place, document));
  const { finished, missing } = await progressOf(place, document, openCrossval(planned), new StudyMemory());
  if (missing.length > 0) {
    throw new InputError(
      `${folder}: ${missing.length} of its trainings ${missing.length === 1 ? "is" : "are"} not finished (first ${missing[0].name}); ` +
        "pidreg study status tells which, and the same crossval command continues",
    );
  }
  const names = [planned.config, ...(planned.others ?? [])].map(({ name }) => name);
  return crossvalArms(planned, finished).map((arm, i) => ({ folder, name: names[i], arm }));
}

/** How the same folds are made. */
const remedy =
  "Only errors on the same rows can be paired: pidreg crossval A.yaml B.yaml trains both on the same folds; or give both the same table, " +
  "seed, data.group, data.id and data.split, --folds, --repeats and --outer-group";

/** @throws InputError where folds of two configs are not the same rows with the same true values */
function checkFolds(first: StudyArm, other: StudyArm): void {
  const refuse = (reason: string) => {
    throw new InputError(`${other.folder} and ${first.folder}: ${reason}. ${remedy}`);
  };
  const [a, b] = [first.arm.found, other.arm.found];
  if (a.task.name !== b.task.name) refuse(`learned ${b.task.name} and ${a.task.name}`);
  const [targets, theirs] = [a, b].map((found) => Object.keys(found.targets).join(", "));
  if (targets !== theirs) refuse(`predict ${shown(theirs)} and ${shown(targets)}`);
  const classes = [a, b].map((found) => JSON.stringify(found.runs[0].files.metrics.classes ?? null));
  if (classes[0] !== classes[1]) refuse("predict other classes");
  if (a.runs.length !== b.runs.length) refuse(`have ${b.runs.length} and ${a.runs.length} test folds`);
  a.runs.forEach((run, i) => {
    const reason = otherRows(run.files.test, b.runs[i].files.test);
    if (reason !== null) refuse(`fold ${run.fold} of repeat ${run.repeat} ${reason}`);
  });
}

type Tested = NamedArm["found"]["runs"][number]["files"]["test"];

/** In what the rows of two test folds differ; null where they are the same. */
function otherRows(first: Tested, other: Tested): string | null {
  const places = new Map(other.ids.map((id, i) => [id, i]));
  const strange = first.ids.find((id) => !places.has(id));
  if (strange !== undefined || first.ids.length !== other.ids.length) {
    const example = strange === undefined ? "" : `; row "${shown(strange)}" is tested in one only`;
    return `tests ${other.ids.length} and ${first.ids.length} rows that are not the same${example}`;
  }
  for (const [target, { truth }] of first.targets) {
    const theirs = other.targets.get(target)?.truth ?? new Float64Array();
    const differs = first.ids.findIndex((id, i) => {
      const value = theirs[places.get(id) ?? -1] ?? Number.NaN;
      return !(Math.abs(value - truth[i]) <= 1e-6 * Math.max(1, Math.abs(truth[i])));
    });
    if (differs >= 0) return `has another ${shown(target)} in row "${shown(first.ids[differs])}"`;
  }
  return null;
}
