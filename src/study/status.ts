import { resolve } from "node:path";
import { isFinished } from "../record/commit.js";
import { lockOwner } from "../record/lock-state.js";
import { RunFolder, runFiles } from "../record/run-folder.js";
import { failurePath } from "./execute.js";
import { runFolder } from "./finished-runs.js";
import type { IndexedTraining } from "./plan.js";
import { type StudyKind, studyFiles } from "./study.js";
import { readStudy } from "./study-file.js";

/** Where a training stands; `interrupted` is one that was begun, has not failed, and that no process is at work on. */
export const trainingStates = ["finished", "running", "failed", "interrupted", "planned"] as const;
export type TrainingState = (typeof trainingStates)[number];

export interface TrainingStatus extends IndexedTraining {
  readonly state: TrainingState;
  /** Of a running one, who is at work on it; of a failed one, what it failed with. */
  readonly detail?: string;
}

export interface StudyStatus {
  readonly folder: string;
  readonly kind: StudyKind;
  /** Whether the results are written. */
  readonly collected: boolean;
  readonly trainings: readonly TrainingStatus[];
}

/** Looks at what a study has planned, and changes nothing. @throws InputError when the folder holds no study */
export async function studyStatus(path: string): Promise<StudyStatus> {
  const folder = new RunFolder(resolve(path));
  const { kind, trainings } = await readStudy(folder);
  const statuses: TrainingStatus[] = [];
  for (const [index, training] of trainings.entries()) {
    statuses.push({ index, ...training, ...(await stateOf(folder, training.name)) });
  }
  const collected = (await folder.has(studyFiles.digests)) && (await folder.has(studyFiles.results));
  return { folder: folder.path, kind, collected, trainings: statuses };
}

async function stateOf(study: RunFolder, name: string): Promise<Pick<TrainingStatus, "state" | "detail">> {
  const run = runFolder(study, name);
  if (await isFinished(run)) return { state: "finished" };
  const owner = await lockOwner(run.path);
  if (owner !== null) return { state: "running", detail: `process ${owner.pid} on ${owner.host}` };
  const failure = failurePath(name);
  if (await study.has(failure)) return { state: "failed", detail: (await study.readText(failure)).trimEnd() };
  return { state: (await run.has(runFiles.environment)) ? "interrupted" : "planned" };
}
