import { resolve } from "node:path";
import type { Config } from "../config/schema.js";
import type { Engine } from "../engine/engine.js";
import { createEngine } from "../engine/index.js";
import type { Executor } from "../executors/executor.js";
import { createExecutor } from "../executors/executors.js";
import { poolJobs } from "../executors/pool.js";
import { throwIfInterrupted } from "../fit/interrupt.js";
import { Rng } from "../math/rng.js";
import { fusionTerms } from "../models/fusion.js";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "../record/checkpoint.js";
import { adopt, Commit, settle } from "../record/commit.js";
import type { Environment } from "../record/data-schemas.js";
import { undigestedMessages } from "../record/digests.js";
import { describeEnvironment, readChecksummed, trainingFingerprint } from "../record/environment.js";
import { HeldFolder } from "../record/held-folder.js";
import type { Sitting } from "../record/provenance.js";
import { linesUntil, noLines, type RecordedLines, restoreEvents, rewindTo } from "../record/recorded-lines.js";
import { RunFolder, runFiles } from "../record/run-folder.js";
import type { RunLock } from "../record/run-lock.js";
import { RunRecorder } from "../record/run-recorder.js";
import { refuseOtherRows } from "../record/run-rows.js";
import { changedData } from "../record/same-run.js";
import type { Task } from "../tasks/task.js";
import type { TrainingObserver } from "../training/observer.js";
import { train } from "../training/trainer.js";
import { trainComparisons } from "./baselines/comparisons.js";
import { both } from "./both-observers.js";
import { checkFolder, checkUnheld } from "./check-run-folder.js";
import { decodingFor } from "./decoding-for.js";
import { describeFailure } from "./describe-failure.js";
import { finishEnsemble } from "./ensemble/finish-ensemble.js";
import { checkMembers, ensembleMessage, trainMembers } from "./ensemble/train-members.js";
import { finishRun } from "./finish-run.js";
import { type PreparedRun, prepareRun } from "./prepare.js";
import type { RunResult } from "./run-result.js";
import { tellPrepared } from "./tell-prepared.js";
import { memoryMessage, preparedSize } from "./training-memory.js";
import { writeInputs } from "./write-inputs.js";

export interface TrainRunOptions {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Run folder to write. */
  readonly out: string;
  /** The run folder where the caller holds it already, and gives it free; else it is held while the run is at work. */
  readonly held?: HeldFolder;
  /**
   * Continue from the folder's checkpoint; a finished run is evaluated anew, with the `evaluation` section as it is now. A
   * run that was never begun is begun.
   */
  readonly resume?: boolean;
  /** Replace a run that is already in the folder; otherwise that is refused. */
  readonly overwrite?: boolean;
  /** Members of an ensemble trained at a time; as many as there are cores if left out. */
  readonly jobs?: number;
  /** What trains the members of an ensemble; processes of this machine, `jobs` at a time, if left out. */
  readonly executor?: Executor;
  readonly observer?: TrainingObserver;
  /** What is learned, by a single training; what the config asks for if left out. */
  readonly task?: Task;
  readonly signal?: AbortSignal;
  /** The command line that asked for the run; a call of the library if left out. */
  readonly command?: string;
}

/**
 * The main job: from a config and its table to a run folder with trained model, atoms, metrics, predictions, report.
 * @throws InputError for input the user can mend, RunError when the run fails, Interrupted when the signal fires
 */
export async function trainRun(options: TrainRunOptions): Promise<RunResult> {
  // A command's time begins with its process: of a short training loading the program is a good part.
  const begun = options.command === undefined ? new Date() : new Date(performance.timeOrigin);
  const folder = new RunFolder(resolve(options.out));
  await checkUnheld(folder, options);
  const input = { ...(await readInput(options)), begun };
  try {
    return await trainOn(folder, options, input);
  } finally {
    await input.engine.dispose();
  }
}

