import type { Argv } from "yargs";
import { InputError } from "../errors.js";
import type { Executor } from "../executors/executor.js";
import { type ExecutorName, executorNames } from "../executors/names.js";

/** What says who trains. */
export interface ExecutorArguments {
  executor: ExecutorName;
  slurm: string[];
  cluster?: string;
}

/** Adds those options. @param what is trained: "trainings" */
export function executorOptions<T>(yargs: Argv<T>, what = "trainings") {
  return yargs
    .option("executor", {
      choices: executorNames,
      requiresArg: true,
      default: "processes" as const,
      describe: `what runs the ${what}: processes of this machine, or an array of jobs of SLURM`,
    })
    .option("slurm", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe:
        "with --executor slurm: key=value of partition, account, qos, time, memory, cpus, limit (tasks at a time), retries, " +
        "poll, setup, program, options; repeatable",
    })
    .option("cluster", {
      type: "string",
      requiresArg: true,
      describe: "with --executor slurm: YAML file with these keys below `cluster:`",
    });
}

/** What an executor is made for. */
export interface ExecutorPlace {
  readonly jobs?: number;
  /** Folder of the files of a scheduler. */
  readonly folder: string;
  readonly onMessage: (text: string) => void;
}

/**
 * The executor that was asked for; undefined for processes of this machine.
 * @throws InputError for options of another executor, or that are none
 */
export async function chosenExecutor(
  { executor, slurm, cluster: file }: ExecutorArguments,
  place: ExecutorPlace,
): Promise<Executor | undefined> {
  if (executor === "processes") {
    if (slurm.length > 0) throw new InputError("--slurm goes with --executor slurm");
    if (file !== undefined) throw new InputError("--cluster goes with --executor slurm");
    return undefined;
  }
  const [{ createExecutor }, { clusterOptions }] = await Promise.all([
    import("../executors/executors.js"),
    import("../executors/slurm/cluster.js"),
  ]);
  return createExecutor({ ...place, cluster: await clusterOptions(file, slurm) }, executor);
}
