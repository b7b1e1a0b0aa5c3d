import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Config } from "../../src/config/schema.js";
import { readSavedSplit } from "../../src/data/split/saved-split.js";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import { Interrupted } from "../../src/errors.js";
import type { TrainTask } from "../../src/executors/executor.js";
import { Rng } from "../../src/math/rng.js";
import { ensembleMembers } from "../../src/record/ensemble-folder.js";
import { readChecksummed } from "../../src/record/environment.js";
import { loadModel } from "../../src/record/model-folder.js";
import { readRun } from "../../src/record/read-run.js";
import { readRunRows } from "../../src/record/run-rows.js";
import { trainRun } from "../../src/run/train-run.js";
import { countFlip, type FlipCounts, filesBelow, flip, randomFlip } from "../support/flips.js";
import { smallConfig } from "../support/small-config.js";

/** Flips of finished runs, and of interrupted ones, which are continued after each. */
const finishedFlips = Number(process.env.PIDREG_FLIPS ?? 150);
const resumedFlips = Number(process.env.PIDREG_RESUMED_FLIPS ?? 4);

// Members of an ensemble in this process: one process each would take most of the time.
vi.mock("../../src/executors/train-process.js", () => ({
  trainInProcess: async ({ config, out, resume }: TrainTask) => {
    const { loadConfig } = await import("../../src/config/load.js");
    const { trainRun } = await import("../../src/run/train-run.js");
    await trainRun({ ...(await loadConfig(config)), out, resume });
  },
}));

let folder: string;
const inFolder = (...names: string[]) => join(folder, ...names);
const small = smallConfig("flips");
const config: Config = { ...small, evaluation: { ...small.evaluation, baselines: ["mlp", "late"] } };
/** Rows that lack a modality: the ensemble measures its members' models without it then. */
const ensemble: Config = { ...small, ensemble: 2, training: { ...small.training, modalityDropout: 0.2 } };
const kinds = { run: config, ensemble };
type Kind = keyof typeof kinds;
const train = (kind: Kind, out: string, more: Partial<Parameters<typeof trainRun>[0]> = {}) =>
  trainRun({ config: kinds[kind], baseFolder: folder, out: inFolder(out), jobs: 1, ...more });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-flips-"));
  await writeSynthetic(generateSynthetic("mixed", { rows: 300, seed: 1, width: 3 }), folder, "csv");
  await train("run", "run");
  await train("ensemble", "ensemble");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Maps and typed arrays as lists: what the text of two equal values is the same of. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, entry) => {
    if (entry instanceof Map) return [...entry];
    return ArrayBuffer.isView(entry) ? Array.from(entry as Float64Array, String) : entry;
  });
}

/** What commands read of a finished run: model and ensemble, results, its rows, and the split for another run. */
async function readAll(out: string): Promise<string> {
  const stored = await ensembleMembers(inFolder(out));
  const places = stored?.members ?? [inFolder(out)];
  const models = await Promise.all(places.map((place) => loadModel(join(place, "model"))));
  const file = `${out}/split.json`;
  const own = { data: { ...config.data, split: { ...config.data.split, by: "file" as const, file } } };
  const saved = await readChecksummed(own, folder, () => readSavedSplit(file, folder));
  return textOf([models, stored, await readRun(inFolder(out)), await readRunRows(inFolder(out)), saved]);
}

function report(what: string, { refused, same, silent }: FlipCounts): void {
  if (process.env.PIDREG_FLIPS === undefined && process.env.PIDREG_RESUMED_FLIPS === undefined) return;
  process.stderr.write(`${what}: ${refused} refused, ${same} the same, ${silent.length} silent\n`);
}

describe("a flipped bit", () => {
  it.each<[Kind, number]>([
    ["run", finishedFlips],
    ["ensemble", Math.ceil(finishedFlips / 5)], // The runs of its members, but their models, are read when it is finished.
  ])(
    "anywhere in a finished %s is refused, or changes nothing that is read",
    { timeout: 3_600_000 },
    async (kind, times) => {
      const good = await readAll(kind);
      const files = await filesBelow(inFolder(kind));
      expect(files).toEqual(expect.arrayContaining(["SHA256SUMS", "predictions.csv", "metrics.json", "rows.json"]));
      const counts: FlipCounts = { refused: 0, same: 0, silent: [] };
      const rng = new Rng(`flips of a finished ${kind}`);
      for (let k = 0; k < times; k++) {
        const chosen = await randomFlip(inFolder(kind), files, rng);
        const restore = await flip(inFolder(kind), chosen);
        await countFlip(counts, chosen, async () => (await readAll(kind)) === good);
        await restore();
      }
      report(`finished ${kind}`, counts);
      expect(counts.silent).toEqual([]);
      expect(counts.refused).toBeGreaterThan(times / 10);
      expect(await readAll(kind)).toBe(good);
    },
  );

  it.each<[Kind, string, readonly string[]]>([
    ["run", "comparison 2 of 2", ["comparisons/mlp.json", "pid.jsonl", "environment.json"]],
    ["ensemble", "[2/2] member 2 done", ["members/2/metrics.json", "members/1/model/weights.safetensors"]],
  ])(
    "anywhere in an interrupted %s is refused by --resume, or the end is the same",
    { timeout: 3_600_000 },
    async (kind, last, there) => {
      const expected = await finalBytes(kind);
      const controller = new AbortController();
      const message = (text: string) => text.startsWith(last) && controller.abort();
      const stopped = train(kind, "stopped", { signal: controller.signal, observer: { message } });
      await expect(stopped).rejects.toThrow(Interrupted);
      const files = await filesBelow(inFolder("stopped"));
      expect(files).toEqual(expect.arrayContaining([...there]));
      const counts: FlipCounts = { refused: 0, same: 0, silent: [] };
      const rng = new Rng(`flips of an interrupted ${kind}`);
      for (let k = 0; k < resumedFlips; k++) {
        await cp(inFolder("stopped"), inFolder("resumed"), { recursive: true });
        const chosen = await randomFlip(inFolder("resumed"), files, rng);
        await flip(inFolder("resumed"), chosen);
        await countFlip(counts, chosen, async () => {
          await train(kind, "resumed", { resume: true });
          return (await finalBytes("resumed")) === expected;
        });
        await rm(inFolder("resumed"), { recursive: true });
      }
      report(`interrupted ${kind}`, counts);
      await rm(inFolder("stopped"), { recursive: true });
      expect(counts.silent).toEqual([]);
      expect(counts.refused).toBeGreaterThan(0);
    },
  );
});

/** Every file of a finished run that is told by its config and data alone, measured times left out. */
async function finalBytes(out: string): Promise<string> {
  const files = (await filesBelow(inFolder(out))).filter((name) => told.test(name));
  const texts = await Promise.all(files.map((name) => readFile(inFolder(out, name), "latin1")));
  return textOf(files.map((name, i) => [name, name === "metrics.jsonl" ? withoutTimes(texts[i]) : texts[i]]));
}

function withoutTimes(lines: string): string {
  return lines.replaceAll(/"(seconds|stepSeconds)":[^,}]*/g, '"$1":0');
}

const told =
  /^(?:model\/.*|comparisons\/.*|(?:metrics|pid|latents|split|rows|data|environment)\.json|\w+\.csv|config\.yaml|(?:metrics|pid)\.jsonl)$/;
