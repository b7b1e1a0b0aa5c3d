import { beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../../../src/engine/index.js";
import { Rng } from "../../../src/math/rng.js";
import type { LearnerTensors, PidRegLearner } from "../../../src/training/learner.js";
import {
  benchmarkArchitecture,
  convolutionalArchitecture,
  type FedLearner,
  fedLearner,
  type StepOptions,
  smallArchitecture,
} from "../../support/training-step.js";

const off = { weight: 0 };
const none = { gaussianity: off, independence: off, jointGaussianity: off, auxiliary: off, capacity: off };
const balanced = { game: { weight: 0.1 }, functionalEntropy: { weight: 0.1 } };
const on = { weight: 0.1 };
const [first, second] = smallArchitecture.modalities;
const embedding = { frequencies: 3, sigma: 0.5, width: 4 };

/** Every loss alone, every option, and all together. */
const cases: readonly (readonly [string, StepOptions])[] = [
  ["default losses", {}],
  ["every loss", { losses: { capacity: on } }],
  ["prediction only", { losses: none }],
  ["huber", { losses: { ...none, prediction: "huber", huberDelta: 0.5, auxiliary: on } }],
  ["cs prediction", { losses: { ...none, prediction: "cs" } }],
  ["gaussianity, analytic", { losses: { ...none, gaussianity: on } }],
  ["gaussianity, sampled", { losses: { ...none, gaussianity: { ...on, estimator: "sampled" } } }],
  ["gaussianity, sigreg", { losses: { ...none, gaussianity: { ...on, estimator: "sigreg", directions: 9 } } }],
  ["independence, conditional", { losses: { ...none, independence: on } }],
  ["independence, cross", { losses: { ...none, independence: { ...on, target: "cross" } } }],
  ["independence, latent", { losses: { ...none, independence: { ...on, target: "latent" } } }],
  [
    "some rows of the batch",
    { losses: { ...none, gaussianity: { ...on, rows: 12 }, independence: { ...on, rows: 20 } }, lackingRows: true },
  ],
  [
    "some rows of the batch, sampled and latent",
    {
      losses: {
        ...none,
        gaussianity: { ...on, rows: 12, estimator: "sampled" },
        independence: { ...on, rows: 12, target: "latent" },
      },
    },
  ],
  ["joint Gaussianity", { losses: { ...none, jointGaussianity: { ...on, rows: 20 } } }],
  ["capacity", { losses: { ...none, capacity: on } }],
  ["compression", { losses: { ...none, compression: on } }],
  ["compression beside independence", { losses: { ...none, compression: on, independence: on } }],
  ["game", { losses: { ...none, balance: { game: on } } }],
  ["functional entropy", { losses: { ...none, balance: { functionalEntropy: { weight: 0.1, noise: 0.5 } } } }],
  [
    "balance and compression of rows that lack modalities",
    { absentModalities: true, lackingRows: true, losses: { ...none, compression: on, balance: balanced } },
  ],
  [
    "balance of late fusion",
    { architecture: { fusion: { method: "late", interaction: "none" } }, losses: { balance: balanced } },
  ],
  ["lambda per dimension", { architecture: { bottleneck: { lambda: 0.7, perDimension: true } } }],
  ["no interaction", { architecture: { fusion: { method: "pid", interaction: "none" } } }],
  ["concatenation", { architecture: { fusion: { method: "concatenate", interaction: "hadamard" } } }],
  ["low-rank fusion", { architecture: { fusion: { method: "low-rank", interaction: "none" } } }],
  ["late fusion", { architecture: { fusion: { method: "late", interaction: "none" } } }],
  ["absent modalities", { absentModalities: true }],
  ["rows that lack modalities", { absentModalities: true, lackingRows: true, losses: { capacity: on } }],
  ["two targets", { architecture: { targets: 2 } }],
  ["one row more", { batchSize: 33 }],
  ["linear path", { architecture: { modalities: [{ ...first, linear: true }, second] } }],
  ["periodic embedding", { architecture: { modalities: [{ ...first, embedding }, second] } }],
  [
    "without batch normalisation",
    { architecture: { predictor: { ...smallArchitecture.predictor, batchNorm: false } } },
  ],
  ["convolutions over a line", { architecture: convolutionalArchitecture(1) }],
  ["convolutions over pictures", { architecture: convolutionalArchitecture(2), losses: { capacity: on } }],
  ["convolutions over volumes", { architecture: convolutionalArchitecture(3) }],
  ["group normalisation", { architecture: convolutionalArchitecture(2, { norm: "group", channels: [12, 16] }) }],
  ["pooling by the largest", { architecture: convolutionalArchitecture(2, { pool: "max" }) }],
  ["strides of a convolution", { architecture: convolutionalArchitecture(2, { stem: 2, strides: [2, 1] }) }],
  [
    "convolutions over rows that lack a picture",
    { architecture: convolutionalArchitecture(2), absentModalities: true, lackingRows: true },
  ],
  ["clipped predictor", { optimizer: { clipScope: "predictor", clipNorm: 0.01 } }],
  ["the network of the benchmark", { batchSize: 16, architecture: benchmarkArchitecture }],
  ["clipped gradient", { optimizer: { clipNorm: 0.01, name: "adam" } }],
];

/** Relative Euclidean distance. */
function distance(a: Float32Array, b: Float32Array): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}

