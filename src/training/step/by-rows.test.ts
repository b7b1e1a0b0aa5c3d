import { beforeAll, describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/gradients.js";
import {
  convolutionalArchitecture,
  fedLearner,
  type StepOptions,
  smallArchitecture,
} from "../../../test/support/training-step.js";
import { parseConfig } from "../../config/load.js";
import { createEngine, type Engine } from "../../engine/index.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("auto");
});

const [, second] = smallArchitecture.modalities;
const transformer = {
  modalities: [
    {
      ...{ name: "first", inputWidth: 24, embedding: null, hidden: [], dropout: [0.2], batchNorm: true },
      ...{ form: { kind: "array", shape: [8, 3] }, transformer: { patch: 2, width: 8, heads: 2, layers: 1 } },
    },
    second,
  ],
} as const;
const on = { weight: 0.1 };
const losses = { capacity: on, gaussianity: on, independence: on };
const cases: readonly (readonly [string, StepOptions])[] = [
  ["volumes", { architecture: convolutionalArchitecture(3, { norm: "group" }) }],
  ["pictures", { architecture: convolutionalArchitecture(2, { norm: "group", pool: "max" }) }],
  ["sequences", { architecture: convolutionalArchitecture(1, { norm: "group" }) }],
  ["attention", { architecture: transformer }],
  [
    "rows that lack modalities",
    { architecture: convolutionalArchitecture(2, { norm: "group" }), absentModalities: true, lackingRows: true },
  ],
  [
    "a gradient that is clipped, of the predictor alone",
    {
      architecture: convolutionalArchitecture(1, { norm: "group" }),
      optimizer: { clipNorm: 0.01, clipScope: "predictor" },
    },
  ],
];

/** Two steps; Adam's division by the root of squared gradients is kept out of the way, so that rounding stays rounding. */
async function twoSteps(options: StepOptions) {
  const optimizer = { epsilon: 1, ...options.optimizer };
  const { learner, prepare } = await fedLearner(engine, { losses, batchSize: 16, ...options, optimizer });
  const reports: number[] = [];
  for (const t of [1, 2]) {
    prepare(t);
    await learner.step.run();
    reports.push(...learner.step.outputs.report);
  }
  const after = await learner.snapshot();
  const names = learner.train.report;
  await learner.dispose();
  return { reports, after, names };
}

describe("a step whose rows go through encoders some at a time", () => {
  it.each(cases)("is the step in one piece: %s", async (_, options) => {
    const whole = await twoSteps(options);
    expect(whole.reports[whole.names.length - 1]).toBeGreaterThan(0.01);
    // 5 does not divide 16: the last rows are fewer.
    for (const microBatch of [5, 8, 1]) {
      const parts = await twoSteps({ ...options, microBatch });
      expect(parts.names).toEqual(whole.names);
      expect(relativeError(parts.reports, whole.reports), "report").toBeLessThan(1e-6);
      for (const name of ["moment1", "running", "average", "parameters"] as const)
        expect(relativeError(parts.after[name], whole.after[name]), `${microBatch} ${name}`).toBeLessThan(1e-6);
    }
  });

  it("gives the same bytes again, and is one piece where all rows fit", async () => {
    const [[, options]] = cases;
    const [first, again] = [
      await twoSteps({ ...options, microBatch: 5 }),
      await twoSteps({ ...options, microBatch: 5 }),
    ];
    expect(again).toEqual(first);
    expect(await twoSteps({ ...options, microBatch: 16 })).toEqual(await twoSteps(options));
  });

  it("leaves nothing on the engine", async () => {
    const before = engine.held;
    await twoSteps({ ...cases[0][1], microBatch: 5 });
    expect(engine.held).toEqual(before);
  });
});

describe("training.microBatch", () => {
  const config = (encoder: object, modality: object = { kind: "volume", array: "v.npy" }, losses: object = {}) =>
    parseConfig({
      losses,
      name: "n",
      data: { file: "t.csv", target: "y", modalities: { t1: modality, b: ["b"] } },
      model: { encoder },
      training: { microBatch: 8 },
    });

  it("is refused where an encoder normalises over the batch, and where none could take some rows", () => {
    expect(config({ norm: "group" }).training.microBatch).toBe(8);
    expect(config({ type: "transformer" }, { kind: "sequence", array: "v.npy" }).training.microBatch).toBe(8);
    expect(() => config({})).toThrow(
      /microBatch: the encoder of "t1" normalises over the batch.*modalities.t1.norm: group/,
    );
    expect(() => config({ norm: "group", modalities: { t1: { norm: "batch" } } })).toThrow(
      /"t1" normalises over the batch/,
    );
    expect(() => config({}, { kind: "array", array: "v.npy" })).toThrow(
      /no modality has an encoder of convolutions or attention/,
    );
    const entropy = { balance: { functionalEntropy: { weight: 1 } } };
    expect(() => config({ norm: "group" }, undefined, entropy)).toThrow(/encodes the rows of a batch once more/);
  });
});