/** Trains on what was read, in a folder that is held meanwhile. */
async function trainOn(folder: RunFolder, options: TrainRunOptions, input: RunInput): Promise<RunResult> {
  const { observer, signal } = options;
  const onWait = (message: string) => observer?.message?.(message);
  const held = options.held ?? (await HeldFolder.take(folder.path, { onWait, signal }));
  try {
    // Another process may have written while the table was read.
    await checkFolder(folder, options);
    return await trainHeld(held.lock, options, input);
  } catch (error) {
    throw await describeFailure(folder, held.lock, error);
  } finally {
    if (options.held === undefined) await held.release();
  }
}

/** Whether the training, or the members of an ensemble side by side, will need more memory than there is. */
function memoryNotes({ config, jobs, executor }: TrainRunOptions, prepared: PreparedRun): string[] {
  const there = process.availableMemory() + process.memoryUsage.rss();
  const together = config.ensemble > 1 && executor === undefined ? Math.min(config.ensemble, poolJobs(jobs)) : 1;
  return [memoryMessage(preparedSize(config, prepared), there, together)].flatMap((note) => note ?? []);
}

/** What a run needs beside its folder. */
interface RunInput {
  readonly prepared: PreparedRun;
  readonly rng: Rng;
  readonly engine: Engine;
  readonly environment: Environment;
  /** When the process began with the run. */
  readonly begun: Date;
  /** Facts for the user that came up before the training; more are added. */
  readonly notes: string[];
}

async function readInput(options: TrainRunOptions): Promise<Omit<RunInput, "begun">> {
  const { config, baseFolder, task, observer, signal } = options;
  if (task !== undefined && config.ensemble > 1)
    throw new RangeError("members of an ensemble learn what their config says");
  const rng = new Rng(config.seed);
  const read = () => prepareRun(config, baseFolder, rng, task, decodingFor(observer, signal));
  const { value: prepared, checksums } = await readChecksummed(config, baseFolder, read);
  throwIfInterrupted(signal);
  const notes = memoryNotes(options, prepared);
  const engine = await createEngine(config.engine, {
    threads: config.threads,
    onMessage: (message) => notes.push(message),
  });
  const environment = describeEnvironment(config, engine.name, checksums);
  throwIfInterrupted(signal);
  return { prepared, rng, engine, environment, notes };
}

/** Trains in a folder that this process holds. */
async function trainHeld(lock: RunLock, given: TrainRunOptions, input: RunInput): Promise<RunResult> {
  const folder = new RunFolder(resolve(given.out), () => lock.assertHeld());
  const begun = await folder.has(runFiles.environment);
  const notes = given.resume && !begun ? [nothingToResume(given.out), ...input.notes] : input.notes;
  const options = { ...given, resume: given.resume === true && begun };
  return runIn(folder, { ...input, notes, options, lock });
}

/** What is said where `--resume` finds no run. @param out run folder */
export function nothingToResume(out: string): string {
  return `nothing to resume in ${out}: the run starts from the beginning`;
}

interface RunParts extends RunInput {
  readonly options: TrainRunOptions;
  readonly lock: RunLock;
}

