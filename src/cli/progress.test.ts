import { Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import type { PidResult } from "../pid/types.js";
import type { EpochRecord, PhaseName } from "../training/observer.js";
import { type ProgressLevel, TrainingProgress } from "./progress.js";

/** A stream that keeps what is written; a terminal of 80 columns when asked. */
function output(terminal: boolean): NodeJS.WriteStream & { readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const tty = terminal ? { isTTY: true, columns: 80, rows: 24, hasColors: () => true } : {};
  return Object.assign(stream, { ...tty, text: () => text }) as never;
}

function record(phase: PhaseName, epoch: number, change: Partial<EpochRecord> = {}): EpochRecord {
  const name = (k: number) => `gaussianity.a modality with a long name ${k}`;
  return {
    ...{ phase, epoch, step: 10 * epoch, learningRate: 0.002, seconds: 2, stepSeconds: 1.9 },
    terms: {
      total: { value: 1234567.8, weight: 1 },
      ...Object.fromEntries([1, 2, 3].map((k) => [name(k), { value: 1e-5, weight: 0.05 }])),
    },
    ...{ gradientNorm: 1.5, validation: { loss: 0.5, rmse: 0.000012345 }, lambda: { a: 0.98, b: 0.9 }, best: true },
    ...change,
  };
}

const pid = {
  information: { total: 1.5, byModality: { a: 1, b: 1 } },
  atoms: { unique: { a: 0.5, b: 0 }, redundancy: 0.5, synergy: 0.5, partialRedundancy: 0 },
} as unknown as PidResult;

/** A run of two phases, 3 + 40 epochs; the second one ends early. */
function run(terminal: boolean, level: ProgressLevel): string {
  const stream = output(terminal);
  const progress = new TrainingProgress(stream, level);
  const phases = [
    { name: "pilot:periodic", maxEpochs: 3 },
    { name: "stage1", maxEpochs: 40, patience: 5 },
  ] as const;
  progress.plan(phases, 1, "rmse");
  progress.phase("pilot:periodic", 3);
  for (const epoch of [1, 2, 3]) progress.epoch(record("pilot:periodic", epoch), 3);
  progress.message("embedding: periodic");
  progress.phase("stage1", 40);
  for (let epoch = 1; epoch <= 9; epoch++) {
    progress.atoms({ phase: "stage1", epoch, pid, fusionWeights: [0.5, 0.3, 0.2], averagedOver: 1, stableEpochs: 0 });
    progress.epoch(record("stage1", epoch, { best: epoch === 1 }), 40);
  }
  progress.stop();
  return stream.text();
}

describe("progress of training", () => {
  it("is a table of at most 80 columns without a terminal", () => {
    const lines = run(false, "normal").trimEnd().split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "Pilot, periodic embeddings: at most 3 epochs",
      "epoch                      loss validation rmse   bits seconds left: about, max",
      "pilot:periodic 1/3     1.235e+6    0.00001234 *            2.0      44s, 1m 24s",
      "pilot:periodic 2/3     1.235e+6    0.00001234 *            2.0      42s, 1m 22s",
    ]);
    expect(lines.at(-1)).toBe("stage1 9/40            1.235e+6    0.00001234    1.500     2.0      22s, 1m 02s");
    expect(lines).toHaveLength(2 + 3 + 1 + 2 + 9);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
  });

  it("tells the error of several targets in standard deviations: their units have no mean", () => {
    const stream = output(false);
    const progress = new TrainingProgress(stream, "normal");
    progress.plan([{ name: "stage1", maxEpochs: 1 }], 2, "rmse");
    progress.phase("stage1", 1);
    progress.epoch(record("stage1", 1, { validation: { loss: 0.5, rmse: 2.47, relativeRmse: 0.506 } }), 1);
    progress.stop();
    const [, heading, row] = (stream as unknown as { text: () => string }).text().split("\n");
    expect(heading).toMatch(/ rmse \/ sd /);
    expect(row).toContain("0.5060");
    expect(row).not.toContain("2.47");
  });

  it("writes ASCII and no control codes without a terminal", () => {
    for (const level of ["normal", "verbose"] as const) expect(run(false, level)).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it("is silent when quiet, but for a warning", () => {
    expect(run(false, "quiet")).toBe("");
    expect(run(true, "quiet")).toBe("");
    const stream = output(false);
    const progress = new TrainingProgress(stream, "quiet");
    progress.message("of no concern");
    progress.warning("two sites");
    expect(stream.text()).toBe("WARNING: two sites\n");
  });

  it("shows warnings even when quiet, and knows what it told", () => {
    const stream = output(false);
    const progress = new TrainingProgress(stream, "quiet");
    progress.message("a fact");
    progress.warning("left out 330 rows");
    expect(stream.text()).toBe("WARNING: left out 330 rows\n");
    expect([...progress.told]).toEqual(["left out 330 rows"]);
  });

  it("has every term, atom and weight when verbose, wrapped at 80 columns", () => {
    const text = run(false, "verbose");
    expect(text).toContain(
      "  terms: gaussianity.a modality with a long name 1 0.0000100 x0.05,\n         gaussianity.",
    );
    expect(text).toContain("  atoms, bits: unique to a 0.500, unique to b 0.000, redundant 0.500,\n");
    expect(text).toContain("fusion weights 0.50 0.30 0.20");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(80);
  });

  it("draws a bar over the whole run on a terminal, with fewer rows and the last epoch among them", () => {
    const text = run(true, "normal");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes of a terminal
    const plain = text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]|\x1b[78]/g, "");
    expect(plain.match(/^stage1 \d+\/40/gm)).toEqual(["stage1 1/40", "stage1 4/40", "stage1 8/40", "stage1 9/40"]);
    expect(plain).toMatch(/Stage 1, fusion weights 9\/40 \[={2}-{6}\] 27% about 22s, max 1m 02s/);
    expect(plain).toMatch(/^[\r\n\x20-\x7e]*$/);
    expect(text).toContain("\x1b[1mStage 1, fusion weights");
  });

  it("draws no bar on a terminal that cannot move its cursor, or is narrow", () => {
    vi.stubEnv("TERM", "dumb");
    expect(run(true, "normal")).not.toContain("[-");
    vi.unstubAllEnvs();
    const narrow = Object.assign(output(true), { columns: 60 });
    const progress = new TrainingProgress(narrow);
    progress.phase("stage1", 2);
    progress.stop();
    expect(narrow.text()).not.toContain("[-");
  });
});
