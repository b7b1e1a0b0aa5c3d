import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { AtomsRecord } from "../training/observer.js";
import { noLines } from "./recorded-lines.js";
import { RunFolder } from "./run-folder.js";
import { RunRecorder } from "./run-recorder.js";
import { TensorBoardEvents } from "./tensorboard.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-recorder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A record of one epoch whose total information is `total`. */
function record(total: number): AtomsRecord {
  const information = { total, byModality: { a: 0.5 } };
  const atoms = { unique: { a: 0.5 }, redundancy: 0, synergy: 0, partialRedundancy: 0 };
  const pid = { information, atoms, standardErrors: null, flags: ["saturated"] };
  const epoch = { phase: "stage1", epoch: 1, fusionWeights: [], averagedOver: 1, stableEpochs: 0 };
  return { ...epoch, pid } as unknown as AtomsRecord;
}

async function recorded(name: string, use: (recorder: RunRecorder) => void): Promise<RunFolder> {
  const run = new RunFolder(path.join(folder, name));
  await run.create();
  const recorder = new RunRecorder(run, [], noLines, new TensorBoardEvents());
  use(recorder);
  await recorder.flush();
  return run;
}

describe("what a training writes while it goes", () => {
  it("keeps what names hold in the log as JSON escapes", async () => {
    const message = 'column "a\x1b[31m\u202e\u009b\n" is constant';
    const run = await recorded("log", (recorder) => recorder.message(message));
    const text = readFileSync(run.file("log.jsonl"), "utf8");
    expect(text.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text).msg).toBe(message);
  });

  it("writes an infinite amount as null, and refuses NaN by its name", async () => {
    const run = await recorded("infinite", (recorder) => recorder.atoms(record(Number.POSITIVE_INFINITY)));
    expect(JSON.parse(readFileSync(run.file("pid.jsonl"), "utf8")).information.total).toBeNull();
    await expect(recorded("nan", (recorder) => recorder.atoms(record(Number.NaN)))).rejects.toThrow(
      'pid.jsonl: "information.total" is NaN',
    );
  });
});
