import { describe, expect, it } from "vitest";
import { poolJobs, runPool } from "./pool.js";

const pause = (signal: AbortSignal, ms = 5) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, signal.aborted ? 0 : ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("stopped"));
    });
  });

describe("runPool", () => {
  it("keeps to the number of jobs and to the order of the tasks", async () => {
    let running = 0;
    let most = 0;
    const ended: number[] = [];
    const work = async (task: number, signal: AbortSignal) => {
      most = Math.max(most, ++running);
      await pause(signal, 20 - task);
      running--;
      return task * task;
    };
    const onDone = (index: number) => ended.push(index);
    expect(await runPool([1, 2, 3, 4, 5], work, { jobs: 2, onDone })).toEqual([1, 4, 9, 16, 25]);
    expect(most).toBe(2);
    expect(ended.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(await runPool([], work, { jobs: 2 })).toEqual([]);
  });

  it("many tasks at once are no leak to warn of", async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error) => warnings.push(name);
    process.on("warning", listen);
    await runPool(Array.from({ length: 16 }), (_, signal) => pause(signal), { jobs: 16 });
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });

  it("one failure stops the others, begins none, and is what is thrown", async () => {
    const begun: number[] = [];
    const stopped: number[] = [];
    const work = async (task: number, signal: AbortSignal) => {
      begun.push(task);
      if (task === 2) throw new Error("task 2 broke");
      await pause(signal, 10_000).catch((error) => {
        stopped.push(task);
        throw error;
      });
    };
    await expect(runPool([1, 2, 3, 4], work, { jobs: 2 })).rejects.toThrow("task 2 broke");
    expect({ begun, stopped }).toEqual({ begun: [1, 2], stopped: [1] });
  });

  it("the signal stops everything", async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const work = async (task: number, signal: AbortSignal) => {
      begun.push(task);
      controller.abort();
      await pause(signal, 10_000);
    };
    const failure = runPool([1, 2, 3], work, { jobs: 1, signal: controller.signal });
    await expect(failure).rejects.toMatchObject({ name: "Interrupted" });
    await expect(runPool([1], work, { jobs: 1, signal: controller.signal })).rejects.toMatchObject({
      name: "Interrupted",
    });
    expect(begun).toEqual([1]);
  });
});

it("refuses a number of jobs that is none", () => {
  expect(poolJobs(3)).toBe(3);
  expect(poolJobs(undefined)).toBeGreaterThan(0);
  for (const jobs of [0, 1.5, -1]) expect(() => poolJobs(jobs)).toThrow(`--jobs ${jobs}: expected a whole number`);
});
