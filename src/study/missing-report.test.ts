import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunFolder, runFiles } from "../record/run-folder.js";
import { RunLock } from "../record/run-lock.js";
import { writeMissingReport } from "./missing-report.js";

const written = vi.hoisted(() => vi.fn(async (_folder: string) => undefined));
vi.mock("../report/write-report.js", () => ({ writeReport: written }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-missing-report-"));
  written.mockClear();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a report that a finished run lacks", () => {
  it("is written at once where nobody is at work, and not again where it is there", async () => {
    await writeMissingReport(new RunFolder(folder));
    expect(written.mock.calls).toEqual([[folder]]);
    writeFileSync(join(folder, runFiles.report), "");
    await writeMissingReport(new RunFolder(folder));
    expect(written).toHaveBeenCalledTimes(1);
  });

  it("waits for a process that is at work, and is written when that is gone without it", async () => {
    const lock = await RunLock.take(folder);
    const waiting = writeMissingReport(new RunFolder(folder));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(written).not.toHaveBeenCalled();
    lock.release();
    await waiting;
    expect(written).toHaveBeenCalledTimes(1);
  });

  it("is left to a process at work that writes it", async () => {
    const lock = await RunLock.take(folder);
    const waiting = writeMissingReport(new RunFolder(folder));
    writeFileSync(join(folder, runFiles.report), "its own");
    await waiting;
    expect(written).not.toHaveBeenCalled();
    lock.release();
  });

  it("is left alone where a run stays held", async () => {
    const lock = await RunLock.take(folder);
    vi.doMock("node:timers/promises", () => ({ setTimeout: async () => undefined }));
    vi.resetModules();
    const { writeMissingReport: again } = await import("./missing-report.js");
    await again(new RunFolder(folder));
    expect(written).not.toHaveBeenCalled();
    vi.doUnmock("node:timers/promises");
    lock.release();
  });
});
