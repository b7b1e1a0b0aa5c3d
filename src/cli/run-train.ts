import { join, resolve } from "node:path";
import { loadConfig } from "../config/load.js";
import { InputError, Interrupted } from "../errors.js";
import type { Executor } from "../executors/executor.js";
import { arrayFolder } from "../executors/slurm/arrays.js";
import { infiniteAsNull } from "../files/json.js";
import { HeldFolder } from "../record/held-folder.js";
import { checkRecorded } from "../record/recorded-file.js";
import { RunFolder, runFiles } from "../record/run-folder.js";
import { shellQuoted } from "../shell-quoted.js";
import { commandLine } from "./command-line.js";
import { chosenExecutor, type ExecutorArguments } from "./executor-options.js";
import { progressLevel, TrainingProgress } from "./progress.js";
import { runSummary } from "./run-summary.js";
import { withSignals } from "./signals.js";
import { print, printJson, tell } from "./terminal.js";

export interface TrainCommand extends Partial<ExecutorArguments> {
  readonly config: string;
  readonly out?: string;
  readonly set: readonly string[];
  readonly seed?: number;
  readonly engine?: string;
  readonly quality?: string;
  readonly baselines?: boolean;
  readonly jobs?: number;
  readonly resume: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Trains as the command line asks, prints the findings, and says how to resume after an interruption. */
export async function runTrain(command: TrainCommand): Promise<void> {
  const overrides = [
    ...command.set,
    ...(command.seed === undefined ? [] : [`seed=${command.seed}`]),
    ...(command.engine === undefined ? [] : [`engine=${command.engine}`]),
    ...(command.quality === undefined ? [] : [`quality=${command.quality}`]),
    ...(command.baselines ? ["evaluation.baselines=true"] : []),
  ];
  await checkRecorded(resolve(command.config), command.config);
  const { config, baseFolder } = await loadConfig(command.config, overrides);
  // Loaded late: a wrong config is told at once.
  const { trainRun, nothingToResume } = await import("../run/train-run.js");
  const observer = new TrainingProgress(process.stderr, progressLevel(command));
  const started = performance.now();
  let out = command.out ?? join("runs", config.name);
  try {
    if (command.quiet && command.resume && !(await isBegun(out))) tell(nothingToResume(out));
    const result = await withSignals(async (signal) => {
      // Held at once, so that no run that starts at the same time takes the same free folder.
      const held = command.out === undefined && !command.resume ? await HeldFolder.takeFree(out) : undefined;
      if (held !== undefined) out = held.path;
      try {
        const executor = await memberExecutor(command, config.ensemble, out, observer);
        return await trainRun({
          ...{ config, baseFolder, out, resume: command.resume, observer, signal },
          ...{ held, jobs: command.jobs, executor, command: commandLine() },
        });
      } finally {
        await held?.release();
      }
    });
    observer.stop();
    if (command.json) {
      for (const note of result.metrics.notes) if (!observer.told.has(note)) tell(note);
      const { folder, metrics, pid, parts, report } = result;
      printJson({ run: folder, metrics, pid: infiniteAsNull(pid), parts, report });
      return;
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(`${runSummary(result)}\ntime    ${seconds} s`);
  } catch (error) {
    observer.stop();
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(
      (await isBegun(out))
        ? `interrupted; continue with: ${resumeCommand(command, out)}`
        : "interrupted before training began; nothing was written",
    );
  }
}

/** What trains the members of an ensemble; undefined for processes of this machine. */
async function memberExecutor(
  { executor = "processes", slurm = [], cluster, jobs }: TrainCommand,
  members: number,
  out: string,
  observer: TrainingProgress,
): Promise<Executor | undefined> {
  if (executor !== "processes" && members === 1) {
    throw new InputError(
      `--executor ${executor}: trains the members of an ensemble (ensemble: 2 and more); one training is a job of its own: ` +
        "sbatch --wrap 'pidreg train ..'",
    );
  }
  const folder = join(resolve(out), runFiles.members, arrayFolder);
  return chosenExecutor({ executor, slurm, cluster }, { jobs, folder, onMessage: (text) => observer.message(text) });
}

function isBegun(out: string): Promise<boolean> {
  return new RunFolder(out).has(runFiles.environment);
}

function resumeCommand(
  { config, set, seed, engine, quality, baselines, jobs, executor, slurm = [], cluster, ...told }: TrainCommand,
  out: string,
): string {
  return [
    ...["pidreg", "train", shellQuoted(config), "--out", shellQuoted(out)],
    ...set.flatMap((value) => ["--set", shellQuoted(value)]),
    ...(seed === undefined ? [] : ["--seed", String(seed)]),
    ...(engine === undefined ? [] : ["--engine", shellQuoted(engine)]),
    ...(quality === undefined ? [] : ["--quality", quality]),
    ...(baselines ? ["--baselines"] : []),
    ...(jobs === undefined ? [] : ["--jobs", String(jobs)]),
    ...(executor === undefined || executor === "processes" ? [] : ["--executor", executor]),
    ...slurm.flatMap((value) => ["--slurm", shellQuoted(value)]),
    ...(cluster === undefined ? [] : ["--cluster", shellQuoted(cluster)]),
    "--resume",
    ...(told.json ? ["--json"] : []),
    ...(told.quiet ? ["--quiet"] : []),
    ...(told.verbose ? ["--verbose"] : []),
  ].join(" ");
}
