import { Interrupted } from "../errors.js";
import type { Executor, ExecutorOptions, TrainTask } from "./executor.js";
import { poolJobs, runPool } from "./pool.js";
import { trainInProcess } from "./train-process.js";

/** Trains on this machine, every task in a process of its own. @throws InputError for a number of jobs that is none */
export function processes(options: ExecutorOptions = {}): Executor {
  return pooled(trainInProcess, options);
}

/**
 * An executor of a function that does one task.
 * @param train throws Interrupted, or what failed, soon after its signal fires
 * @param options.jobs as many as there are cores if left out
 */
export function pooled(
  train: (task: TrainTask, signal: AbortSignal) => Promise<void>,
  { jobs }: ExecutorOptions = {},
): Executor {
  const atOnce = poolJobs(jobs);
  return {
    atOnce,
    run: async (tasks, signal, onEnd) => {
      const work = async ([index, task]: readonly [number, TrainTask], stop: AbortSignal) => {
        try {
          await train(task, stop);
        } catch (error) {
          if (!(error instanceof Interrupted)) await onEnd?.(index, error);
          throw error;
        }
        await onEnd?.(index);
      };
      await runPool([...tasks.entries()], work, { jobs: atOnce, signal });
    },
  };
}