/** Trains on what was read. */
async function runIn(folder: RunFolder, parts: RunParts): Promise<RunResult> {
  const { options, lock, prepared, rng, engine, environment } = parts;
  const { config, baseFolder, observer, signal } = options;
  const fingerprint = trainingFingerprint(config, environment);
  parts.notes.push(...(await settle(folder)));
  await folder.removeUnfinished();
  if (config.ensemble > 1) return ensembleIn(folder, parts);
  const { resume, lines } = await resumeOrClear(folder, parts, fingerprint);
  const commit = await Commit.begin(folder);
  await writeInputs(commit, folder, { config, baseFolder, prepared, environment });
  const names = prepared.training.modalities.map(({ name }) => name);
  const terms = fusionTerms(names, config.model.fusion);
  const recorder = new RunRecorder(folder, terms, lines, await restoreEvents(folder, lines));
  const observers = both(recorder, observer);
  tellPrepared(observers, prepared, parts.notes);
  const trained = await train({
    config,
    data: prepared.training,
    engine,
    rng,
    observer: observers,
    save: async (state) => {
      lock.assertHeld();
      await recorder.flush();
      await saveCheckpoint(folder.file(runFiles.checkpoint), { ...state, marks: recorder.marks() }, fingerprint);
    },
    ...(resume === null ? {} : { resume }),
    signal,
  });
  try {
    const comparisons =
      config.evaluation.baselines !== false
        ? await trainComparisons({
            ...{ folder, config, prepared, engine, rng, fingerprint, observer: observers },
            undigested: resume !== null && resume.marks === undefined,
            periodic: trained.progress.periodic === true,
            signal,
          })
        : null;
    return await finishRun({
      ...{ folder, config, prepared, trained, recorder, commit, comparisons },
      ...{ sitting: sittingOf(parts), engineName: environment.engine },
      ...{ engine, rng, signal },
    });
  } finally {
    await trained.learner.dispose();
  }
}

/** What a training in the folder goes on from, the records cut back to it. */
interface Start {
  /** Null, in an empty folder, for a training from the beginning. */
  readonly resume: Checkpoint | null;
  readonly lines: RecordedLines;
}

async function resumeOrClear(folder: RunFolder, parts: RunParts, fingerprint: string): Promise<Start> {
  const { options, prepared, environment, notes } = parts;
  const explain = () => changedData(folder, environment.dataChecksum);
  const note = (text: string) => void notes.push(text);
  const checkpoint = folder.file(runFiles.checkpoint);
  const resume = options.resume ? await loadCheckpoint(checkpoint, fingerprint, note, explain) : null;
  if (options.resume && resume === null) notes.push("no checkpoint yet: training starts from the beginning");
  if (resume === null) {
    await clearRun(folder);
    return { resume, lines: noLines };
  }
  await refuseOtherRows(folder, prepared.split.rowIds);
  const lines = await linesUntil(folder, resume);
  const adopted = await adopt(folder);
  notes.push(...(resume.marks === undefined && adopted.length === 0 ? undigestedMessages([folder.path]) : adopted));
  await rewindTo(folder, lines);
  return { resume, lines };
}

/** Trains the members of an ensemble in the folder, each a run of its own, and averages them. */
async function ensembleIn(folder: RunFolder, parts: RunParts): Promise<RunResult> {
  const { options, lock, prepared, engine, environment, notes } = parts;
  const { config, baseFolder, resume, observer, jobs, signal, executor = createExecutor({ jobs }) } = options;
  const checksums = environment.dataChecksum;
  if (resume) {
    await checkMembers(folder, config, checksums);
    await refuseOtherRows(folder, prepared.split.rowIds);
  } else await clearRun(folder);
  notes.push(...(await adopt(folder)));
  const commit = await Commit.begin(folder);
  const told = { ...prepared, messages: [...prepared.messages, ensembleMessage(config.ensemble)] };
  await writeInputs(commit, folder, { config, baseFolder, prepared: told, environment });
  const recorder = new RunRecorder(folder, [], noLines, await restoreEvents(folder, noLines));
  const observers = both(recorder, observer);
  tellPrepared(observers, told, notes);
  await trainMembers({
    ...{ folder, config, baseFolder, checksums },
    executor,
    onMessage: (text) => observers.message?.(text),
    signal,
  });
  lock.assertHeld();
  return finishEnsemble({ folder, commit, engine, sitting: sittingOf(parts) }, config, prepared);
}

function sittingOf({ begun, options: { command, resume } }: RunParts): Sitting {
  return { begun, command: command ?? null, resumed: resume === true };
}

async function clearRun(folder: RunFolder): Promise<void> {
  for (const name of Object.values(runFiles)) if (name !== runFiles.environment) await folder.remove(name);
}
