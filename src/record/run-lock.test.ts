import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { lockFile, RunLock } from "./run-lock.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => join(folder, lockFile);
const write = (owner: object) => writeFile(file(), JSON.stringify(owner));

/** A process that does nothing until it is killed. */
function sleeper(): ChildProcess {
  return spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
}

describe("RunLock", () => {
  it("is held by one at a time and free after release", async () => {
    const lock = await RunLock.take(folder);
    await expect(RunLock.take(folder)).rejects.toThrow(InputError);
    await expect(RunLock.take(folder)).rejects.toThrow(`process ${process.pid} is at work in this run folder`);
    lock.release();
    (await RunLock.take(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("respects a living process and takes over from a killed one", async () => {
    const child = sleeper();
    await write({ pid: child.pid, host: hostname(), started: null, id: "x" });
    await expect(RunLock.take(folder)).rejects.toThrow(`process ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    const lock = await RunLock.take(folder);
    expect(JSON.parse(await readFile(file(), "utf8")).pid).toBe(process.pid);
    lock.release();
  });

  it.skipIf(process.platform !== "linux")("knows a process id that was used again", async () => {
    await write({ pid: process.pid, host: hostname(), started: "another-boot 12345", id: "x" });
    (await RunLock.take(folder)).release();
  });

  it("respects a lock of another host and says what to do", async () => {
    await write({ pid: 1, host: "elsewhere", started: null, id: "x" });
    await expect(RunLock.take(folder)).rejects.toThrow(/host "elsewhere".*delete this file if that process is gone/);
  });

  it.each(["", "{", "[]", '{"pid": "1"}', '{"__proto__": {"pid": 1}}'])("refuses a lock that says %j", async (text) => {
    await writeFile(file(), text);
    await expect(RunLock.take(folder)).rejects.toThrow("is not a lock of pidreg");
  });

  it("goes to one of many that want it at once, also when its owner died", async () => {
    for (const dead of [false, true]) {
      if (dead) await write({ pid: 2 ** 22 + 1, host: hostname(), started: null, id: "x" });
      const wanted = await Promise.allSettled(Array.from({ length: 20 }, () => RunLock.take(folder)));
      const got = wanted.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(got).toHaveLength(1);
      got[0].release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("does not remove a lock that is no longer its own", async () => {
    const lock = await RunLock.take(folder);
    await write({ pid: 1, host: "elsewhere", started: null, id: "y" });
    lock.release();
    expect(await readdir(folder)).toEqual([lockFile]);
  });
});
