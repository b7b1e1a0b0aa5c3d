import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import { InputError, Interrupted } from "../errors.js";

export interface PoolOptions<R> {
  /** Tasks under way at once. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
  /** Called in the order in which tasks end. */
  readonly onDone?: (index: number, result: R) => void;
}

/**
 * Works through tasks, at most `jobs` at once. The first failure, or the signal, stops everything: no task is begun any
 * more and those under way are told to stop. Returns, or throws, only when none is running.
 * @param work does one task; must end soon after its signal fires
 * @returns results in the order of the tasks
 * @throws the first failure; Interrupted when the signal fired
 */
export async function runPool<T, R>(
  tasks: readonly T[],
  work: (task: T, signal: AbortSignal) => Promise<R>,
  { jobs, signal, onDone }: PoolOptions<R>,
): Promise<R[]> {
  const stop = new AbortController();
  // Every task under way listens; Node takes more than ten listeners for a leak and says so.
  setMaxListeners(0, stop.signal);
  const forward = () => stop.abort();
  signal?.addEventListener("abort", forward);
  const results = new Array<R>(tasks.length);
  const failures: unknown[] = [];
  let next = 0;
  const lane = async () => {
    while (next < tasks.length && !stop.signal.aborted && signal?.aborted !== true) {
      const index = next++;
      try {
        results[index] = await work(tasks[index], stop.signal);
        onDone?.(index, results[index]);
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, lane));
  signal?.removeEventListener("abort", forward);
  if (signal?.aborted) throw new Interrupted("interrupted");
  if (failures.length > 0) throw failures[0];
  return results;
}

/** How many runs go at once: what was asked for, else as many as there are cores. @throws InputError */
export function poolJobs(asked: number | undefined): number {
  if (asked === undefined) return availableParallelism();
  if (Number.isInteger(asked) && asked >= 1 && asked <= 1024) return asked;
  throw new InputError(`--jobs ${asked}: expected a whole number of runs at a time, at least 1`);
}
