import { setTimeout as wait } from "node:timers/promises";
import { Interrupted } from "../../errors.js";
import { makeFolder } from "../../files/make-folder.js";
import { RunFolder } from "../../record/run-folder.js";
import { RunLock } from "../../record/run-lock.js";
import { plural } from "../../report/text.js";
import type { OnTaskEnd } from "../executor.js";
import { ArrayBook, type ArrayTask, noAnswer } from "./array-book.js";
import type { ArrayOptions } from "./array-options.js";
import { outcomeOf } from "./outcome.js";
import { cancel, type QueuedTask, queued } from "./queue.js";
import { arrayFiles } from "./script.js";

/** Looks at a queue that a task is not in, without a word of what it ended with, after which it counts as killed. */
const looksWithoutWord = 3;
/** Seconds that cancelled tasks are given to end. */
const endSeconds = 120;

/** A task that has not ended. */
interface OpenTask {
  readonly task: ArrayTask;
  readonly place: number;
  /** How often it was submitted again. */
  retries: number;
  /** Looks in a row at a queue that it was not in. */
  absent: number;
}

/**
 * Runs tasks as an array of SLURM and waits for them. Those that an earlier call submitted and that have not ended are waited
 * for, not submitted again.
 * @param onEnd as of an executor
 * @throws the first failure, once the others were cancelled; Interrupted when the signal fired: the array then runs on
 */
export async function runArray(tasks: readonly ArrayTask[], options: ArrayOptions, onEnd?: OnTaskEnd): Promise<void> {
  const { folder, onMessage, signal } = options;
  await makeFolder(folder);
  const place = new RunFolder(folder);
  for (const name of [arrayFiles.ended, arrayFiles.logs]) await place.createInside(name);
  const book = new ArrayBook(place, options);
  const open = new Map(
    tasks.map((task, i): [number, OpenTask] => [task.id, { task, place: i, retries: 0, absent: 0 }]),
  );
  // Of two that ask at once, one submits and the other finds what was submitted.
  const lock = await RunLock.take(folder, { onWait: onMessage, signal });
  try {
    const there = await book.underWay(
      tasks.map(({ id }) => id),
      signal,
    );
    if (there.length > 0) onMessage?.(`${plural(there.length, "task")} of arrays that were submitted before go on`);
    await book.submit(tasks.filter(({ id }) => !there.includes(id)));
  } finally {
    lock.release();
  }
  const watch = { open, book, options, onEnd, told: "" };
  try {
    while (open.size > 0) {
      await pause(options);
      await look(watch);
    }
    await book.close(tasks.map(({ id }) => id));
  } catch (error) {
    if (!(error instanceof Interrupted)) await endAll(watch);
    throw error;
  }
}

interface Watch {
  readonly open: Map<number, OpenTask>;
  readonly book: ArrayBook;
  readonly options: ArrayOptions;
  readonly onEnd: OnTaskEnd | undefined;
  /** What was said of the queue last. */
  told: string;
}

/** Looks at the queue once, and sees to the tasks that have left it. */
async function look(watch: Watch): Promise<void> {
  const { open, book, options } = watch;
  const again: ArrayTask[] = [];
  const states: QueuedTask[] = [];
  let silent = false;
  for (const { name, offset, tasks } of book.arrays) {
    const own = tasks.filter((id) => open.has(id) && book.arrayOf(id)?.name === name);
    if (own.length === 0) continue;
    const queue = await queued(options.ask, name);
    silent ||= queue === null;
    if (queue === null) continue;
    book.learn(name, queue);
    for (const id of own) {
      const there = queue.get(id - offset);
      const task = open.get(id) as OpenTask;
      if (there !== undefined) {
        states.push(there);
        task.absent = 0;
      } else if (await hasLeft(watch, task)) again.push(task.task);
    }
  }
  await book.submit(again);
  tell(watch, silent ? noAnswer : queueText(book, states, open.size));
}

/**
 * Sees to a task that is not in the queue.
 * @returns whether it is to be submitted again
 * @throws its failure
 */
async function hasLeft(watch: Watch, left: OpenTask): Promise<boolean> {
  const { open, book, options, onEnd } = watch;
  left.absent++;
  const outcome = await outcomeOf(left.task, book, options.ask, left.absent >= looksWithoutWord);
  if (outcome === null) return false;
  if (outcome.kind === "done") {
    open.delete(left.task.id);
    await onEnd?.(left.place);
    return false;
  }
  const { retries } = options.cluster;
  if (outcome.kind === "killed" && left.retries < retries) {
    left.retries++;
    left.absent = 0;
    options.onMessage?.(
      `${left.task.name}: ${outcome.how}; submitted again (${left.retries} of ${retries}), it resumes`,
    );
    return true;
  }
  open.delete(left.task.id);
  await onEnd?.(left.place, outcome.failure);
  throw outcome.failure;
}

/** Cancels what has not ended and waits until it has. */
async function endAll({ open, book, options }: Watch): Promise<void> {
  const names = book.arrays.filter(({ tasks }) => tasks.some((id) => open.has(id))).map(({ name }) => name);
  await cancel(options.ask, names);
  for (let seconds = 0; seconds < endSeconds; seconds += options.cluster.poll) {
    const queues = await Promise.all(names.map((name) => queued(options.ask, name)));
    if (queues.every((queue) => queue?.size === 0)) return book.close([...open.keys()]);
    await wait(options.cluster.poll * 1000);
  }
}

/** Waits for the next look. @throws Interrupted when the signal fires */
async function pause({ cluster, signal }: ArrayOptions): Promise<void> {
  await wait(cluster.poll * 1000, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) throw new Interrupted("interrupted; the tasks in SLURM go on");
}

function tell(watch: Watch, text: string): void {
  if (text !== watch.told && text !== "") watch.options.onMessage?.(text);
  watch.told = text;
}

/** array 12: 3 running, 4 waiting (Resources) */
function queueText(book: ArrayBook, states: readonly QueuedTask[], open: number): string {
  const running = states.filter(({ state }) => state !== "PENDING").length;
  const waiting = states.filter(({ state }) => state === "PENDING");
  const reasons = [...new Set(waiting.map(({ reason }) => reason))].filter((each) => each !== "None" && each !== "");
  const why = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  const ending = open - states.length;
  const counts = [
    ...(running > 0 ? [`${running} running`] : []),
    ...(waiting.length > 0 ? [`${waiting.length} waiting${why}`] : []),
    ...(ending > 0 ? [`${ending} ending`] : []),
  ];
  return counts.length === 0 ? "" : `array ${book.numbers()}: ${counts.join(", ")}`;
}
