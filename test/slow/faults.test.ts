import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as real from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import { InputError, Interrupted, RunError } from "../../src/errors.js";
import { decodeSafetensors } from "../../src/files/safetensors.js";
import { loadCheckpoint, saveCheckpoint } from "../../src/record/checkpoint.js";
import { readRun } from "../../src/record/read-run.js";
import { trainRun } from "../../src/run/train-run.js";
import { results } from "../support/kill.js";
import { itLong } from "../support/long.js";
import { smallConfig } from "../support/small-config.js";

/** Fails the write operation whose turn it is, as the system would. */
const disk = vi.hoisted(() => ({
  countdown: Number.POSITIVE_INFINITY,
  code: "ENOSPC",
  operation(syscall: string) {
    if (--this.countdown >= 0) return;
    throw Object.assign(new Error(`${this.code}: injected, ${syscall}`), { code: this.code, errno: -28, syscall });
  },
}));

vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const failing =
    <A extends unknown[], R>(name: string, call: (...given: A) => Promise<R>) =>
    async (...given: A) => {
      disk.operation(name);
      return call(...given);
    };
  const isReading = (flags: string | number | undefined) =>
    typeof flags === "number" ? (flags & 3) === fs.constants.O_RDONLY : flags === "r" || flags === undefined;
  return {
    ...fs,
    open: async (...given: Parameters<typeof fs.open>) => {
      const handle = await fs.open(...given);
      if (isReading(given[1])) return handle;
      try {
        disk.operation("write");
      } catch (error) {
        // A disk that becomes full takes the first part of what is written.
        await handle.writeFile("half");
        await handle.close();
        throw error;
      }
      return handle;
    },
    appendFile: failing("append", fs.appendFile as (...given: unknown[]) => Promise<void>),
    rename: failing("rename", fs.rename),
    mkdir: failing("mkdir", fs.mkdir as (...given: unknown[]) => Promise<string | undefined>),
  };
});

/** Every how many-th write is made to fail; `PIDREG_FAULT_STRIDE=1` for each. */
const stride = Number(process.env.PIDREG_FAULT_STRIDE ?? 13);
/** The same of the steps at the end of a run, of which there are few. */
const endStride = Math.min(stride, 5);

let folder: string;
const config = smallConfig("faults");
const run = (out: string, more: Partial<Parameters<typeof trainRun>[0]> = {}) =>
  trainRun({ config, baseFolder: folder, out: join(folder, out), ...more });
const heal = () => {
  disk.countdown = Number.POSITIVE_INFINITY;
};

let expected: Record<string, Buffer>;
let operations: number;
beforeAll(async () => {
  folder = await real.mkdtemp(join(tmpdir(), "pidreg-faults-"));
  await writeSynthetic(generateSynthetic("mixed", { rows: 300, seed: 1, width: 3 }), folder, "csv");
  disk.countdown = 1e9;
  await run("whole");
  operations = 1e9 - disk.countdown;
  heal();
  expected = await results(join(folder, "whole"));
});
afterEach(heal);
afterAll(() => real.rm(folder, { recursive: true, force: true }));

async function sameAsWhole(out: string, whole = expected): Promise<void> {
  const actual = await results(join(folder, out));
  for (const [name, bytes] of Object.entries(whole)) expect(actual[name].equals(bytes), name).toBe(true);
}

describe("a disk that fails", () => {
  itLong(
    "at any of its writes ends the run with one clear error, and resuming ends as if it had not",
    {
      timeout: 3_600_000,
    },
    async () => {
      expect(operations).toBeGreaterThan(30);
      const codes = ["ENOSPC", "EROFS", "EACCES", "EIO"];
      for (let at = 0, k = 0; at < operations; at += stride, k++) {
        const out = `fault-${at}`;
        disk.code = codes[k % codes.length];
        disk.countdown = at;
        const failed = await run(out).catch((error: unknown) => error);
        heal();
        expect(failed, `write ${at}`).toBeInstanceOf(RunError);
        const kept = existsSync(join(folder, out, "checkpoint", "checkpoint.safetensors"));
        expect((failed as Error).message).toMatch(
          new RegExp(`^${folder}/${out}\\S*: cannot be (written|created): [\\w ]+ `),
        );
        expect((failed as Error).message).toContain(`(${disk.code})`);
        expect((failed as Error).message.includes("The last checkpoint is kept"), (failed as Error).message).toBe(kept);
        await run(out, { resume: true });
        await sameAsWhole(out);
      }
    },
  );
});

