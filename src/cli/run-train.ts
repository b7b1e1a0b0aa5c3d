import { join, resolve } from "node:path";
import { loadConfig } from "../config/load.js";
import { Interrupted } from "../errors.js";
import { infiniteAsNull } from "../files/json.js";
import { HeldFolder } from "../record/held-folder.js";
import { checkRecorded } from "../record/recorded-file.js";
import { RunFolder, runFiles } from "../record/run-folder.js";
import { shellQuoted } from "../shell-quoted.js";
import { commandLine } from "./command-line.js";
import { progressLevel, TrainingProgress } from "./progress.js";
import { runSummary } from "./run-summary.js";
import { withSignals } from "./signals.js";
import { print, printJson, tell } from "./terminal.js";

export interface TrainCommand {
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
      return trainRun({
        ...{ config, baseFolder, out, resume: command.resume, observer, signal },
        held,
        jobs: command.jobs,
        command: commandLine(),
      }).finally(() => held?.release());
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

function isBegun(out: string): Promise<boolean> {
  return new RunFolder(out).has(runFiles.environment);
}

function resumeCommand(
  { config, set, seed, engine, quality, baselines, jobs, json, quiet, verbose }: TrainCommand,
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
    "--resume",
    ...(json ? ["--json"] : []),
    ...(quiet ? ["--quiet"] : []),
    ...(verbose ? ["--verbose"] : []),
  ].join(" ");
}
