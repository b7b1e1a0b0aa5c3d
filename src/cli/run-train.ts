import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../config/load.js";
import { runFiles } from "../record/run-folder.js";
import { progressLevel, TrainingProgress } from "./progress.js";
import { runSummary } from "./run-summary.js";
import { shellQuoted } from "./shell-quoted.js";
import { withSignals } from "./signals.js";

export interface TrainCommand {
  readonly config: string;
  readonly out?: string;
  readonly set: readonly string[];
  readonly seed?: number;
  readonly engine?: string;
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
    ...(command.baselines ? ["evaluation.baselines=true"] : []),
  ];
  const { config, baseFolder } = await loadConfig(command.config, overrides);
  // Loaded late: a wrong config is told at once.
  const [{ trainRun }, { Interrupted }] = await Promise.all([
    import("../run/train-run.js"),
    import("../training/epoch.js"),
  ]);
  const out = command.out ?? (command.resume ? join("runs", config.name) : freeFolder(config.name));
  const observer = new TrainingProgress(process.stderr, progressLevel(command));
  const started = performance.now();
  try {
    const result = await withSignals((signal) =>
      trainRun({
        ...{ config, baseFolder, out, resume: command.resume, observer, signal },
        ...(command.jobs === undefined ? {} : { jobs: command.jobs }),
      }),
    );
    observer.stop();
    for (const note of result.metrics.notes) process.stderr.write(`${note}\n`);
    if (command.json) {
      const { folder, metrics, pid, parts, report } = result;
      process.stdout.write(`${JSON.stringify({ run: folder, metrics, pid, parts, report })}\n`);
      return;
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${runSummary(result)}\ntime    ${seconds} s\n`);
  } catch (error) {
    observer.stop();
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(
      existsSync(join(out, runFiles.environment))
        ? `interrupted; continue with: ${resumeCommand(command, out)}`
        : "interrupted before training began; nothing was written",
    );
  }
}

/** runs/NAME, or the first of runs/NAME-2, runs/NAME-3, .. that does not exist: no run is ever overwritten. */
function freeFolder(name: string): string {
  const base = join("runs", name);
  if (!existsSync(base)) return base;
  for (let k = 2; ; k++) if (!existsSync(`${base}-${k}`)) return `${base}-${k}`;
}

function resumeCommand(
  { config, set, seed, engine, baselines, jobs, json, quiet, verbose }: TrainCommand,
  out: string,
): string {
  return [
    ...["pidreg", "train", shellQuoted(config), "--out", shellQuoted(out)],
    ...set.flatMap((value) => ["--set", shellQuoted(value)]),
    ...(seed === undefined ? [] : ["--seed", String(seed)]),
    ...(engine === undefined ? [] : ["--engine", shellQuoted(engine)]),
    ...(baselines ? ["--baselines"] : []),
    ...(jobs === undefined ? [] : ["--jobs", String(jobs)]),
    "--resume",
    ...(json ? ["--json"] : []),
    ...(quiet ? ["--quiet"] : []),
    ...(verbose ? ["--verbose"] : []),
  ].join(" ");
}
