import { resolve } from "node:path";
import { stringify } from "yaml";
import type { Config } from "../config/schema.js";
import { createEngine } from "../engine/index.js";
import { InputError } from "../errors.js";
import { Rng } from "../math/rng.js";
import { fusionTerms } from "../models/fusion.js";
import { loadCheckpoint, saveCheckpoint } from "../training/checkpoint.js";
import type { TrainingObserver } from "../training/observer.js";
import { train } from "../training/trainer.js";
import { dataChecksums, describeEnvironment, fingerprintOf } from "./environment.js";
import { finishRun, type RunResult } from "./finish-run.js";
import { type PreparedRun, prepareRun } from "./prepare.js";
import { RunFolder, runFiles } from "./run-folder.js";
import { RunRecorder, rewindRecords } from "./run-recorder.js";

export interface TrainRunOptions {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Run folder to write. */
  readonly out: string;
  /** Continue from the folder's checkpoint. */
  readonly resume?: boolean;
  /** Replace a run that is already in the folder; otherwise that is refused. */
  readonly overwrite?: boolean;
  readonly observer?: TrainingObserver;
  readonly signal?: AbortSignal;
}

/**
 * The main job: from a config and its table to a run folder with trained model, atoms, metrics, predictions, report.
 * @throws InputError for input the user can mend, RunError when the run fails, Interrupted when the signal fires
 */
export async function trainRun(options: TrainRunOptions): Promise<RunResult> {
  const { config, baseFolder, observer, signal } = options;
  const folder = new RunFolder(resolve(options.out));
  await checkFolder(folder, options);
  const rng = new Rng(config.seed);
  const prepared = await prepareRun(config, baseFolder, rng);
  const engine = await createEngine(config.engine, { threads: config.threads });
  const environment = describeEnvironment(config, engine.name, await dataChecksums(config, baseFolder));
  const fingerprint = fingerprintOf(config, environment);
  await folder.create();
  const resume = options.resume ? await loadCheckpoint(folder.file(runFiles.checkpoint), fingerprint) : null;
  if (resume === null) await clearRun(folder);
  else await rewindRecords(folder, resume.progress);
  await writeInputs(folder, config, prepared, environment);
  const names = prepared.training.modalities.map(({ name }) => name);
  const recorder = new RunRecorder(folder, fusionTerms(names, config.model.fusion.interaction));
  for (const message of prepared.messages) recorder.message(message);
  for (const message of prepared.messages) observer?.message?.(message);
  const trained = await train({
    config,
    data: prepared.training,
    engine,
    rng,
    observer: both(recorder, observer),
    save: async (state) => {
      await recorder.flush();
      await saveCheckpoint(folder.file(runFiles.checkpoint), state, fingerprint);
    },
    ...(resume === null ? {} : { resume }),
    ...(signal === undefined ? {} : { signal }),
  });
  const result = await finishRun({ folder, config, prepared, trained, recorder });
  await trained.learner.dispose();
  return result;
}

async function checkFolder(folder: RunFolder, { resume, overwrite }: TrainRunOptions): Promise<void> {
  const started = await folder.has(runFiles.checkpoint);
  if (resume && !started) {
    throw new InputError(`${folder.path}: nothing to resume, the folder holds no checkpoint; train without --resume`);
  }
  if (resume || overwrite) return;
  if (await folder.has(runFiles.metrics)) {
    throw new InputError(`${folder.path}: already holds a finished run; choose another folder with --out`);
  }
  if (started) {
    throw new InputError(
      `${folder.path}: holds an interrupted run; continue it with --resume, or choose another --out`,
    );
  }
}

async function clearRun(folder: RunFolder): Promise<void> {
  for (const name of Object.values(runFiles)) await folder.remove(name);
}

async function writeInputs(
  folder: RunFolder,
  config: Config,
  prepared: PreparedRun,
  environment: object,
): Promise<void> {
  const { dataset, split, preprocessor, messages } = prepared;
  await folder.writeText(runFiles.config, stringify(config));
  await folder.writeJson(runFiles.environment, environment);
  await folder.writeJson(runFiles.data, {
    account: dataset.account,
    splits: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    droppedColumns: Object.fromEntries(preprocessor.modalities.map(({ name, dropped }) => [name, dropped])),
    messages,
  });
  await folder.writeText(runFiles.split, `${JSON.stringify(split.rowIds)}\n`);
}

function both(first: TrainingObserver, second: TrainingObserver | undefined): TrainingObserver {
  return {
    phase: (...given) => [first, second].forEach((observer) => observer?.phase?.(...given)),
    epoch: (...given) => [first, second].forEach((observer) => observer?.epoch?.(...given)),
    atoms: (...given) => [first, second].forEach((observer) => observer?.atoms?.(...given)),
    message: (...given) => [first, second].forEach((observer) => observer?.message?.(...given)),
  };
}
