import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { trainingData } from "../../test/support/training-data.js";
import { parseConfig } from "../config/load.js";
import { createEngine } from "../engine/index.js";
import { Interrupted, RunError } from "../errors.js";
import { schedule } from "../fit/schedule.js";
import { Rng } from "../math/rng.js";
import type { TrainingData } from "./data.js";
import type { AtomsRecord, EpochRecord } from "./observer.js";
import { type TrainingState, train } from "./trainer.js";

const rows = 240;

/** y = a1 + 0.5 b1 + a2 b2 + noise, everything standard normal. */
function tinyData(): TrainingData {
  const rng = new Rng("tiny");
  const modality = (name: string) => {
    const values = new Float32Array(rows * 3);
    rng.fillNormal(values);
    return { name, width: 3, values };
  };
  const [a, b] = [modality("a"), modality("b")];
  const at = (m: typeof a, i: number, j: number) => m.values[i * 3 + j];
  const target = Float32Array.from({ length: rows }, (_, i) => {
    const signal = at(a, i, 0) + 0.5 * at(b, i, 0) + at(a, i, 1) * at(b, i, 1);
    return (signal + 0.3 * rng.normal()) / 1.5;
  });
  return trainingData([a, b], target);
}

const config = parseConfig({
  name: "tiny",
  data: { file: "-", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
  model: { latentDim: 4, encoder: { hidden: [8], embedding: "pilots" }, predictor: { hidden: [8] } },
  training: {
    batchSize: 32,
    pilot: { epochs: 2 },
    stage1: { maxEpochs: 3 },
    stage2: { maxEpochs: 4, patience: 3 },
  },
});

interface Outcome {
  readonly average: Float32Array;
  readonly weights: readonly number[];
  readonly epochs: EpochRecord[];
  readonly atoms: AtomsRecord[];
  readonly saved: TrainingState[];
  readonly told: string[];
}

async function run(options: {
  seed?: number;
  engine?: "cpu" | "wasm" | "onnx";
  resume?: TrainingState;
  changes?: object;
}): Promise<Outcome> {
  const { seed = 1, engine = "onnx", resume, changes = {} } = options;
  const epochs: EpochRecord[] = [];
  const atoms: AtomsRecord[] = [];
  const saved: TrainingState[] = [];
  const told: string[] = [];
  const { learner, fusionWeights } = await train({
    config: { ...config, ...changes },
    data: tinyData(),
    engine: await createEngine(engine),
    rng: new Rng(seed),
    observer: {
      epoch: (record) => epochs.push(record),
      atoms: (record) => atoms.push(record),
      message: (text) => told.push(text),
    },
    save: async (state) => {
      saved.push(state);
    },
    ...(resume === undefined ? {} : { resume }),
  });
  const { average } = await learner.snapshot();
  await learner.dispose();
  return { average, weights: fusionWeights, epochs, atoms, saved, told };
}

describe("train", () => {
  it("is bit-identical for one seed and another model for another seed", async () => {
    const [first, second, other] = [await run({}), await run({}), await run({ seed: 2 })];
    expect(second.average).toEqual(first.average);
    expect(second.weights).toEqual(first.weights);
    expect(other.average).not.toEqual(first.average);
  });

  it("keeps the best epoch of stage 1 when its end and stage 2 are worse", async () => {
    const optimizer = { ...config.training.optimizer, schedule: "constant" as const, learningRate: 0.3, averaging: 0 };
    const stage1 = { ...config.training.stage1, maxEpochs: 8, patience: 8 };
    const stage2 = { maxEpochs: 1, patience: 1 };
    const training = { ...config.training, optimizer, stage1, stage2 };
    const { saved } = await run({ changes: { training } });
    const stage2Begins = saved.find(({ progress }) => progress.phaseIndex === progress.phases.indexOf("stage2"));
    const { best: bestOfStage1, tensors: endOfStage1 } = stage2Begins as TrainingState;
    const { progress, best } = saved.at(-1) as TrainingState;
    expect(progress.best?.epoch).toBe(0);
    expect(best?.average).toEqual(bestOfStage1?.average);
    expect(best?.average).not.toEqual(endOfStage1.average);
  });

  it("goes on from the best epoch of stage 1 where its end is clearly worse, from the end where it is not", async () => {
    // whether stage 2 depends on the weights that stage 1 ended with
    const goesOnFromEnd = async (learningRate: number, overfit = "stop") => {
      const optimizer = { ...config.training.optimizer, schedule: "constant" as const, learningRate, averaging: 0 };
      const stage1 = { ...config.training.stage1, maxEpochs: 8, patience: 8, overfit };
      const training = { ...config.training, optimizer, stage1, stage2: { maxEpochs: 1, patience: 1 } };
      const changes = { training };
      const { saved } = await run({ changes });
      const begins = saved.find(({ progress }) => progress.phaseIndex === progress.phases.indexOf("stage2"));
      const { tensors, ...state } = begins as TrainingState;
      const other = { ...tensors, parameters: tensors.parameters.map((v) => 0.5 * v) };
      const resumed = await run({ changes, resume: { ...state, tensors: other } });
      const trained = ({ saved }: Outcome) => (saved.at(-1) as TrainingState).tensors.parameters;
      const [one, another] = [trained(await run({ changes, resume: begins })), trained(resumed)];
      return !one.every((v, i) => v === another[i]);
    };
    expect(await goesOnFromEnd(0.3)).toBe(false);
    expect(await goesOnFromEnd(0.3, "continue")).toBe(true);
    expect(await goesOnFromEnd(0.001)).toBe(true);
  });

  it("ends stage 1 where the network learns its training rows by heart", async () => {
    const optimizer = { ...config.training.optimizer, schedule: "constant" as const, learningRate: 0.3, averaging: 0 };
    const stage1 = { ...config.training.stage1, maxEpochs: 80, patience: 80 };
    const training = { ...config.training, optimizer, stage1, stage2: { maxEpochs: 1, patience: 1 } };
    const { epochs, saved, told } = await run({ changes: { training } });
    const own = epochs.filter(({ phase }) => phase === "stage1");
    const byHeart = expect.stringMatching(/^stage 1: ended, since the validation loss was best in epoch \d+ and grows/);
    expect(told).toContainEqual(byHeart);
    expect(saved.at(-1)?.progress.stage1.ended).toBe("overfit");
    // continued behind the stage, in its middle, and in its last epoch
    const behind = saved.find(({ progress }) => progress.phaseIndex === progress.phases.indexOf("stage2"));
    for (const resume of [behind, saved[own.length - 10], saved[(behind ? saved.indexOf(behind) : 0) - 1]]) {
      const again = await run({ changes: { training }, ...(resume && { resume }) });
      expect(again.saved.at(-1)?.progress.stage1).toEqual(saved.at(-1)?.progress.stage1);
      if (resume !== behind) expect(again.told).toContainEqual(byHeart);
    }
    const losses = own.map(({ validation }) => validation.loss);
    const best = losses.indexOf(Math.min(...losses));
    expect(own.length).toBeLessThan(80);
    const goesOn = { ...training, stage1: { ...stage1, maxEpochs: own.length + 2, overfit: "continue" } };
    const { epochs: more, saved: later } = await run({ changes: { training: goesOn } });
    expect(later.at(-1)?.progress.stage1.ended).toBe("limit");
    expect(more.filter(({ phase }) => phase === "stage1").length).toBe(own.length + 2);
    expect(own.length - 1 - best).toBeGreaterThanOrEqual(20);
    expect(losses[own.length - 1]).toBeGreaterThan(1.05 * losses[best]);
    // no epoch before it was as late and as bad
    expect(losses.slice(best + 20, -1).every((loss) => loss <= 1.05 * losses[best])).toBe(true);
  });

  it("ends with the weights of the best epoch of stage 2, not with the last", async () => {
    const optimizer = { ...config.training.optimizer, schedule: "constant" as const, learningRate: 0.1, averaging: 0 };
    const stage2 = { maxEpochs: 30, patience: 2 };
    const { saved, average, epochs } = await run({ changes: { training: { ...config.training, optimizer, stage2 } } });
    const { progress, best, tensors } = saved.at(-1) as TrainingState;
    expect(epochs.at(-1)).toMatchObject({ phase: "stage2", best: false, epoch: (progress.best?.epoch ?? 0) + 2 });
    expect(average).toEqual(best?.average);
    expect(tensors.running).toEqual(best?.running);
    // what the epoch before the last left behind is no longer there
    expect(average).not.toEqual(saved.at(-2)?.tensors.average);
  });

  it("averages over no more steps than were taken: the initial weights do not stay", async () => {
    const averaged = async (averaging: number) => {
      const optimizer = { ...config.training.optimizer, averaging };
      const { saved } = await run({ changes: { training: { ...config.training, optimizer } } });
      return saved.map(({ tensors }) => tensors.average);
    };
    // step t remembers t / (t + 9) at most, which passes 0.5 at the tenth step, in the second epoch of five steps
    const [half, long] = [await averaged(0.5), await averaged(0.99)];
    expect(long[0]).toEqual(half[0]);
    expect(long[1]).not.toEqual(half[1]);
  });

  it("trains both stages with the embedding that the pilots chose", async () => {
    for (const seed of [1, 2]) {
      const messages: string[] = [];
      const { learner, architecture, progress } = await train({
        ...{ config, data: tinyData(), engine: await createEngine("onnx"), rng: new Rng(seed) },
        observer: { message: (text) => messages.push(text) },
      });
      await learner.dispose();
      const chosen = progress.pilots["pilot:periodic"] < progress.pilots["pilot:plain"];
      expect(progress.periodic).toBe(chosen);
      expect(architecture.modalities.map(({ embedding }) => embedding !== null)).toEqual([chosen, chosen]);
      expect(messages[0]).toContain(chosen ? "they are used" : "raw features are used");
    }
  });

  it("tries periodic embeddings no longer than until they are better than raw features", async () => {
    const training = { ...config.training, pilot: { ...config.training.pilot, epochs: 6 } };
    const ends: boolean[] = [];
    for (const seed of [4, 6]) {
      const epochs: EpochRecord[] = [];
      const { learner, progress } = await train({
        ...{
          config: { ...config, training },
          data: tinyData(),
          engine: await createEngine("onnx"),
          rng: new Rng(seed),
        },
        observer: { epoch: (record) => epochs.push(record) },
      });
      await learner.dispose();
      const losses = (phase: string) => epochs.filter((e) => e.phase === phase).map((e) => e.validation.loss);
      const [plain, periodic] = [losses("pilot:plain"), losses("pilot:periodic")];
      expect(plain).toHaveLength(6);
      const better = periodic.findIndex((loss) => loss < Math.min(...plain));
      expect(periodic).toHaveLength(better < 0 ? 6 : better + 1);
      expect(progress.periodic).toBe(better >= 0);
      ends.push(periodic.length < 6);
    }
    expect(new Set(ends).size).toBe(2); // else the test sees one of the two cases alone
  });

  it("gives an epoch of a pilot no more rows than asked for, and those of the stages all", async () => {
    const pilot = { epochs: 2, rows: 70 }; // batches of 32, of 160 rows
    const { epochs } = await run({ changes: { training: { ...config.training, pilot } } });
    const steps = epochs.map(({ step }, i) => step - (epochs[i - 1]?.step ?? 0));
    expect(new Set(epochs.flatMap(({ phase }, i) => (phase.startsWith("pilot") ? [steps[i]] : [])))).toEqual(
      new Set([2]),
    );
    expect(new Set(epochs.flatMap(({ phase }, i) => (phase.startsWith("pilot") ? [] : [steps[i]])))).toEqual(
      new Set([5]),
    );
  });

  it("follows the learning rate's schedule within every epoch, anew in every phase", async () => {
    const { epochs } = await run({});
    const { rate, init } = schedule({ ...config.training.optimizer, learningRate: 0.002 });
    const most: Readonly<Record<string, number>> = { "pilot:plain": 2, "pilot:periodic": 2, stage1: 3, stage2: 4 };
    // of five steps, the last begins at 0.8 of the epoch
    expect(epochs.map((record) => record.learningRate)).toEqual(
      epochs.map(({ phase, epoch }) => rate(init, epoch - 1 + 0.8, most[phase])),
    );
    expect(epochs.map(({ step }) => step)).toEqual(epochs.map((_, i) => 5 * (i + 1)));
  });

  it("goes through pilots and both stages and reports every term", async () => {
    const { epochs, atoms, weights } = await run({});
    expect([...new Set(epochs.map(({ phase }) => phase))]).toEqual([
      "pilot:plain",
      "pilot:periodic",
      "stage1",
      "stage2",
    ]);
    expect(Object.keys(epochs[0].terms)).toEqual([
      ...["total", "prediction", "auxiliary", "gaussianity.a", "gaussianity.b", "independence.a", "independence.b"],
      ...["jointGaussianity", "capacity.a", "capacity.b"],
    ]);
    const total = (record: EpochRecord) =>
      Object.entries(record.terms).reduce((sum, [name, t]) => sum + (name === "total" ? 0 : t.value * t.weight), 0);
    // Means over the epoch of float32 numbers.
    for (const record of epochs) expect(total(record)).toBeCloseTo(record.terms.total.value, 4);
    expect(atoms).toHaveLength(3);
    expect(atoms[2].averagedOver).toBe(3);
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });

  const comparing = (changes: object) => ({ losses: { ...config.losses, comparing: changes } });
  const hasKernels = ({ terms }: EpochRecord) => "independence.a" in terms && "jointGaussianity" in terms;

  it("leaves the terms that compare rows to stage 1, or to every few steps", { timeout: 20_000 }, async () => {
    const first = await run({ changes: comparing({ every: 1, stages: "first" }) });
    expect(first.epochs.map(hasKernels)).toEqual(first.epochs.map(({ phase }) => phase !== "stage2"));
    const whole = await run({});
    const stage1 = ({ epochs }: Outcome) => epochs.filter(({ phase }) => phase === "stage1").map(({ terms }) => terms);
    expect(stage1(first)).toEqual(stage1(whole));
    expect(first.average).not.toEqual(whole.average);
    const some = await run({ changes: comparing({ every: 3, stages: "both" }) });
    expect(some.epochs.every(hasKernels)).toBe(true);
    expect(some.average).not.toEqual(whole.average);
    const resumed = await run({ changes: comparing({ every: 3, stages: "both" }), resume: some.saved[5] });
    expect(resumed.average).toEqual(some.average);
  });

  it("measures the atoms every few epochs, and after the last", async () => {
    const stage1 = { ...config.training.stage1, every: 2 };
    const { atoms, told } = await run({ changes: { training: { ...config.training, stage1 } } });
    expect(atoms.map(({ epoch }) => epoch)).toEqual([2, 3]);
    expect(told).toContainEqual(
      expect.stringMatching(
        /^stage 1: (?:fusion weights not stable after 3 epochs|3 epochs are too few to see whether the fusion weights are stable; 7 or more tell)$/,
      ),
    );
  });

  it("resumes from any checkpoint to the same bits", async () => {
    const whole = await run({});
    expect(whole.saved.length).toBeGreaterThan(9);
    for (const at of [0, 1, 3, 4, 6, 8]) {
      const rest = await run({ resume: whole.saved[at] });
      expect(rest.average, `checkpoint ${at}`).toEqual(whole.average);
      expect(rest.weights).toEqual(whole.weights);
      expect(whole.epochs.at(-1)?.terms).toEqual(rest.epochs.at(-1)?.terms);
    }
  });

  it("agrees between the compiled and the eager engine up to rounding", async () => {
    const changes = { model: { ...config.model, encoder: { ...config.model.encoder, embedding: "none" } } };
    const [compiled, eager] = [await run({ changes }), await run({ changes, engine: "cpu" })];
    // One epoch in, before rounding has grown through the optimiser.
    const loss = ({ epochs }: Outcome) => epochs[0].terms.total.value;
    expect(loss(compiled)).toBeCloseTo(loss(eager), 4);
  });

  it("leaks no tensor from epoch to epoch", async () => {
    const counts: number[] = [];
    const engine = await createEngine("cpu");
    const { learner } = await train({
      config,
      data: tinyData(),
      engine,
      rng: new Rng(1),
      observer: { epoch: ({ phase }) => phase === "stage2" && counts.push(tf.memory().numTensors) },
    });
    await learner.dispose();
    expect(new Set(counts).size).toBe(1);
  });

  it("stops at its signal and names itself interrupted", async () => {
    const controller = new AbortController();
    const running = train({
      config,
      data: tinyData(),
      engine: await createEngine("cpu"),
      rng: new Rng(1),
      signal: controller.signal,
      observer: { epoch: () => controller.abort() },
    });
    await expect(running).rejects.toThrow(Interrupted);
  });

  it("stops when a number becomes non-finite and names step and term", async () => {
    const changes = {
      training: { ...config.training, optimizer: { ...config.training.optimizer, learningRate: 1e30, clipNorm: 1e30 } },
    };
    await expect(run({ changes, engine: "cpu" })).rejects.toThrow(RunError);
    await expect(run({ changes, engine: "cpu" })).rejects.toThrow(
      /diverged at pilot:plain epoch 1, step \d+ of 5: \S+ became/,
    );
  });

  it.each([
    [
      "sampled Gaussianity, latent independence",
      { gaussianity: { weight: 0.1, estimator: "sampled" }, independence: { weight: 0.1, target: "latent" } },
    ],
    [
      "sigreg, cross independence",
      { gaussianity: { weight: 0.1, estimator: "sigreg" }, independence: { weight: 0.1, target: "cross" } },
    ],
    ["huber, capacity", { prediction: "huber", capacity: { weight: 0.01 } }],
    ["cs prediction, no auxiliary heads", { prediction: "cs", auxiliary: { weight: 0 } }],
  ])("trains with %s", async (_name, losses) => {
    const parsed = parseConfig({ ...config, losses });
    const { epochs } = await run({ changes: { losses: parsed.losses } });
    expect(epochs.every(({ validation }) => Number.isFinite(validation.loss))).toBe(true);
  });

  it.each(["train", "batch"])("takes atoms from %s rows, with a coin for redundancy", async (atoms) => {
    const fusion = { ...config.model.fusion, atoms, redundancy: "bernoulli" };
    const { weights, saved } = await run({ changes: { model: { ...config.model, fusion } } });
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    expect([0, 1]).toContain(saved.at(-1)?.progress.carrier);
  });
});
