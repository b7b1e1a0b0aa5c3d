import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../src/math/rng.js";
import { atChange, type Ended, isRun, listing, results, start, writeStudy } from "../support/kill.js";

/** Kills in all; `PIDREG_KILLS=100` for the long form. */
const kills = Number(process.env.PIDREG_KILLS ?? 3);

interface Study {
  readonly name: string;
  readonly generator: string;
  readonly engine: string;
  readonly changes: object;
}

/** Networks whose embedding two pilots choose. */
const piloted = { latentDim: 6, encoder: { hidden: [24], embedding: "pilots" }, predictor: { hidden: [24] } };

const studies: readonly Study[] = [
  { name: "compiled engine, pilots", generator: "mixed", engine: "onnx", changes: { model: piloted } },
  {
    name: "eager engine, three modalities, atoms of the training part",
    generator: "three",
    engine: "wasm",
    changes: {
      model: {
        latentDim: 4,
        encoder: { hidden: [8], embedding: "none" },
        predictor: { hidden: [8] },
        fusion: { atoms: "train", redundancy: "bernoulli" },
      },
      training: {
        stage1: { maxEpochs: 3 },
        stage2: { maxEpochs: 4 },
        optimizer: { averaging: 0, schedule: "plateau" },
      },
    },
  },
  {
    name: "compiled engine, wide networks, two targets",
    generator: "additive-vector",
    engine: "onnx",
    changes: {
      model: { latentDim: 32, encoder: { hidden: [512, 512], embedding: "none" }, predictor: { hidden: [512] } },
    },
  },
];
/** Slow: of the long form alone. */
const longStudies: readonly Study[] = [
  {
    name: "eager engine, pilots",
    generator: "shared",
    engine: "wasm",
    changes: { model: piloted, losses: { prediction: "huber" } },
  },
  {
    name: "compiled engine, atoms of batches, a coin for redundancy",
    generator: "interaction",
    engine: "onnx",
    changes: {
      model: { latentDim: 4, encoder: { hidden: [16] }, fusion: { atoms: "batch", redundancy: "bernoulli" } },
    },
  },
];
const all = kills > studies.length ? [...studies, ...longStudies] : studies;
/** Kills by engine and by what the run was doing. */
const counts: Record<string, Record<string, number>> = {};

const rng = new Rng("kills");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-kill-"));
});
afterAll(async () => {
  if (process.env.PIDREG_KILLS !== undefined) process.stderr.write(`kills: ${JSON.stringify(counts)}\n`);
  await rm(folder, { recursive: true, force: true });
});

/** Starts or continues a run and kills it; at a moment within `span` ms, or at a change in its checkpoint folder. */
async function runAndKill(args: string[], out: string, span: number): Promise<Ended> {
  const begun = isRun(out);
  const { child, ended } = start([...args, "--out", out, ...(begun ? ["--resume"] : [])], folder);
  const kill = () => child.kill("SIGKILL");
  const watchable = begun && (await listing(out)).includes("checkpoint");
  const stop =
    watchable && rng.uniform() < 0.5
      ? atChange(join(out, "checkpoint"), 1 + rng.integer(24), kill)
      : clearTimeout.bind(null, setTimeout(kill, rng.uniform() * span));
  const end = await ended;
  stop();
  return end;
}

describe("a run that is killed again and again", () => {
  it.each(all)("ends as if it never had been: $name", { timeout: 3_600_000 }, async (study) => {
    const home = join(folder, study.generator);
    const config = await writeStudy(home, study.generator, study.changes);
    const args = ["train", config, "--engine", study.engine, "--quiet"];
    const started = performance.now();
    const whole = await start([...args, "--out", join(home, "whole")], folder).ended;
    expect(whole.stderr).toBe("");
    const span = 1.1 * (performance.now() - started);
    const expected = await results(join(home, "whole"));
    const share = Math.ceil(kills / all.length);
    const epochs = (await lines(join(home, "whole"), "metrics.jsonl")).length;
    for (let killed = 0, run = 0; killed < share; run++) {
      const out = join(home, `killed-${run}`);
      let end: Ended | undefined;
      while (end?.code !== 0) {
        end = killed < share ? await runAndKill(args, out, span) : await finish(args, out);
        if (end.signal === "SIGKILL") {
          killed++;
          await count(study.engine, out, epochs);
        } else expect(end.code, end.stderr).toBe(0);
      }
      const actual = await results(out);
      for (const [name, bytes] of Object.entries(expected)) expect(actual[name].equals(bytes), name).toBe(true);
      expect(await listing(out)).toEqual(await listing(join(home, "whole")));
      await rm(out, { recursive: true });
    }
  });
});

function finish(args: string[], out: string): Promise<Ended> {
  return start([...args, "--out", out, ...(isRun(out) ? ["--resume"] : [])], folder).ended;
}

/** Notes what a killed run was doing. */
async function count(engine: string, out: string, epochs: number): Promise<void> {
  const doing = await phaseOf(out, epochs);
  counts[engine] ??= {};
  counts[engine][doing] = (counts[engine][doing] ?? 0) + 1;
}

async function phaseOf(out: string, epochs: number): Promise<string> {
  if (!isRun(out)) return "reading";
  if ((await lines(out, "metrics.jsonl")).length === epochs) return "finishing";
  const phases = (await lines(out, "log.jsonl")).flatMap((line) => /"phase":"(\w+)/.exec(line)?.[1] ?? []);
  return phases.at(-1) ?? "starting";
}

async function lines(run: string, name: string): Promise<string[]> {
  const text = await readFile(join(run, name), "utf8").catch(() => "");
  return text.split("\n").slice(0, -1);
}
