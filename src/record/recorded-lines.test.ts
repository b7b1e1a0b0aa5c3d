import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Progress } from "../training/progress.js";
import { LineFile } from "./line-file.js";
import { eachLineFile, linesUntil, rewindTo } from "./recorded-lines.js";
import { RunFolder, runFiles } from "./run-folder.js";

const { metricsByEpoch: metrics, pidByEpoch: pid } = runFiles;
let folder: RunFolder;
beforeEach(async () => {
  folder = new RunFolder(await mkdtemp(path.join(tmpdir(), "pidreg-lines-")));
});
afterEach(() => rm(folder.path, { recursive: true }));

const progress = { phases: ["stage1", "stage2"], phaseIndex: 0, epoch: 2 } as unknown as Progress;

/** Two epochs, the mark of a checkpoint after them, and one epoch more. */
async function recorded() {
  const files = eachLineFile((name) => new LineFile(name, Buffer.alloc(0)));
  const append = (epoch: number) =>
    Promise.all([metrics, pid].map((name) => folder.appendText(name, files[name].line({ phase: "stage1", epoch }))));
  for (const epoch of [1, 2]) await append(epoch);
  const marks = eachLineFile((name) => files[name].mark());
  const before = eachLineFile(() => Buffer.from('{"phase":"stage1","epoch":1}\n{"phase":"stage1","epoch":2}\n'));
  await append(3);
  return { marks, before };
}

describe("linesUntil", () => {
  it("gives the lines that the checkpoint was saved with, whatever comes after them", async () => {
    const { marks, before } = await recorded();
    await folder.appendText(metrics, '{"half a li');
    expect(await linesUntil(folder, { progress, marks })).toEqual(before);
  });

  it("refuses them when one bit is another, and takes no account of those that come after", async () => {
    const { marks, before } = await recorded();
    const whole = Buffer.from(await folder.readText(metrics));
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at] ^= 1 << (at % 8);
      await folder.writeBytes(metrics, flipped);
      const read = linesUntil(folder, { progress, marks });
      if (at < marks[metrics].bytes)
        await expect(read, `byte ${at}`).rejects.toThrow(/metrics\.jsonl: .*damaged or edited/);
      else expect(await read).toEqual(before);
    }
  });

  it("names the line that is no JSON, and refuses files that are too short or gone", async () => {
    const { marks } = await recorded();
    const text = await folder.readText(pid);
    await folder.writeText(pid, text.replace("{", "["));
    await expect(linesUntil(folder, { progress, marks })).rejects.toThrow(/pid\.jsonl: line 1: not valid JSON/);
    await folder.writeText(pid, text.slice(0, 40));
    await expect(linesUntil(folder, { progress, marks })).rejects.toThrow("pid.jsonl: was damaged or edited");
    await folder.remove(pid);
    await expect(linesUntil(folder, { progress, marks })).rejects.toThrow("pid.jsonl: was damaged or edited");
  });

  it("goes by the epochs of the lines where a version before this one noted no marks", async () => {
    const { before } = await recorded();
    await folder.appendText(pid, '{"phase":"stage2","epoch":0}\n');
    const lines = await linesUntil(folder, { progress });
    expect(lines).toEqual(before);
    await rewindTo(folder, lines);
    expect(await folder.readText(pid)).toBe(before[pid].toString());
  });
});

describe("rewindTo", () => {
  it("leaves a finished run as it is, unless epochs of it are to be trained again", async () => {
    const { marks, before } = await recorded();
    const whole = eachLineFile(() => Buffer.concat([before[pid], Buffer.from('{"phase":"stage1","epoch":3}\n')]));
    for (const name of [runFiles.digests, runFiles.metrics]) await folder.writeText(name, "{}");
    await folder.appendText(pid, '{"phase":"stage2","epoch":0}\n');
    const finished = await folder.readText(pid);
    await rewindTo(folder, whole);
    expect(await folder.readText(pid)).toBe(finished);
    await rewindTo(folder, await linesUntil(folder, { progress, marks }));
    expect((await folder.entries())?.sort()).toEqual([metrics, pid]);
    expect(await folder.readText(metrics)).toBe(before[metrics].toString());
  });
});

describe("LineFile", () => {
  it("counts on from what is there", () => {
    const one = new LineFile(metrics, Buffer.alloc(0));
    const text = one.line({ name: "ü" });
    const again = new LineFile(metrics, Buffer.from(text));
    expect(again.mark()).toEqual(one.mark());
    expect(again.mark().bytes).toBe(Buffer.byteLength(text));
    expect(again.line(2)).toBe("2\n");
    expect(again.mark()).not.toEqual(one.mark());
  });
});
