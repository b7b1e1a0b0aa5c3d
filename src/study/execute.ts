import { resolve } from "node:path";
import { parseConfigText } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { InputError, RunError } from "../errors.js";
import type { TrainTask } from "../executors/executor.js";
import { createExecutor } from "../executors/executors.js";
import { isFinished } from "../record/commit.js";
import { lockOwner } from "../record/lock-state.js";
import { RunFolder, runFiles } from "../record/run-folder.js";
import { checkFinished } from "../record/same-run.js";
import { duration } from "../report/duration.js";
import { plural } from "../report/text.js";
import { expectedChecksums, runFolder, StudyMemory } from "./finished-runs.js";
import { checkIndex } from "./indices.js";
import { writeMissingReport } from "./missing-report.js";
import { configDigest, type IndexedTraining, plannedRound } from "./plan.js";
import { type ExecuteOptions, studyFiles } from "./study.js";
import { damagedPlan, plannedChecksums, readStudy, type StudyDocument } from "./study-file.js";

/** What became of a training that was to be executed: trained now, or finished before. */
export interface ExecutedTraining extends IndexedTraining {
  readonly before: boolean;
}

/** A training that is not finished, and what trains it. */
interface OpenTraining {
  readonly training: IndexedTraining;
  readonly task: TrainTask;
}

/**
 * Trains what a study has planned; finished trainings are kept, interrupted ones resumed. Several processes may do so at
 * once, each with other trainings: nothing of the study is written but the run folders, each of which has its own lock.
 * @param indices places of the trainings in study.json; those of its last round if left out
 * @throws InputError for an index that there is not, for files that are not those that were planned, and for a finished run
 *   of something else; the failure of the first training that fails
 */
export async function executeStudy(
  path: string,
  indices?: readonly number[],
  options: ExecuteOptions = {},
): Promise<ExecutedTraining[]> {
  return executeIn(new RunFolder(resolve(path)), path, indices, options, new StudyMemory());
}

/** The same in a folder that may be held. @param label the folder, as messages call it */
export async function executeIn(
  folder: RunFolder,
  label: string,
  indices: readonly number[] | undefined,
  options: ExecuteOptions,
  memory: StudyMemory,
): Promise<ExecutedTraining[]> {
  const document = await readStudy(folder);
  const { executor = createExecutor(options), signal = new AbortController().signal, onMessage } = options;
  const trainings = chosen(folder, document, indices);
  const open: OpenTraining[] = [];
  for (const training of trainings) {
    const task = await openTask(folder, document, training, memory, executor.elsewhere === true);
    if (task !== null) open.push({ training, task });
  }
  const kept = trainings.length - open.length;
  const note = kept > 0 ? `, ${kept} finished before` : "";
  const atOnce = Math.min(executor.atOnce, open.length);
  onMessage?.(`${plural(trainings.length, "run")}${note}, ${atOnce} at a time, in ${label}`);
  const told = progress(open.length, kept, onMessage);
  const tasks = open.map(({ task }) => task);
  await clearFailures(folder, tasks);
  await executor.run(tasks, signal, async (index, failure) => {
    if (failure === undefined) told(tasks[index].name);
    else await recordFailure(folder, tasks[index], failure);
  });
  const trained = new Set(open.map(({ training }) => training.index));
  return trainings.map((training) => ({ ...training, before: !trained.has(training.index) }));
}

/** Where the last failure of a training is written, in the study folder. */
export function failurePath(name: string): string {
  return `${studyFiles.failures}/${name}.txt`;
}

function chosen(
  folder: RunFolder,
  document: StudyDocument,
  indices: readonly number[] | undefined,
): readonly IndexedTraining[] {
  if (indices === undefined) return plannedRound(folder, document).trainings;
  const { trainings } = document;
  return indices.map((index) => {
    checkIndex(index, trainings.length);
    return { index, ...trainings[index] };
  });
}

/**
 * What trains a training; null when it is finished already.
 * @param elsewhere whether its executor knows itself of tasks that are at work for it
 */
async function openTask(
  folder: RunFolder,
  document: StudyDocument,
  training: IndexedTraining,
  memory: StudyMemory,
  elsewhere: boolean,
): Promise<TrainTask | null> {
  const { name, index } = training;
  const file = folder.file(training.config);
  const config = await plannedConfig(folder, training);
  const expected = expectedChecksums(plannedChecksums(folder, document), config, folder.file(studyFiles.configs));
  const place = runFolder(folder, name);
  if (await isFinished(place)) {
    await checkFinished(place, config, expected);
    await writeMissingReport(place);
    return null;
  }
  const owner = await lockOwner(place.path);
  if (owner !== null && !(elsewhere && owner.slurm !== undefined)) {
    throw new InputError(
      `${place.path}: process ${owner.pid} on host "${owner.host}" is at work in this run; wait for it`,
    );
  }
  for (const [data, checksum] of Object.entries(expected)) {
    const now = await memory.checksumOf(data);
    if (now !== checksum) throw otherFile(data, now, checksum);
  }
  const resume = await place.has(runFiles.environment);
  // Whatever executes the study fills the cores already.
  const planned = { study: folder.path, index };
  return { name, config: file, out: place.path, resume, planned, ...(config.ensemble > 1 ? { jobs: 1 } : {}) };
}

/** @throws InputError when the config is not the one that was planned */
async function plannedConfig(folder: RunFolder, training: IndexedTraining): Promise<Config> {
  const file = folder.file(training.config);
  if (!(await folder.has(training.config))) {
    throw new InputError(`${file}: is missing; the command that planned the study writes it again, with --plan-only`);
  }
  const text = await folder.readText(training.config);
  if (configDigest(text, file) !== training.configDigest) {
    throw damagedPlan(file, `${studyFiles.plan} was written with another`);
  }
  return parseConfigText(text, file);
}

function otherFile(file: string, now: string, planned: string): InputError {
  return new InputError(
    `${file}: is not the file that the study was planned with (its SHA-256 is ${now.slice(0, 12)}.., ` +
      `${studyFiles.plan} says ${planned.slice(0, 12)}..); restore it, or plan the study again in another folder`,
  );
}

/** Says how far a list of trainings is, and how long the rest will take. */
function progress(open: number, kept: number, onMessage: ExecuteOptions["onMessage"]): (name: string) => void {
  const started = performance.now();
  let done = 0;
  return (name) => {
    done++;
    const seconds = (performance.now() - started) / 1000;
    const ahead = done < open ? `, about ${duration((seconds / done) * (open - done))} left` : "";
    onMessage?.(`[${kept + done}/${kept + open}] ${name} done after ${duration(seconds)}${ahead}`);
  };
}

async function clearFailures(folder: RunFolder, tasks: readonly TrainTask[]): Promise<void> {
  for (const { name } of tasks) if (await folder.has(failurePath(name))) await folder.remove(failurePath(name));
}

/** Keeps what a training failed with for whoever asks later. A disk that refuses it has most likely failed the training. */
async function recordFailure(folder: RunFolder, { name }: TrainTask, failure: unknown): Promise<void> {
  try {
    await folder.createInside(studyFiles.failures);
    await folder.writeText(failurePath(name), `${failure instanceof Error ? failure.message : String(failure)}\n`);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
  }
}
