import { resolve } from "node:path";
import { stringify } from "yaml";
import type { Config } from "../config/schema.js";
import type { Engine } from "../engine/engine.js";
import { createEngine } from "../engine/index.js";
import { InputError, RunError } from "../errors.js";
import { checkOutputFolder } from "../files/output-file.js";
import { refuseLinks } from "../files/own-file.js";
import { Rng } from "../math/rng.js";
import { fusionTerms } from "../models/fusion.js";
import { loadCheckpoint, saveCheckpoint } from "../record/checkpoint.js";
import { dataChecksums, describeEnvironment, type Environment, trainingFingerprint } from "../record/environment.js";
import { rebaseConfig } from "../record/rebase-config.js";
import { isUnfinished, RunFolder, runFiles } from "../record/run-folder.js";
import { lockFile, RunLock } from "../record/run-lock.js";
import { RunRecorder, restoreEvents, rewindRecords } from "../record/run-recorder.js";
import { throwIfInterrupted } from "../training/epoch.js";
import type { TrainingObserver } from "../training/observer.js";
import { train } from "../training/trainer.js";
import { trainComparisons } from "./baselines/comparisons.js";
import { finishEnsemble } from "./ensemble/finish-ensemble.js";
import { checkMembers, ensembleMessage, trainMembers } from "./ensemble/train-members.js";
import { finishRun } from "./finish-run.js";
import { type PreparedRun, prepareRun } from "./prepare.js";
import type { RunResult } from "./run-result.js";
import { poolJobs } from "./study/pool.js";
import { memoryMessage, preparedSize } from "./training-memory.js";

export interface TrainRunOptions {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Run folder to write. */
  readonly out: string;
  /** Continue from the folder's checkpoint; a finished run is evaluated anew, with the `evaluation` section as it is now. */
  readonly resume?: boolean;
  /** Replace a run that is already in the folder; otherwise that is refused. */
  readonly overwrite?: boolean;
  /** Members of an ensemble trained at a time; as many as there are cores if left out. */
  readonly jobs?: number;
  readonly observer?: TrainingObserver;
  readonly signal?: AbortSignal;
}

/**
 * The main job: from a config and its table to a run folder with trained model, atoms, metrics, predictions, report.
 * @throws InputError for input the user can mend, RunError when the run fails, Interrupted when the signal fires
 */
export async function trainRun(options: TrainRunOptions): Promise<RunResult> {
  const { config, baseFolder, signal } = options;
  const folder = new RunFolder(resolve(options.out));
  await RunLock.check(folder.path);
  await checkFolder(folder, options);
  const rng = new Rng(config.seed);
  const prepared = await prepareRun(config, baseFolder, rng);
  throwIfInterrupted(signal);
  const notes = memoryNotes(options, prepared);
  const engine = await createEngine(config.engine, {
    threads: config.threads,
    onMessage: (message) => notes.push(message),
  });
  const environment = describeEnvironment(config, engine.name, await dataChecksums(config, baseFolder));
  throwIfInterrupted(signal);
  await folder.create();
  const lock = await RunLock.take(folder.path);
  try {
    // Another process may have written while the table was read.
    await checkFolder(folder, options);
    return await runIn(folder, { options, prepared, rng, engine, environment, notes });
  } catch (error) {
    throw describeWriteError(folder, error);
  } finally {
    lock.release();
  }
}

/** Whether the training, or the members of an ensemble side by side, will need more memory than there is. */
function memoryNotes({ config, jobs }: TrainRunOptions, prepared: PreparedRun): string[] {
  const there = process.availableMemory() + process.memoryUsage.rss();
  const together = config.ensemble > 1 ? Math.min(config.ensemble, poolJobs(jobs)) : 1;
  return [memoryMessage(preparedSize(config, prepared), there, together)].flatMap((note) => note ?? []);
}

interface RunParts {
  readonly options: TrainRunOptions;
  readonly prepared: PreparedRun;
  readonly rng: Rng;
  readonly engine: Engine;
  readonly environment: Environment;
  /** Facts for the user that came up before the folder was held; more are added. */
  readonly notes: string[];
}

/** Trains in a folder that this process holds. */
async function runIn(folder: RunFolder, parts: RunParts): Promise<RunResult> {
  const { options, prepared, rng, engine, environment } = parts;
  const { config, baseFolder, observer, signal } = options;
  const fingerprint = trainingFingerprint(config, environment);
  await folder.removeUnfinished();
  if (config.ensemble > 1) return ensembleIn(folder, parts);
  const resume = await resumeOrClear(folder, parts, fingerprint);
  await writeInputs(folder, config, baseFolder, prepared, environment);
  const names = prepared.training.modalities.map(({ name }) => name);
  const terms = fusionTerms(names, config.model.fusion);
  const recorder = new RunRecorder(folder, terms, await restoreEvents(folder));
  const observers = both(recorder, observer);
  for (const message of [...prepared.messages, ...parts.notes]) observers.message?.(message);
  const trained = await train({
    config,
    data: prepared.training,
    engine,
    rng,
    observer: observers,
    save: async (state) => {
      await recorder.flush();
      await saveCheckpoint(folder.file(runFiles.checkpoint), state, fingerprint);
    },
    ...(resume === null ? {} : { resume }),
    ...(signal === undefined ? {} : { signal }),
  });
  const comparisons =
    config.evaluation.baselines !== false
      ? await trainComparisons({
          ...{ folder, config, prepared, engine, rng, observer: observers },
          periodic: trained.progress.periodic === true,
          ...(signal === undefined ? {} : { signal }),
        })
      : null;
  const result = await finishRun({ folder, config, prepared, trained, recorder, comparisons, signal });
  await trained.learner.dispose();
  return result;
}

