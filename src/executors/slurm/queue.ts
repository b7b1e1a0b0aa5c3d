import { RunError } from "../../errors.js";
import { type AskSlurm, fieldsOf } from "../../record/slurm-command.js";

/** How a task that has not ended stands: RUNNING, PENDING .. */
export interface QueuedTask {
  /** Number of its array. */
  readonly job: string;
  readonly state: string;
  /** Why it waits: Resources, Priority, JobHeldUser .. */
  readonly reason: string;
}

/**
 * Submits an array.
 * @returns its number
 * @throws RunError with what SLURM says
 */
export async function submit(ask: AskSlurm, args: readonly string[]): Promise<string> {
  const answer = await ask("sbatch", ["--parsable", ...args]);
  if (answer === null) {
    throw new RunError("--executor slurm: sbatch is not there, or does not answer; submit from a host of the cluster");
  }
  const [, id] = /^(\d+)(?:;\S*)?$/m.exec(answer.stdout.trim()) ?? [];
  if (!answer.ok || id === undefined) throw new RunError(`sbatch: ${lastLine(answer.stderr) || answer.stdout.trim()}`);
  return id;
}

/** Tasks of an array that have not ended, by their number in it; null where SLURM does not answer. @param name of the array */
export async function queued(ask: AskSlurm, name: string): Promise<ReadonlyMap<number, QueuedTask> | null> {
  const answer = await ask("squeue", ["--noheader", "--array", `--name=${name}`, "--format=%F|%K|%T|%r"]);
  if (answer === null || !answer.ok) return null;
  const rows = answer.stdout.split("\n").filter((line) => line.trim() !== "");
  return new Map(
    rows.map((line): [number, QueuedTask] => {
      const [job, id, state, reason = ""] = line.trim().split("|");
      return [Number(id), { job, state, reason }];
    }),
  );
}

/** The state in which a task ended, by the controller, or by accounting; null where neither knows. */
export async function endState(ask: AskSlurm, array: string, task: number): Promise<string | null> {
  const name = `${array}_${task}`;
  const shown = await ask("scontrol", ["--oneliner", "show", "job", name]);
  if (shown?.ok) {
    const state = fieldsOf(shown.stdout.split("\n")[0]).get("JobState");
    if (state !== undefined) return state;
  }
  const accounted = await ask("sacct", [
    "--noheader",
    "--allocations",
    "--parsable2",
    `--jobs=${name}`,
    "--format=State",
  ]);
  const [state = ""] = accounted?.ok ? accounted.stdout.trim().split("\n") : [];
  // CANCELLED by 1000
  return state === "" ? null : state.split(" ")[0];
}

/** Ends arrays by their names; what has ended already stays so. */
export async function cancel(ask: AskSlurm, names: readonly string[]): Promise<void> {
  for (const name of names) await ask("scancel", [`--name=${name}`]);
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^sbatch: (error: )?/, "") ?? ""
  );
}
