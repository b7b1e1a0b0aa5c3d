import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeSlurm } from "../../../test/support/fake-slurm.js";
import type { TrainTask } from "../executor.js";
import { slurm } from "./slurm.js";

let folder: string;
let fake: FakeSlurm;
let told: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "pidreg-array-")), "slurm");
  fake = new FakeSlurm();
  told = [];
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const tasks = [0, 1, 2].map(
  (index): TrainTask => ({
    ...{ name: `t${index}`, config: `${index}.yaml`, out: `${index}`, resume: false },
    planned: { study: "/my study", index },
  }),
);
const never = new AbortController().signal;
const executor = (cluster = {}, jobs?: number) =>
  slurm({ folder, jobs, cluster: { poll: 0.1, ...cluster }, onMessage: (text) => told.push(text) }, fake.ask);
const left = () => existsSync(join(folder, "arrays.json"));

describe("the executor slurm", () => {
  it("submits one array, with its options, and tells of every task that has ended", async () => {
    fake.beforeLook = () => {
      for (const id of [2, 0, 1]) fake.end(fake.arrays[0], id, "COMPLETED", 0);
    };
    const ended: unknown[] = [];
    const options = {
      partition: "short",
      time: "2:00:00",
      memory: "4G",
      cpus: 2,
      account: "lab",
      setup: "module load x",
    };
    await executor(options, 2).run(tasks, never, (index, failure) => void ended.push([index, failure]));
    expect(ended.sort()).toEqual([0, 1, 2].map((index) => [index, undefined]));
    const [array, ...more] = fake.arrays;
    expect(more).toEqual([]);
    for (const word of ["--partition=short", "--time=2:00:00", "--mem=4G", "--cpus-per-task=2", "--account=lab"]) {
      expect(array.args).toContain(word);
    }
    expect(array.args).toContain("--array=0,1,2%2");
    const script = readFileSync(array.script, "utf8");
    expect(script).toContain("study run '/my study' --index 2 --jobs 1 --quiet & ;;");
    expect(script.indexOf("module load x")).toBeLessThan(script.indexOf("study run"));
    expect(left()).toBe(false);
  });

  it("submits again what was killed or ran out of time, and nothing else", async () => {
    const ends = ["TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"];
    fake.beforeLook = () => {
      const array = fake.arrays[fake.arrays.length - 1];
      const state = ends[fake.arrays.length - 1];
      if (fake.arrays.length === 1) for (const id of [0, 2]) fake.end(array, id, "COMPLETED", 0);
      if (state === undefined) fake.end(array, 1, "COMPLETED", 0);
      else fake.end(array, 1, state, state === "NODE_FAIL" ? undefined : 137);
    };
    await executor().run(tasks, never);
    expect(fake.arrays.map(({ tasks }) => tasks.map(({ id }) => id))).toEqual([[0, 1, 2], [1], [1], [1]]);
    expect(told.filter((text) => text.includes("submitted again"))).toHaveLength(3);
    expect(told).toContain("t1: ended as TIMEOUT; submitted again (1 of 3), it resumes");
  });

  it("gives up a task that is killed every time, and cancels the others", async () => {
    fake.beforeLook = () => {
      for (const array of fake.arrays) fake.end(array, 1, "TIMEOUT", 143);
    };
    const failed: number[] = [];
    const run = executor({ retries: 1 }).run(tasks, never, (index) => void failed.push(index));
    await expect(run).rejects.toThrow(
      /^t1: ended as TIMEOUT in SLURM \(task 101_1, log .*101_1\.txt\); the same command/,
    );
    expect(failed).toEqual([1]);
    expect(fake.arrays[0].tasks.map(({ state }) => state)).toEqual(["CANCELLED", "TIMEOUT", "CANCELLED"]);
  });

  it("stops at a failure with its words, and cancels the others", async () => {
    fake.beforeLook = () => fake.end(fake.arrays[0], 1, "FAILED", 2, "noise\npidreg: table.csv: no column y\n");
    const run = executor().run(tasks, never);
    await expect(run).rejects.toMatchObject({ name: "InputError", message: "t1: table.csv: no column y" });
    expect(fake.arrays).toHaveLength(1);
    expect(fake.arrays[0].tasks.map(({ state }) => state)).toEqual(["CANCELLED", "FAILED", "CANCELLED"]);
  });

  it("takes a task that was cancelled by hand for a decision", async () => {
    fake.beforeLook = () => fake.end(fake.arrays[0], 1, "CANCELLED", 143);
    await expect(executor().run(tasks, never)).rejects.toThrow("t1: ended as CANCELLED in SLURM");
    expect(fake.arrays).toHaveLength(1);
  });

  it("leaves the array at the signal, and waits for it the next time", async () => {
    const controller = new AbortController();
    fake.beforeLook = () => controller.abort();
    await expect(executor().run(tasks, controller.signal)).rejects.toMatchObject({ name: "Interrupted" });
    expect(fake.arrays[0].tasks.map(({ state }) => state)).toEqual(["RUNNING", "RUNNING", "RUNNING"]);
    expect(left()).toBe(true);
    fake.end(fake.arrays[0], 0, "COMPLETED", 0);
    fake.beforeLook = () => {
      for (const array of fake.arrays)
        for (const { id, state } of array.tasks)
          if (state === "RUNNING" && fake.arrays.length === 2) fake.end(array, id, "COMPLETED", 0);
    };
    // Whoever asks again has left out what is finished; of the rest only what is in no queue is submitted.
    fake.end(fake.arrays[0], 2, "NODE_FAIL");
    await executor().run(tasks.slice(1), never);
    expect(fake.arrays.map(({ tasks }) => tasks.map(({ id }) => id))).toEqual([[0, 1, 2], [2]]);
    expect(told).toContain("1 task of arrays that were submitted before go on");
    expect(left()).toBe(false);
  });

  it("outlasts a controller that does not answer, and says so once", async () => {
    let looks = 0;
    const ask: typeof fake.ask = async (program, args) => {
      if (program === "squeue" && ++looks < 4) return { ok: false, stdout: "", stderr: "Unable to contact" };
      if (program === "squeue") for (const id of [0, 1, 2]) fake.end(fake.arrays[0], id, "COMPLETED", 0);
      return fake.ask(program, args);
    };
    await slurm({ folder, cluster: { poll: 0.1 }, onMessage: (text) => told.push(text) }, ask).run(tasks, never);
    expect(told.filter((text) => text.includes("does not answer"))).toHaveLength(1);
  });

  it("makes as many arrays as SLURM's largest number of a task asks for", async () => {
    fake.beforeLook = () => {
      for (const array of fake.arrays) for (const { id } of array.tasks) fake.end(array, id, "COMPLETED");
      for (const each of [5, 1005]) writeEnd(each);
    };
    const far = [5, 1005].map((index) => ({ ...tasks[0], name: `t${index}`, planned: { study: "/s", index } }));
    await executor().run(far, never);
    expect(fake.arrays.map(({ args }) => args.find((each) => each.startsWith("--array")))).toEqual([
      "--array=5",
      "--array=4",
    ]);
    expect(readFileSync(fake.arrays[1].script, "utf8")).toContain("id=$((SLURM_ARRAY_TASK_ID + 1001))");
  });

  it("keeps no word of an array that SLURM did not take", async () => {
    const answers =
      (sbatch: string): typeof fake.ask =>
      (program, args) =>
        program === "sbatch" ? Promise.resolve({ ok: false, stdout: "", stderr: sbatch }) : fake.ask(program, args);
    const run = (ask: typeof fake.ask) => slurm({ folder, cluster: { poll: 0.1 } }, ask).run(tasks, never);
    await expect(run(answers("invalid partition"))).rejects.toThrow("sbatch: invalid partition");
    expect(left()).toBe(false);
    await expect(run(async () => null)).rejects.toThrow("sbatch is not there");
    expect(left()).toBe(false);
    // A controller that does not answer may have taken it.
    fake.away = true;
    await expect(run(answers("Socket timed out"))).rejects.toThrow("Socket timed out");
    expect(left()).toBe(true);
  });

  it("waits for an array that SLURM took although sbatch came back with an error", async () => {
    const ask: typeof fake.ask = async (program, args) => {
      const answer = await fake.ask(program, args);
      return program === "sbatch" ? { ok: false, stdout: "", stderr: "Socket timed out" } : answer;
    };
    fake.beforeLook = () => {
      if (looks++ > 1) for (const id of [0, 1, 2]) fake.end(fake.arrays[0], id, "COMPLETED", 0);
    };
    let looks = 0;
    await slurm({ folder, cluster: { poll: 0.1 } }, ask).run(tasks, never);
    expect(fake.arrays).toHaveLength(1);
    expect(left()).toBe(false);
  });

  it("says where there is no SLURM, or it refuses", async () => {
    await expect(slurm({ folder, cluster: { poll: 0.1 } }, async () => null).run(tasks, never)).rejects.toThrow(
      "sbatch is not there",
    );
    const refusing: typeof fake.ask = async (program, args) =>
      program === "sbatch"
        ? { ok: false, stdout: "", stderr: "sbatch: error: invalid partition specified: nowhere\n" }
        : fake.ask(program, args);
    await expect(slurm({ folder, cluster: { poll: 0.1 } }, refusing).run(tasks, never)).rejects.toThrow(
      "sbatch: invalid partition specified: nowhere",
    );
  });
});

function writeEnd(id: number): void {
  writeFileSync(join(folder, "ended", `${id}`), "0\n");
}