/** The state to continue from, the records cut back to it; null, in an empty folder, for a training from the beginning. */
async function resumeOrClear(folder: RunFolder, { options, notes }: RunParts, fingerprint: string) {
  const checkpoint = folder.file(runFiles.checkpoint);
  const resume = options.resume ? await loadCheckpoint(checkpoint, fingerprint, (note) => notes.push(note)) : null;
  if (options.resume && resume === null) notes.push("no checkpoint yet: training starts from the beginning");
  if (resume === null) await clearRun(folder);
  else await rewindRecords(folder, resume.progress);
  return resume;
}

/** Trains the members of an ensemble in the folder, each a run of its own, and averages them. */
async function ensembleIn(folder: RunFolder, parts: RunParts): Promise<RunResult> {
  const { options, prepared, engine, environment, notes } = parts;
  const { config, baseFolder, resume, observer, jobs, signal } = options;
  if (resume) await checkMembers(folder, config, baseFolder);
  else await clearRun(folder);
  const messages = [...prepared.messages, ensembleMessage(config.ensemble)];
  await writeInputs(folder, config, baseFolder, { ...prepared, messages }, environment);
  const recorder = new RunRecorder(folder, [], await restoreEvents(folder));
  const observers = both(recorder, observer);
  for (const message of [...messages, ...notes]) observers.message?.(message);
  await trainMembers({
    ...{ folder, config, baseFolder },
    onMessage: (text) => observers.message?.(text),
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
  });
  return finishEnsemble(folder, config, prepared, engine);
}

/** A full disk, a lost permission: what the system says, and that nothing is lost. */
function describeWriteError(folder: RunFolder, error: unknown): unknown {
  if (!(error instanceof Error && "syscall" in error && "errno" in error)) return error;
  return new RunError(
    `${folder.path}: cannot be written: ${error.message}. The last checkpoint is kept: mend this, then continue with --resume`,
    { cause: error },
  );
}

/**
 * A run is written into a folder that is new, empty or holds a run already: other files are never touched.
 * @throws InputError before anything long or lasting has happened
 */
async function checkFolder(folder: RunFolder, { config, resume, overwrite }: TrainRunOptions): Promise<void> {
  await checkOutputFolder(folder.path);
  await refuseLinks(folder.path, Object.values(runFiles));
  const entries = (await folder.entries()) ?? [];
  if (!entries.includes(runFiles.environment)) {
    if (resume) throw new InputError(`${folder.path}: nothing to resume, there is no run; train without --resume`);
    const [some] = entries.filter((name) => !isUnfinished(name) && !name.startsWith(lockFile));
    if (some === undefined) return;
    throw new InputError(`${folder.path}: holds other files (${some}, ..) and no run; choose a new folder with --out`);
  }
  if (resume) refuseOtherKind(folder, entries, config);
  if (resume || overwrite) return;
  if (entries.includes(runFiles.metrics)) {
    throw new InputError(`${folder.path}: already holds a finished run; choose another folder with --out`);
  }
  if (entries.includes(runFiles.checkpoint) || entries.includes(runFiles.members)) {
    throw new InputError(
      `${folder.path}: holds an interrupted run; continue it with --resume, or choose another --out`,
    );
  }
}

/** A single training and an ensemble do not continue each other; starting again would delete what is there. */
function refuseOtherKind(folder: RunFolder, entries: readonly string[], { ensemble }: Config): void {
  const several = ensemble > 1;
  if (!entries.includes(several ? runFiles.checkpoint : runFiles.members)) return;
  const kinds = ["a single training", "an ensemble"];
  const [found, asked] = several ? kinds : kinds.toReversed();
  throw new InputError(
    `${folder.path}: holds ${found}, and the config asks for ${asked} (ensemble: ${ensemble}); resume with the config ` +
      "it was begun with, or choose another --out",
  );
}

async function clearRun(folder: RunFolder): Promise<void> {
  for (const name of Object.values(runFiles)) if (name !== runFiles.environment) await folder.remove(name);
}

async function writeInputs(
  folder: RunFolder,
  config: Config,
  baseFolder: string,
  prepared: PreparedRun,
  environment: object,
): Promise<void> {
  const { dataset, split, missing, harmonisation, preprocessor, messages } = prepared;
  // First: it is what marks a folder as a run's.
  await folder.writeJson(runFiles.environment, environment);
  await folder.writeText(runFiles.config, stringify(rebaseConfig(config, baseFolder, folder.path)));
  await folder.writeJson(runFiles.data, {
    account: dataset.account,
    splits: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    missing,
    ...(harmonisation === null ? {} : { harmonisation: harmonisation.account }),
    droppedColumns: Object.fromEntries(preprocessor.modalities.map(({ name, dropped }) => [name, dropped])),
    messages,
  });
  await folder.writeText(runFiles.split, `${JSON.stringify(split.rowIds)}\n`);
}

function both(first: TrainingObserver, second: TrainingObserver = {}): TrainingObserver {
  return {
    plan: (...given) => {
      first.plan?.(...given);
      second.plan?.(...given);
    },
    phase: (...given) => {
      first.phase?.(...given);
      second.phase?.(...given);
    },
    epoch: (...given) => {
      first.epoch?.(...given);
      second.epoch?.(...given);
    },
    atoms: (...given) => {
      first.atoms?.(...given);
      second.atoms?.(...given);
    },
    message: (...given) => {
      first.message?.(...given);
      second.message?.(...given);
    },
  };
}
