import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Interrupted } from "../../errors.js";
import type { RunFolder } from "../../record/run-folder.js";
import { slurmConfiguration } from "../../record/slurm-command.js";
import type { ArrayOptions } from "./array-options.js";
import { readArrays, type SubmittedArray, writeArrays } from "./arrays.js";
import { sbatchOptions } from "./cluster.js";
import { type QueuedTask, queued, submit } from "./queue.js";
import { arrayFiles, arrayScript } from "./script.js";

/** One task of an array. */
export interface ArrayTask {
  /** Its number, by which SLURM knows it too. */
  readonly id: number;
  readonly name: string;
  /** Command line of a shell. */
  readonly command: string;
}

/** Said while the controller is away. */
export const noAnswer = "SLURM does not answer; asking again until it does";

/** One more than the largest number of a task, where SLURM does not tell its own. */
const usualArraySize = 1001;

/** The arrays of a folder: submits them and knows which task is in which. */
export class ArrayBook {
  /** Arrays with tasks that may not have ended. */
  arrays: SubmittedArray[] = [];

  constructor(
    readonly folder: RunFolder,
    private readonly options: ArrayOptions,
  ) {}

  /** The array that has a task: the last that was submitted with it. */
  arrayOf(id: number): SubmittedArray | undefined {
    return this.arrays.findLast(({ tasks }) => tasks.includes(id));
  }

  /** Numbers of the arrays, as text. */
  numbers(): string {
    return this.arrays.map(({ job, name }) => job ?? name).join(", ");
  }

  /** Notes the number of an array that a process submitted which did not live to note it. */
  learn(name: string, queue: ReadonlyMap<number, QueuedTask>): void {
    const [first] = queue.values();
    if (first === undefined) return;
    this.arrays = this.arrays.map((each) => (each.name === name ? { ...each, job: first.job } : each));
  }

  /** Those of the tasks that an earlier array still has, which is waited for until SLURM answers. */
  async underWay(ids: readonly number[], signal: AbortSignal): Promise<number[]> {
    const found: number[] = [];
    for (const array of await readArrays(this.folder)) {
      const queue = await this.queueOf(array.name, signal);
      if (queue.size === 0) continue;
      this.arrays.push(array);
      this.learn(array.name, queue);
      found.push(...array.tasks.filter((id) => queue.has(id - array.offset) && ids.includes(id)));
    }
    return found;
  }

  /** Submits tasks, as one array unless SLURM's largest number of a task is too small. @throws RunError */
  async submit(tasks: readonly ArrayTask[]): Promise<void> {
    if (tasks.length === 0) return;
    const size = await this.arraySize();
    const byOffset = new Map<number, ArrayTask[]>();
    for (const task of tasks) {
      const offset = Math.floor(task.id / size) * size;
      byOffset.set(offset, [...(byOffset.get(offset) ?? []), task]);
    }
    for (const [offset, some] of byOffset) await this.submitArray(some, offset);
  }

  /** Forgets arrays of which no task is left but `ids`, which have ended. */
  async close(ids: readonly number[]): Promise<void> {
    const kept: SubmittedArray[] = [];
    for (const array of await readArrays(this.folder)) {
      const queue = await queued(this.options.ask, array.name);
      const left = array.tasks.filter((id) => !ids.includes(id));
      if (left.some((id) => queue === null || queue.has(id - array.offset))) kept.push({ ...array, tasks: left });
    }
    await this.note(kept);
  }

  private async submitArray(tasks: readonly ArrayTask[], offset: number): Promise<void> {
    const { ask, cluster, limit, onMessage } = this.options;
    const name = `pidreg-${randomBytes(6).toString("hex")}`;
    const commands = new Map(tasks.map(({ id, command }) => [id, command]));
    const plan = { folder: this.folder.path, cwd: process.cwd(), commands, offset };
    await this.folder.writeText(`${name}.sh`, arrayScript(plan, cluster));
    for (const { id } of tasks) await this.folder.remove(`${arrayFiles.ended}/${id}`);
    const array: SubmittedArray = { name, job: null, tasks: tasks.map(({ id }) => id), offset };
    await this.note([...this.arrays, array]);
    const numbers = tasks.map(({ id }) => id - offset).join(",");
    const words = [
      ...sbatchOptions(cluster),
      ...[`--job-name=${name}`, `--array=${numbers}${limit === undefined ? "" : `%${limit}`}`],
      ...[`--chdir=${this.folder.path}`, `--output=${arrayFiles.logs}/%A_%a.txt`, "--open-mode=append"],
      ...["--requeue", this.folder.file(`${name}.sh`)],
    ];
    const job = await submit(ask, words).catch(async (refusal: unknown) => {
      const taken = await this.takenAfterAll(array);
      if (taken === null) throw refusal;
      return taken;
    });
    await this.note(this.arrays.map((each) => (each === array ? { ...array, job } : each)));
    onMessage?.(`submitted array ${job} of ${tasks.length === 1 ? "1 task" : `${tasks.length} tasks`}`);
  }

  /** The number of an array that SLURM took without saying so; forgets one that it did not take. */
  private async takenAfterAll(array: SubmittedArray): Promise<string | null> {
    const { ask } = this.options;
    const queue = await queued(ask, array.name);
    const [first] = queue?.values() ?? [];
    // As long as SLURM is there and does not answer, it may have taken the array.
    const unknown = queue === null && (await ask("squeue", ["--version"]))?.ok === true;
    if (first === undefined && !unknown) await this.note(this.arrays.filter((each) => each !== array));
    return first?.job ?? null;
  }

  private async note(arrays: SubmittedArray[]): Promise<void> {
    this.arrays = arrays;
    await writeArrays(this.folder, arrays);
  }

  private async arraySize(): Promise<number> {
    const configuration = await slurmConfiguration(this.options.ask);
    return Math.max(1, Number(configuration?.get("MaxArraySize") ?? usualArraySize));
  }

  private async queueOf(name: string, signal: AbortSignal): Promise<ReadonlyMap<number, QueuedTask>> {
    for (let told = false; ; told = true) {
      const queue = await queued(this.options.ask, name);
      if (queue !== null) return queue;
      if (!told) this.options.onMessage?.(noAnswer);
      await wait(this.options.cluster.poll * 1000, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw new Interrupted("interrupted; the tasks in SLURM go on");
    }
  }
}
