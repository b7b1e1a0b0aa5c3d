import { join } from "node:path";
import { loadConfig, parseConfig } from "../config/load.js";
import type { Config, ConfigInput } from "../config/schema.js";
import type { RunResult } from "../run/run-result.js";
import type { TrainingObserver } from "../training/observer.js";

/** A config to train: the path of a YAML file, or what such a file holds. */
export type ConfigSource = string | ConfigInput;

/** What every training takes. */
export interface ConfigOptions {
  /** Path of a YAML file, or its contents as an object; defaults are filled in. */
  readonly config: ConfigSource;
  /** Folder against which relative paths of an object are resolved; the current folder if left out. A file's are its own. */
  readonly baseFolder?: string;
}

/** What `trainRun` takes beside a config. */
export interface TrainRunOptions extends ConfigOptions {
  /** Run folder to write; `runs/NAME`, or `runs/NAME-2` and so on if that is taken, if left out. */
  readonly out?: string;
  /** Continue from the folder's checkpoint; needs `out`. A finished run is evaluated anew. */
  readonly resume?: boolean;
  /** Replace a run that is already in `out`; refused otherwise. */
  readonly overwrite?: boolean;
  /** Members of an ensemble trained at a time; as many as there are cores if left out. */
  readonly jobs?: number;
  /** Told of epochs, atoms, messages and warnings while training goes on. */
  readonly observer?: TrainingObserver;
  /** Stops the training, which can be resumed, when it fires. */
  readonly signal?: AbortSignal;
}

/**
 * `pidreg train`: from a config and its table to a run folder with trained model, atoms, metrics, predictions and report.
 * @throws InputError for input that the caller can mend, RunError when the run fails, Interrupted when the signal fires
 */
export async function trainRun(options: TrainRunOptions): Promise<RunResult> {
  const { config: source, baseFolder: given, out, ...rest } = options;
  const { config, baseFolder } = await resolved(source, given);
  const [{ trainRun: train }, { HeldFolder }] = await Promise.all([
    import("../run/train-run.js"),
    import("../record/held-folder.js"),
  ]);
  if (out !== undefined || rest.resume === true || rest.overwrite === true) {
    return train({ ...rest, config, baseFolder, out: out ?? join("runs", config.name) });
  }
  const held = await HeldFolder.takeFree(join("runs", config.name));
  try {
    return await train({ ...rest, config, baseFolder, out: held.path, held });
  } finally {
    await held.release();
  }
}

/** The config of a source with every default, and the folder of its paths. @throws InputError naming file and key */
export async function resolved(
  source: ConfigSource,
  baseFolder = process.cwd(),
): Promise<{ readonly config: Config; readonly baseFolder: string }> {
  if (typeof source === "string") return loadConfig(source);
  return { config: parseConfig(source), baseFolder };
}
