import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { fusionTerms } from "../models/fusion.js";
import { firstProgress } from "../training/phases/plan.js";
import type { TrainingState } from "../training/trainer.js";
import { checkpointFiles, loadCheckpoint, saveCheckpoint } from "./checkpoint.js";

const config = parseConfig({
  name: "tiny",
  data: { file: "-", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
});
const { current, previous, next } = checkpointFiles;

/** A state whose every number tells its epoch. */
function stateOf(epoch: number): TrainingState {
  const vector = () => Float32Array.from({ length: 5 }, (_, i) => epoch + i / 8);
  return {
    progress: {
      ...firstProgress(config, fusionTerms(["a", "b"], { method: "pid", interaction: "hadamard" }), {
        tables: true,
        trainRows: 500,
      }),
      epoch,
    },
    tensors: { parameters: vector(), moment1: vector(), moment2: vector(), average: vector(), running: vector() },
    best: { average: vector(), running: vector() },
    crossed: { losses: [epoch, epoch / 2], outputs: vector() },
  };
}

let folder: string;
const file = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-checkpoint-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(): Promise<{ state: TrainingState | null; warnings: string[] }> {
  const warnings: string[] = [];
  return { state: await loadCheckpoint(folder, "print", (message) => warnings.push(message)), warnings };
}

describe("checkpoint", () => {
  it("gives back what was saved last, bit by bit, and keeps the one before", async () => {
    for (const epoch of [1, 2, 3]) await saveCheckpoint(folder, stateOf(epoch), "print");
    expect(await load()).toEqual({ state: stateOf(3), warnings: [] });
    expect((await readdir(folder)).sort()).toEqual([current, previous].sort());
    await rm(file(current));
    expect((await load()).state).toEqual(stateOf(2));
  });

  it("is null in an empty folder and where there is none", async () => {
    expect((await load()).state).toBeNull();
    expect(await loadCheckpoint(join(folder, "none"), "print")).toBeNull();
  });

  it("falls back to the one before when the newest is cut off anywhere", async () => {
    await saveCheckpoint(folder, stateOf(1), "print");
    await saveCheckpoint(folder, stateOf(2), "print");
    const whole = await readFile(file(current));
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(file(current), whole.subarray(0, length));
      const { state, warnings } = await load();
      expect(state, `cut at ${length}`).toEqual(stateOf(1));
      expect(warnings[0]).toMatch(/the checkpoint is damaged .*; continuing from the epoch before$/);
    }
  });

  it("falls back when any one bit is flipped", async () => {
    await saveCheckpoint(folder, stateOf(1), "print");
    await saveCheckpoint(folder, stateOf(2), "print");
    const whole = await readFile(file(current));
    const bits = fc.record({ at: fc.nat(whole.length - 1), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(bits, async ({ at, bit }) => {
        const flipped = Buffer.from(whole);
        flipped[at] ^= 1 << bit;
        await writeFile(file(current), flipped);
        expect((await load()).state).toEqual(stateOf(1));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("never lets a damaged file replace the good one", async () => {
    await saveCheckpoint(folder, stateOf(1), "print");
    await saveCheckpoint(folder, stateOf(2), "print");
    await truncate(file(current), 100);
    await load();
    await saveCheckpoint(folder, stateOf(2), "print");
    await truncate(file(current), 100);
    expect((await load()).state).toEqual(stateOf(1));
  });

  it("survives a crash between its two renames", async () => {
    await saveCheckpoint(folder, stateOf(1), "print");
    await saveCheckpoint(folder, stateOf(2), "print");
    await writeFile(file(next), await readFile(file(current)));
    await writeFile(file(previous), await readFile(file(current)));
    await rm(file(current));
    expect((await load()).state).toEqual(stateOf(2));
    await saveCheckpoint(folder, stateOf(3), "print");
    expect((await load()).state).toEqual(stateOf(3));
  });

  it("refuses when no checkpoint is whole, and leaves the files as they are", async () => {
    await saveCheckpoint(folder, stateOf(1), "print");
    await truncate(file(current), 50);
    await expect(load()).rejects.toThrow(/checkpoint\.safetensors: the checkpoint is damaged .* there is no other/);
    await writeFile(file(previous), "short");
    await expect(load()).rejects.toThrow(/the checkpoint is damaged/);
    expect((await readFile(file(current))).length).toBe(50);
  });

  it("refuses another config or other data, whichever generation it finds", async () => {
    await saveCheckpoint(folder, stateOf(1), "other");
    await saveCheckpoint(folder, stateOf(2), "other");
    await expect(load()).rejects.toThrow("made with another config, other data or another engine");
    await truncate(file(current), 50);
    await expect(load()).rejects.toThrow("made with another config, other data or another engine");
    expect((await readFile(file(current))).length).toBe(50);
  });
});
