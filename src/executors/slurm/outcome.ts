import { type InputError, RunError } from "../../errors.js";
import type { AskSlurm } from "../../record/slurm-command.js";
import { failureOf } from "../failure-of.js";
import type { ArrayBook, ArrayTask } from "./array-book.js";
import { endState } from "./queue.js";
import { arrayFiles } from "./script.js";

/** What became of a task that has left the queue. */
export type Outcome =
  | { readonly kind: "done" }
  /** By itself: the same would come of it again. */
  | { readonly kind: "failed"; readonly failure: InputError | RunError }
  /** From outside: it can go on where it was. */
  | { readonly kind: "killed"; readonly how: string; readonly failure: RunError };

/** Codes from here on are of signals. */
const firstSignalCode = 128;
/** Bytes of a log that are enough for the last words. */
const kept = 4000;

/**
 * What a task ended with; null while that is not known yet: a shared disk may show it later than the queue.
 * @param isLate whether it should be known by now; without a word it then counts as killed
 */
export async function outcomeOf(
  task: ArrayTask,
  book: ArrayBook,
  ask: AskSlurm,
  isLate: boolean,
): Promise<Outcome | null> {
  const code = await endCode(book, task);
  if (code === 0) return { kind: "done" };
  if (code === null && !isLate) return null;
  const array = book.arrayOf(task.id);
  const number = task.id - (array?.offset ?? 0);
  const log = `${arrayFiles.logs}/${array?.job}_${number}.txt`;
  if (code !== null && code < firstSignalCode) {
    return { kind: "failed", failure: failureOf(task.name, code, await lastOf(book, log)) };
  }
  const state = array?.job ? await endState(ask, array.job, number) : null;
  const how = state === null || state === "COMPLETED" || state === "FAILED" ? "was killed" : `ended as ${state}`;
  const failure = new RunError(
    `${task.name}: ${how} in SLURM (task ${array?.job}_${number}, log ${book.folder.file(log)}); the same command resumes it`,
  );
  return state?.startsWith("CANCELLED") ? { kind: "failed", failure } : { kind: "killed", how, failure };
}

async function endCode({ folder }: ArrayBook, { id }: ArrayTask): Promise<number | null> {
  const name = `${arrayFiles.ended}/${id}`;
  // A disk of several hosts shows a file late; what looks into the folder sees it.
  await folder.entries();
  if (!(await folder.has(name))) return null;
  const code = Number.parseInt(await folder.readText(name), 10);
  return Number.isNaN(code) ? null : code;
}

async function lastOf({ folder }: ArrayBook, log: string): Promise<string> {
  if (!(await folder.has(log))) return "";
  return (await folder.readText(log)).slice(-kept);
}
