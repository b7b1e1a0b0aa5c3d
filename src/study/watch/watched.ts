import { join, resolve } from "node:path";
import { InputError } from "../../errors.js";
import { memberFolder } from "../../record/ensemble-folder.js";
import { findFolders } from "../../record/find-folders.js";
import { lockOwner } from "../../record/lock-state.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { type ProgressState, type RunInProgress, readInProgress } from "../../record/run-in-progress.js";
import { studyStatus, type TrainingState } from "../status.js";
import { studyFiles } from "../study.js";
import { runPath } from "../study-file.js";

/** A training that is followed. */
export interface WatchedTraining {
  /** Name in its study, else its path from what is watched. */
  readonly name: string;
  readonly state: TrainingState;
  /** What it failed with, or why it cannot be read. */
  readonly detail?: string;
  /** Null where it has no files yet, or damaged ones. */
  readonly run: RunInProgress | null;
}

/** What is watched, as its files are now. */
export interface Watched {
  /** The folder as it was named. */
  readonly title: string;
  readonly kind: "run" | "study" | "folder";
  readonly trainings: readonly WatchedTraining[];
  /** Whether some process is at work: in a training, or between the rounds of a study. */
  readonly atWork: boolean;
}

/** Most trainings of a folder whose files are read. */
export const mostTrainings = 500;

/** Looks at a run, a study or a folder of such, and changes nothing. @throws InputError when it is none that can be read */
export async function lookAt(path: string): Promise<Watched> {
  const folder = new RunFolder(resolve(path));
  if ((await folder.entries()) === null) throw new InputError(`${path}: there is no such folder; name a run or study`);
  const { found } = await findFolders(folder.path, studyFiles.plan);
  const trainings: WatchedTraining[] = [];
  let between = false;
  for (const { path: inner, kind } of found) {
    const place = join(folder.path, inner);
    between ||= kind === "study" && (await lockOwner(place)) !== null;
    trainings.push(...(kind === "study" ? await ofStudy(place, inner) : await ofRun(place, inner)));
    if (trainings.length >= mostTrainings) break;
  }
  const own = found.length === 1 && found[0].path === "." ? found[0].kind : "folder";
  const shownTrainings = trainings.slice(0, mostTrainings);
  return {
    ...{ title: path, kind: own, trainings: shownTrainings },
    atWork: between || trainings.some(({ state }) => state === "running"),
  };
}

async function ofStudy(place: string, inner: string): Promise<WatchedTraining[]> {
  const { trainings } = await studyStatus(place).catch((error: unknown) => {
    if (error instanceof InputError) return { trainings: [] };
    throw error;
  });
  const watched: WatchedTraining[] = [];
  for (const { name, state, detail } of trainings) {
    const label = inner === "." ? name : `${inner}/${name}`;
    const own = state === "planned" ? null : await readOrSay(join(place, runPath(name)));
    watched.push({ name: label, state, ...(state === "failed" ? { detail } : {}), ...(own ?? { run: null }) });
  }
  return watched;
}

/** A run, or the members of an ensemble that are begun before it is averaged. */
async function ofRun(place: string, inner: string): Promise<WatchedTraining[]> {
  const members: WatchedTraining[] = [];
  for (let member = 1; await new RunFolder(place).has(`${runFiles.members}/${member}`); member++) {
    const read = await readOrSay(memberFolder(place, member));
    members.push({ name: `member ${member}`, state: stateWord(read.run?.state), ...read });
  }
  if (members.length > 0) return members;
  const read = await readOrSay(place);
  return [{ name: inner === "." ? "run" : inner, state: stateWord(read.run?.state), ...read }];
}

/** What can be read of a run; files that are being replaced are read a moment later. */
async function readOrSay(place: string): Promise<Pick<WatchedTraining, "run" | "detail">> {
  try {
    return { run: await readInProgress(place) };
  } catch (error) {
    if (error instanceof InputError) return { run: null, detail: error.message };
    throw error;
  }
}

function stateWord(state: ProgressState | undefined): TrainingState {
  if (state === undefined) return "interrupted";
  return state === "begun" ? "interrupted" : state;
}
