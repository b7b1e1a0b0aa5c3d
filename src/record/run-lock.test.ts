import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InputError, Interrupted, RunError } from "../errors.js";
import { beatSeconds, goneSeconds, silentSeconds } from "./lock-owner.js";
import { lockFile, RunLock } from "./run-lock.js";

const links = vi.hoisted(() => ({ work: true }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    linkSync: (from: string, to: string) => {
      if (links.work) return fs.linkSync(from, to);
      throw Object.assign(new Error("EPERM: injected, link"), { code: "EPERM", errno: -1, syscall: "link" });
    },
  };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-lock-"));
});
afterEach(() => {
  links.work = true;
  vi.useRealTimers();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => join(folder, lockFile);
const write = (owner: object) => writeFile(file(), JSON.stringify(owner));

const elsewhere = { pid: 1, host: "elsewhere", started: null, beat: beatSeconds, id: "x" };

/** Makes the lock as old as a holder's that was last heard of so long ago. */
async function lastSign(seconds: number): Promise<void> {
  const then = Date.now() / 1000 - seconds;
  await utimes(file(), then, then);
}

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

  it.skipIf(process.platform !== "linux")(
    "takes over from a process that ended and only waits to be reaped",
    async () => {
      // The shell starts a child, which outlives it, and becomes a program that never asks how the child ended.
      const parent = spawn("sh", ["-c", "sleep 2 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
      try {
        const [printed] = await once(parent.stdout, "data");
        const pid = Number(String(printed).trim());
        const state = async () => (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "")[0];
        await vi.waitUntil(async () => (await state()) === "Z", { timeout: 20_000 });
        await write({ pid, host: hostname(), started: null, id: "x" });
        (await RunLock.take(folder)).release();
      } finally {
        parent.kill("SIGKILL");
        await once(parent, "exit");
      }
    },
  );

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

  it.each([
    ["with hard links", true],
    ["without hard links", false],
  ])("goes to one of many that want it at once, also when its owner died, %s", async (_, work) => {
    links.work = work;
    const dead = { pid: 2 ** 22 + 1, host: hostname(), started: null, id: "x" };
    for (const owner of [null, dead, elsewhere]) {
      if (owner !== null) await write(owner);
      if (owner === elsewhere) await lastSign(goneSeconds + 1);
      const wanted = await Promise.allSettled(Array.from({ length: 20 }, () => RunLock.take(folder)));
      const got = wanted.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(got).toHaveLength(1);
      expect(got[0].isHeld()).toBe(true);
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

describe("a lock of another host", () => {
  it("is respected while its holder gives signs of life, and the refusal says all that is needed", async () => {
    await write(elsewhere);
    await lastSign(silentSeconds - 5);
    await expect(RunLock.take(folder, { onWait: () => undefined })).rejects.toThrow(
      new RegExp(
        `^${file()}: process 1 on host "elsewhere" is at work .*last sign of life 4\\d s ago.*` +
          `${goneSeconds} s after its last sign of life, or at once when this file is deleted$`,
      ),
    );
  });

  it("is taken over when its holder gave no sign of life for long", async () => {
    await write(elsewhere);
    await lastSign(goneSeconds + 1);
    const lock = await RunLock.take(folder);
    expect(JSON.parse(await readFile(file(), "utf8")).pid).toBe(process.pid);
    lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is waited for between the two, which is told once", async () => {
    await write(elsewhere);
    await lastSign(goneSeconds - 1);
    await expect(RunLock.take(folder)).rejects.toThrow(/may be gone .*it is taken over [12] s from now/);
    const told: string[] = [];
    (await RunLock.take(folder, { onWait: (message) => told.push(message) })).release();
    expect(told).toEqual([expect.stringMatching(/may be gone/)]);
  });

  it("is not waited for any longer once its holder shows up, or the signal fires", async () => {
    await write(elsewhere);
    await lastSign(goneSeconds - 60);
    const shown = RunLock.take(folder, { onWait: () => void lastSign(0) });
    await expect(shown).rejects.toThrow("is at work in this run folder");
    await lastSign(goneSeconds - 60);
    const controller = new AbortController();
    const options = { onWait: () => controller.abort(), signal: controller.signal };
    await expect(RunLock.take(folder, options)).rejects.toThrow(Interrupted);
  });

  it.skipIf(process.platform !== "linux")("may be one of this host's name, in another container", async () => {
    await write({ ...elsewhere, pid: 2 ** 22 + 1, host: hostname(), processes: "pid:[1]" });
    await expect(RunLock.take(folder)).rejects.toThrow("is at work in this run folder");
  });

  it("without signs of life is respected, whatever its age", async () => {
    await write({ pid: 4242, host: "node017", started: "2026-11-01T00:00:00Z" });
    await lastSign(1e6);
    await expect(RunLock.take(folder)).rejects.toThrow(/run\.lock: process 4242 on host "node017".*delete this file/);
  });

  it("whose owner died before it wrote its name is taken over in time", async () => {
    await writeFile(file(), "");
    await lastSign(goneSeconds + 1);
    (await RunLock.take(folder)).release();
  });
});

describe("the holder", () => {
  it("gives signs of life, in its own lock only", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const lock = await RunLock.take(folder);
    const text = await readFile(file(), "utf8");
    await lastSign(1000);
    vi.advanceTimersByTime(beatSeconds * 1000);
    const { mtimeMs } = await stat(file());
    expect(Date.now() - mtimeMs).toBeLessThan(500_000);
    expect(await readFile(file(), "utf8")).toBe(text);
    await write(elsewhere);
    await lastSign(1000);
    vi.advanceTimersByTime(10 * beatSeconds * 1000);
    expect(Date.now() - (await stat(file())).mtimeMs).toBeGreaterThan(500_000);
    expect(JSON.parse(await readFile(file(), "utf8"))).toEqual(elsewhere);
    lock.release();
    await lastSign(1000);
    vi.advanceTimersByTime(10 * beatSeconds * 1000);
    expect(Date.now() - (await stat(file())).mtimeMs).toBeGreaterThan(500_000);
  });

  it("knows when it lost the folder, and how", async () => {
    const lock = await RunLock.take(folder);
    lock.assertHeld();
    await write(elsewhere);
    expect(lock.isHeld()).toBe(false);
    expect(() => lock.assertHeld()).toThrow(/process 1 on host "elsewhere" has taken this run folder over/);
    await rm(folder, { recursive: true });
    expect(lock.isHeld()).toBe(false);
    expect(() => lock.assertHeld()).toThrow(RunError);
    expect(() => lock.assertHeld()).toThrow(/is gone: it was deleted or moved/);
    lock.release();
  });
});
