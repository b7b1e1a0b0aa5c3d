import type { ClusterOptions } from "./slurm/cluster.js";

/**
 * One training as a finite description: text that can be written to a file and run by a process anywhere that sees the
 * same folders.
 */
export interface TrainTask {
  /** Shown in messages and errors. */
  readonly name: string;
  /** Config file. */
  readonly config: string;
  /** Run folder. */
  readonly out: string;
  /** Whether the run folder was begun before. */
  readonly resume: boolean;
  /** Members of an ensemble at a time, for a run that is one. */
  readonly jobs?: number;
  /** The training of a planned study that it is: `pidreg study run STUDY --index INDEX` does the same. */
  readonly planned?: { readonly study: string; readonly index: number };
}

/** Told of a task that has ended, by its place in the list, with its failure if it failed; not of what was stopped. */
export type OnTaskEnd = (index: number, failure?: unknown) => void | Promise<void>;

/** What trains: processes of this machine, or a scheduler. */
export interface Executor {
  /** Tasks under way at once, at most. */
  readonly atOnce: number;
  /**
   * Whether tasks run without this process: at the signal they go on, and the next `run` waits for those that do. Whoever
   * runs it holds no folder meanwhile.
   */
  readonly elsewhere?: boolean;

  /**
   * Works through tasks, begun in their order, each into its run folder. The first failure, or the signal, stops
   * everything: no task is begun any more and those under way are told to stop. Returns, or throws, only when none runs.
   * @param onEnd called in the order in which tasks end, and waited for
   * @throws the first failure, which names its task; Interrupted when the signal fired
   */
  run(tasks: readonly TrainTask[], signal: AbortSignal, onEnd?: OnTaskEnd): Promise<void>;
}

/** What every executor is made from. */
export interface ExecutorOptions {
  /** Tasks at a time; the executor's own number if left out. */
  readonly jobs?: number;
  /** Folder for the files of an executor that has any; made when it runs. */
  readonly folder?: string;
  /** What a scheduler is told of the tasks. */
  readonly cluster?: Partial<ClusterOptions>;
  readonly onMessage?: (text: string) => void;
}