describe("two processes on one run folder", () => {
  it("cannot both write", async () => {
    const both = await Promise.allSettled([run("shared"), run("shared")]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = both.find((result) => result.status === "rejected")?.reason;
    expect(refused).toBeInstanceOf(InputError);
    expect(refused.message).toMatch(/is at work in this run folder/);
    await sameAsWhole("shared");
    expect(readdirSync(join(folder, "shared"))).not.toContain("run.lock");
  });
});

/** Does something at a moment of a run: at an epoch of stage 2, or at one of the looks at the signal after the last. */
function atMoment(
  moment: { epoch: number } | { look: number },
  deed: () => void,
): Partial<Parameters<typeof trainRun>[0]> {
  let looks = 0;
  let trained = false;
  const signal = {
    get aborted() {
      if (trained && "look" in moment && ++looks === moment.look) deed();
      return false;
    },
  } as AbortSignal;
  const epoch = (record: { phase: string; epoch: number }) => {
    if (record.phase !== "stage2") return;
    trained = record.epoch === 3;
    if ("epoch" in moment && record.epoch === moment.epoch) deed();
  };
  return { signal, observer: { epoch } };
}

describe("a run folder that is lost while the run is at work", () => {
  const moments = [{ epoch: 1 }, { epoch: 3 }, { look: 1 }, { look: 2 }, { look: 4 }];

  it.each(moments)("by deletion at %j is not said to hold a checkpoint, and does not come back", async (moment) => {
    const path = join(folder, "deleted");
    const failed = await run(
      "deleted",
      atMoment(moment, () => rmSync(path, { recursive: true })),
    ).catch((e) => e);
    expect(failed).toBeInstanceOf(RunError);
    expect(failed.message).toMatch(/deleted: is gone: it was deleted or moved while the run was at work in it/);
    expect(failed.message).not.toContain("kept");
    expect(existsSync(path)).toBe(false);
  });

  it.each(moments)("to another process at %j is left alone", async (moment) => {
    const out = `taken-${JSON.stringify(moment).replaceAll(/\W/g, "")}`;
    const lock = join(folder, out, "run.lock");
    const owner = JSON.stringify({ pid: 7, host: "node017", started: null, beat: 15, id: "x" });
    let before: string[] = [];
    const deed = () => {
      writeFileSync(lock, owner);
      before = readdirSync(join(folder, out, "checkpoint"));
    };
    const failed = await run(out, atMoment(moment, deed)).catch((error) => error);
    expect(failed).toBeInstanceOf(RunError);
    expect(failed.message).toMatch(/process 7 on host "node017" has taken this run folder over/);
    expect(readdirSync(join(folder, out, "checkpoint"))).toEqual(before);
    expect(existsSync(join(folder, out, "metrics.json"))).toBe(false);
    expect(await real.readFile(lock, "utf8")).toBe(owner);
  });
});

/** A run that was stopped after its third epoch. */
async function stopped(out: string): Promise<void> {
  const controller = new AbortController();
  let epochs = 0;
  const observer = { epoch: () => ++epochs === 3 && controller.abort() };
  await expect(run(out, { signal: controller.signal, observer })).rejects.toThrow(Interrupted);
}

describe("resuming", () => {
  const dead = JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: null, id: "x" });
  it.each([
    ["no folder", []],
    ["an empty folder", ["."]],
    ["what a killed process left", ["run.lock", "environment.json.123"]],
  ])("begins the run, and says so, where there is %s", async (what, names) => {
    const out = `nothing-${what}`;
    if (names.length > 0) await real.mkdir(join(folder, out));
    for (const name of names) if (name !== ".") await real.writeFile(join(folder, out, name), dead);
    const messages: string[] = [];
    await run(out, { resume: true, observer: { message: (text) => messages.push(text) } });
    expect(messages).toContain(`nothing to resume in ${join(folder, out)}: the run starts from the beginning`);
    await sameAsWhole(out);
    expect(readdirSync(join(folder, out)).filter((name) => /lock|\d$/.test(name))).toEqual([]);
  });

  it("refuses a folder of other files, and leaves no folder where the input is refused", async () => {
    await real.mkdir(join(folder, "notes"));
    await real.writeFile(join(folder, "notes", "my.txt"), "");
    await expect(run("notes", { resume: true })).rejects.toThrow("holds other files (my.txt, ..) and no run");
    const wrong = { ...config, data: { ...config.data, target: "z" } };
    await expect(run("never/run", { resume: true, config: wrong })).rejects.toThrow(InputError);
    expect(existsSync(join(folder, "never"))).toBe(false);
    expect(readdirSync(join(folder, "notes"))).toEqual(["my.txt"]);
  });

  it("refuses another config, seed or table, and leaves the run as it was", async () => {
    await stopped("changed");
    const again = (more: object) => run("changed", { resume: true, ...more });
    const refusal = "made with another config, other data or another engine";
    await expect(again({ config: { ...config, seed: 2 } })).rejects.toThrow(refusal);
    const losses = { ...config.losses, gaussianity: { ...config.losses.gaussianity, weight: 0.5 } };
    await expect(again({ config: { ...config, losses } })).rejects.toThrow(refusal);
    const table = join(folder, "table.csv");
    const text = await real.readFile(table, "utf8");
    await real.writeFile(
      table,
      text.replace(/(\d)\n/, (_, digit) => `${(Number(digit) + 1) % 10}\n`),
    );
    await expect(again({})).rejects.toThrow(`${refusal} (not the data that it was begun with: table.csv (SHA-256 `);
    await real.writeFile(table, text);
    await again({});
    await sameAsWhole("changed");
  });

  it("goes on past half a last line and refuses a broken one in the middle", async () => {
    await stopped("lines");
    const file = join(folder, "lines", "metrics.jsonl");
    const text = await real.readFile(file, "utf8");
    await real.writeFile(file, `${text.slice(0, 5)}\n${text}`);
    await expect(run("lines", { resume: true })).rejects.toThrow(/metrics\.jsonl: line 1: not valid JSON/);
    await real.writeFile(file, `${text}{"phase":"stage2","ep`);
    await run("lines", { resume: true });
    await sameAsWhole("lines");
  });

  it("goes on from a checkpoint of a version that noted no line files, and says so", async () => {
    await stopped("before");
    const checkpoint = join(folder, "before", "checkpoint");
    const file = join(checkpoint, "checkpoint.safetensors");
    const body = (await real.readFile(file)).subarray(0, -32);
    const { fingerprint } = JSON.parse(decodeSafetensors(body, file).metadata.pidreg);
    const state = await loadCheckpoint(checkpoint, fingerprint);
    if (state?.marks === undefined) throw new Error("the checkpoint notes no line files");
    await saveCheckpoint(checkpoint, { ...state, marks: undefined }, fingerprint);
    const messages: string[] = [];
    await run("before", { resume: true, observer: { message: (text) => messages.push(text) } });
    expect(messages.join().match(/no digests/g)).toHaveLength(1);
    await sameAsWhole("before");
  });

  it("says so when it goes back to the checkpoint before", async () => {
    await stopped("damaged");
    const file = join(folder, "damaged", "checkpoint", "checkpoint.safetensors");
    const bytes = await real.readFile(file);
    bytes[bytes.length >> 1] ^= 4;
    await real.writeFile(file, bytes);
    const messages: string[] = [];
    await run("damaged", { resume: true, observer: { message: (text) => messages.push(text) } });
    expect(messages.join()).toMatch(/the checkpoint is damaged .*; continuing from the epoch before/);
    await sameAsWhole("damaged");
  });

  itLong("does the end again when it was stopped there, at every step of it", { timeout: 1_200_000 }, async () => {
    for (let checks = 1; ; checks += endStride) {
      const out = `finish-${checks}`;
      let left = checks;
      let training = true;
      const signal = {
        get aborted() {
          return !training && --left < 0;
        },
      } as AbortSignal;
      const observer = {
        epoch: ({ phase, epoch }: { phase: string; epoch: number }) => {
          if (phase === "stage2" && epoch === 3) training = false;
        },
      };
      const end = await run(out, { signal, observer }).catch((error: unknown) => error);
      if (!(end instanceof Interrupted)) {
        expect(checks).toBeGreaterThan(3);
        break;
      }
      await run(out, { resume: true });
      await sameAsWhole(out);
    }
  });

  it("does the end again when it was stopped while importance was measured", async () => {
    const measured = { ...config, evaluation: { ...config.evaluation, importance: "on" as const } };
    await run("important-whole", { config: measured });
    let looks = 0;
    const observer = {
      epoch: () => {
        looks = 0;
      },
    };
    const signal = {
      get aborted() {
        return ++looks > 60;
      },
    } as AbortSignal;
    await expect(run("important", { config: measured, signal, observer })).rejects.toThrow(Interrupted);
    await run("important", { config: measured, resume: true });
    await sameAsWhole("important", await results(join(folder, "important-whole")));
  });

  it("adds networks to a finished run, which stays as it is until all are there, and takes them away", async () => {
    const compared = { ...config, evaluation: { ...config.evaluation, baselines: ["mlp" as const, "late" as const] } };
    await run("from-the-start", { config: compared });
    await run("added");
    const before = await readRun(join(folder, "added"));
    const controller = new AbortController();
    const stop = (text: string) => text.startsWith("comparison 2 of 2") && controller.abort();
    const cut = { config: compared, resume: true, signal: controller.signal, observer: { message: stop } };
    await expect(run("added", cut)).rejects.toThrow(Interrupted);
    expect(await readRun(join(folder, "added"))).toEqual(before);
    const epochs: number[] = [];
    const observer = { epoch: ({ epoch }: { epoch: number }) => epochs.push(epoch) };
    await run("added", { config: compared, resume: true, observer });
    expect(epochs).toEqual([]);
    const written = (out: string) =>
      Promise.all([results(join(folder, out)), real.readFile(join(folder, out, "comparisons.csv"), "utf8")]);
    expect(await written("added")).toEqual(await written("from-the-start"));
    await run("added", { resume: true });
    await sameAsWhole("added");
    expect(readdirSync(join(folder, "added"))).not.toContain("comparisons.csv");
  });

  it("depends on no clock", async () => {
    await stopped("clock");
    vi.useFakeTimers({ now: new Date("1971-01-01"), toFake: ["Date"] });
    try {
      await run("clock", { resume: true });
    } finally {
      vi.useRealTimers();
    }
    await sameAsWhole("clock");
  });
});
