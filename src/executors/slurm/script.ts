import { join } from "node:path";
import { runFiles } from "../../record/run-folder.js";
import { shellQuoted } from "../../shell-quoted.js";
import type { TrainTask } from "../executor.js";
import { program as own } from "../program.js";
import type { ClusterOptions } from "./cluster.js";

/** Names in the folder of an array. */
export const arrayFiles = {
  /** What was submitted and is not known to have ended. */
  arrays: "arrays.json",
  /** What each task ended with. */
  ended: "ended",
  logs: "logs",
} as const;

/** One array of tasks, before it is submitted. */
export interface ArrayPlan {
  /** Folder of its files. */
  readonly folder: string;
  /** Folder that the tasks run in. */
  readonly cwd: string;
  /** Commands by the number of the task. */
  readonly commands: ReadonlyMap<number, string>;
  /** What is taken off the numbers for SLURM, whose arrays have a largest one. */
  readonly offset: number;
}

/** The program as a shell starts it. */
export function programOf({ program }: Pick<ClusterOptions, "program">): string {
  return program ?? `${shellQuoted(process.execPath)} ${shellQuoted(own)}`;
}

/** The command line of a task: begun anew by SLURM, it resumes what was begun. */
export function taskCommand({ planned, config, out, jobs }: TrainTask, program: string): string {
  if (planned !== undefined) {
    return `${program} study run ${shellQuoted(planned.study)} --index ${planned.index} --jobs 1 --quiet`;
  }
  const begun = join(out, runFiles.environment);
  const train = [program, "train", shellQuoted(config), "--out", shellQuoted(out), "--quiet"];
  if (jobs !== undefined) train.push("--jobs", String(jobs));
  return `${train.join(" ")} $([ -e ${shellQuoted(begun)} ] && echo --resume)`;
}

/**
 * The batch script of an array. What a task ended with is written beside its log; a task without was killed. The signal that
 * SLURM gives before it kills is passed on, so that a training stops at its next step.
 */
export function arrayScript({ folder, cwd, commands, offset }: ArrayPlan, { setup = [] }: ClusterOptions): string {
  const cases = Array.from(commands, ([id, command]) => `${id}) ${command} & ;;`);
  return `${[
    "#!/bin/bash",
    "# One task of an array; pidreg has written this file.",
    `id=$((SLURM_ARRAY_TASK_ID + ${offset}))`,
    `ended=${shellQuoted(`${folder}/${arrayFiles.ended}`)}/$id`,
    'rm -f "$ended"',
    `cd ${shellQuoted(cwd)} || exit 1`,
    ...[setup].flat(),
    'case "$id" in',
    ...cases,
    '*) echo "there is no task $id" >&2; exit 1 ;;',
    "esac",
    "child=$!",
    `trap 'kill -TERM "$child" 2>/dev/null' TERM`,
    'wait "$child"; code=$?',
    'while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done',
    'echo "$code" > "$ended.$SLURM_JOB_ID" && mv -f "$ended.$SLURM_JOB_ID" "$ended"',
    'exit "$code"',
  ].join("\n")}\n`;
}