let compiled: Engine;
let eager: Engine;
beforeAll(async () => {
  compiled = await createEngine("onnx");
  eager = await createEngine("cpu");
});

async function both(options: StepOptions): Promise<[FedLearner, FedLearner]> {
  return [await fedLearner(compiled, options), await fedLearner(eager, options)];
}

/** Runs step t on both and returns what they then remember. */
async function stepBoth(
  pair: readonly FedLearner[],
  t: number,
  changes?: Readonly<Record<string, number>>,
): Promise<LearnerTensors[]> {
  for (const fed of pair) {
    fed.prepare(t, changes);
    await fed.learner.step.run();
  }
  return Promise.all(pair.map(({ learner }) => learner.snapshot()));
}

describe("a compiled training step has the gradient of the eager one at identical weights", () => {
  it.each(cases)("%s", async (_, options) => {
    const pair = await both(options);
    const [actual, expected] = await stepBoth(pair, 1);
    // After the first step the first moment is the clipped gradient times 1 - beta1.
    expect(distance(actual.moment1, expected.moment1)).toBeLessThan(1e-5); // float32, relative to the largest entry
    expect(distance(actual.moment2, expected.moment2)).toBeLessThan(1e-5);
    expect(distance(actual.running, expected.running)).toBeLessThan(1e-6);
    const [report, reference] = pair.map(({ learner }) => learner.step.outputs.report);
    for (const [i, name] of pair[0].learner.train.report.entries())
      expect(Math.abs(report[i] - reference[i]), name).toBeLessThan(5e-6 * Math.max(1, Math.abs(reference[i])));
  });
});

describe("a hyper-parameter that changes between steps", () => {
  const names = ["learningRate", "weight.auxiliary", "weight.independence.first", "bandwidth.gaussianity.second"];
  it.each([...names, "averaging", "momentMemory"])("%s takes effect as in the eager engine", async (name) => {
    const pair = await both({});
    const [, before] = await stepBoth(pair, 1);
    for (const { learner } of pair) learner.restore(before);
    const [plain] = await stepBoth(pair, 2);
    for (const { learner } of pair) learner.restore(before);
    const [actual, expected] = await stepBoth(pair, 2, { [name]: 0.37 });
    const key = name === "averaging" ? "average" : name === "momentMemory" ? "running" : "parameters";
    const moved = (tensors: LearnerTensors) => tensors[key].map((v, i) => v - before[key][i]);
    expect(distance(moved(actual), moved(plain))).toBeGreaterThan(1e-4);
    // Adam divides by the gradient's size: where that is rounding noise, so is the direction.
    expect(distance(moved(actual), moved(expected))).toBeLessThan(1e-3);
  });

  it("fusion weights take effect too", async () => {
    const pair = await both({});
    await stepBoth(pair, 1);
    const before = await pair[1].learner.snapshot();
    for (const { learner } of pair) {
      learner.restore(before);
      learner.step.inputs.fusionWeights.set([0.9, 0.1, 0]);
    }
    const [actual, expected] = await stepBoth(pair, 2);
    expect(distance(actual.moment1, expected.moment1)).toBeLessThan(1e-5); // float32, relative to the largest entry
  });
});

describe("inference", () => {
  it("agrees with the eager engine, last smaller batch included", async () => {
    const pair = await both({});
    const rows = Array.from({ length: 300 }, (_, i) => i);
    const inputs = smallArchitecture.modalities.map(({ name, inputWidth: width }) => {
      const values = new Float32Array(rows.length * width);
      new Rng(name).fillNormal(values);
      return { name, width, values };
    });
    const predict = ({ inference }: PidRegLearner) => inference.run({ inputs, rows, weights: [0.3, 0.3, 0.4] });
    const [actual, expected] = await Promise.all(pair.map(({ learner }) => predict(learner)));
    expect(distance(actual.prediction, expected.prediction)).toBeLessThan(1e-6);
    expect(distance(actual.latents, expected.latents)).toBeLessThan(1e-6);
  });
});
