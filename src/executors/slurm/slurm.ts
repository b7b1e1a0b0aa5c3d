import { InputError } from "../../errors.js";
import { type AskSlurm, askSlurm } from "../../record/slurm-command.js";
import type { Executor, ExecutorOptions, TrainTask } from "../executor.js";
import { poolJobs } from "../pool.js";
import { clusterSchema } from "./cluster.js";
import { runArray } from "./run-array.js";
import { programOf, taskCommand } from "./script.js";

/**
 * Trains on a cluster of SLURM: one array of jobs, which runs on when this process ends. A task that was killed, ran out of
 * time or lost its node is submitted again and resumes. Who runs the same tasks again waits for what is on its way.
 * @param options.folder of the scripts and logs, where all hosts see it
 * @param options.jobs   tasks at a time, where the cluster's options do not say it; all if left out
 * @param ask            SLURM
 * @throws InputError for a number of jobs that is none
 */
export function slurm(options: ExecutorOptions = {}, ask: AskSlurm = askSlurm): Executor {
  const { jobs, folder, onMessage } = options;
  const cluster = clusterSchema.parse(options.cluster ?? {});
  const limit = cluster.limit ?? (jobs === undefined ? undefined : poolJobs(jobs));
  const program = programOf(cluster);
  return {
    atOnce: limit ?? Number.POSITIVE_INFINITY,
    elsewhere: true,
    run: async (tasks, signal, onEnd) => {
      if (tasks.length === 0) return;
      if (folder === undefined) throw new InputError("the executor slurm needs a folder for its scripts and logs");
      const numbered = tasks.map((task, place) => ({
        id: numberOf(task, place),
        name: task.name,
        command: taskCommand(task, program),
      }));
      await runArray(numbered, { ask, folder, cluster, limit, signal, onMessage }, onEnd);
    },
  };
}

/** Of a study the place in its plan, so that `squeue` names the trainings as `study status` does. */
function numberOf({ planned }: TrainTask, place: number): number {
  return planned?.index ?? place;
}
