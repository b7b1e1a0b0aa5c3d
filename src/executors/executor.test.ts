import { describe, expect, it, vi } from "vitest";
import { InputError, Interrupted } from "../errors.js";
import type { TrainTask } from "./executor.js";
import { createExecutor, executors } from "./executors.js";

/** What stands for `pidreg train` in every executor that runs on this machine. */
const process = vi.hoisted(() => ({ train: async (_task: unknown, _signal: AbortSignal): Promise<void> => {} }));
vi.mock("./train-process.js", () => ({
  trainInProcess: (task: unknown, signal: AbortSignal) => process.train(task, signal),
}));

const tasks = [1, 2, 3, 4].map((k): TrainTask => ({ name: `t${k}`, config: `${k}.yaml`, out: `${k}`, resume: false }));
const never = new AbortController().signal;
const stopped = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Interrupted("stopped")));
    if (signal.aborted) reject(new Interrupted("stopped"));
  });

const here = (Object.keys(executors) as (keyof typeof executors)[]).filter(
  (name) => !createExecutor({}, name).elsewhere,
);

/** Those whose tasks run elsewhere have tests of their own: at the signal their tasks go on. */
describe.each(here)("the executor %s", (name) => {
  it("trains every task once, begun in their order, and tells of each that has ended", async () => {
    const begun: unknown[] = [];
    process.train = async (task) => void begun.push(task);
    const ended: [number, unknown][] = [];
    const executor = createExecutor({ jobs: 2 }, name);
    expect(executor.atOnce).toBe(2);
    await executor.run(tasks, never, (index, failure) => void ended.push([index, failure]));
    expect(begun).toEqual(tasks);
    expect(ended.sort()).toEqual(tasks.map((_, index) => [index, undefined]));
    await executor.run([], never);
  });

  it("takes tasks that went through a file", async () => {
    const begun: unknown[] = [];
    process.train = async (task) => void begun.push(task);
    await createExecutor({ jobs: 1 }, name).run(JSON.parse(JSON.stringify(tasks)), never);
    expect(begun).toEqual(tasks);
  });

  it("stops everything at the first failure, throws it, and tells of no task that was stopped", async () => {
    const begun: string[] = [];
    process.train = async (task, signal) => {
      const { name } = task as TrainTask;
      begun.push(name);
      if (name === "t2") throw new InputError("t2: broke");
      await stopped(signal);
    };
    const ended: [number, string][] = [];
    const run = createExecutor({ jobs: 2 }, name).run(
      tasks,
      never,
      (index, failure) => void ended.push([index, String(failure)]),
    );
    await expect(run).rejects.toThrow("t2: broke");
    expect({ begun, ended }).toEqual({ begun: ["t1", "t2"], ended: [[1, "InputError: t2: broke"]] });
  });

  it("stops at the signal", async () => {
    const controller = new AbortController();
    const begun: string[] = [];
    process.train = async (task, signal) => {
      begun.push((task as TrainTask).name);
      controller.abort();
      await stopped(signal);
    };
    const ended: number[] = [];
    const run = createExecutor({ jobs: 1 }, name).run(tasks, controller.signal, (index) => void ended.push(index));
    await expect(run).rejects.toMatchObject({ name: "Interrupted" });
    expect({ begun, ended }).toEqual({ begun: ["t1"], ended: [] });
  });

  it("waits for whoever is told before it returns, and fails with them", async () => {
    process.train = async () => {};
    const executor = createExecutor({ jobs: 1 }, name);
    let told = 0;
    await executor.run(tasks, never, async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      told++;
    });
    expect(told).toBe(tasks.length);
    const failing = executor.run(tasks, never, async () => Promise.reject(new Error("no room for notes")));
    await expect(failing).rejects.toThrow("no room for notes");
  });

  it("refuses a number of jobs that is none", () => {
    expect(() => createExecutor({ jobs: 0 }, name)).toThrow("--jobs 0: expected a whole number");
  });
});
