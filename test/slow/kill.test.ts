import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../src/math/rng.js";
import { atChange, type Ended, isRun, listing, results, start, writeStudy } from "../support/kill.js";

/** Kills in all; `PIDREG_KILLS=100` for the long form. */
const kills = Number(process.env.PIDREG_KILLS ?? 3);

const studies = [
  { name: "compiled engine, pilots", generator: "mixed", engine: "onnx", changes: {} },
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
] as const;

const rng = new Rng("kills");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-kill-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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
  it.each(studies)("ends as if it never had been: $name", { timeout: 3_600_000 }, async (study) => {
    const home = join(folder, study.generator);
    const config = await writeStudy(home, study.generator, study.changes);
    const args = ["train", config, "--engine", study.engine, "--quiet"];
    const started = performance.now();
    const whole = await start([...args, "--out", join(home, "whole")], folder).ended;
    expect(whole.stderr).toBe("");
    const span = 1.1 * (performance.now() - started);
    const expected = await results(join(home, "whole"));
    const share = Math.ceil(kills / studies.length);
    for (let killed = 0, run = 0; killed < share; run++) {
      const out = join(home, `killed-${run}`);
      let end: Ended | undefined;
      while (end?.code !== 0) {
        end = killed < share ? await runAndKill(args, out, span) : await finish(args, out);
        if (end.signal === "SIGKILL") killed++;
        else expect(end.code, end.stderr).toBe(0);
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
