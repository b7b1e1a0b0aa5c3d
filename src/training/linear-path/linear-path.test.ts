import { describe, expect, it } from "vitest";
import { classesData } from "../../../test/support/classes-data.js";
import { trainingData } from "../../../test/support/training-data.js";
import { parseConfig } from "../../config/load.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { linearNames } from "../../models/linear-path.js";
import type { TrainingData } from "../data.js";
import { chosenShares } from "../shares.js";
import { type Trained, type TrainingState, train } from "../trainer.js";
import { costOfRows, validationOutputs } from "../validation.js";
import { fitPath } from "./fit-path.js";

const rows = 150;
const width = 12;

/** y = sum of the columns of both modalities, and noise: more than a network learns of 100 rows. */
function linearData(noise = 0.5): TrainingData {
  const rng = new Rng("linear");
  const modality = (name: string) => {
    const values = new Float32Array(rows * width);
    rng.fillNormal(values);
    return { name, width, values: values.map((value) => value + 2) };
  };
  const modalities = [modality("a"), modality("b")];
  const target = Float32Array.from({ length: rows }, (_, i) => {
    const sums = modalities.map(({ values }) =>
      values.subarray(i * width, (i + 1) * width).reduce((s, v) => s + v - 2, 0),
    );
    return (sums[0] + sums[1]) / Math.sqrt(2 * width) + noise * rng.normal();
  });
  return trainingData(modalities, target);
}

const config = (linearPath: "auto" | "on" | "off") =>
  parseConfig({
    name: "linear",
    data: { file: "-", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
    model: { linearPath, latentDim: 4, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: { batchSize: 32, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3, patience: 3 } },
  });

async function trained(
  linearPath: "auto" | "on" | "off",
  data: TrainingData,
  use: (trained: Trained, seen: { saved: TrainingState[]; messages: string[] }) => Promise<void>,
  resume?: TrainingState,
): Promise<void> {
  const saved: TrainingState[] = [];
  const messages: string[] = [];
  const done = await train({
    config: config(linearPath),
    data,
    engine: await createEngine("onnx"),
    rng: new Rng(1),
    observer: { message: (text) => messages.push(text) },
    save: async (state) => void saved.push(state),
    ...(resume === undefined ? {} : { resume }),
  });
  try {
    await use(done, { saved, messages });
  } finally {
    await done.learner.dispose();
  }
}

const lossOf = async (data: TrainingData, { learner, fusionWeights }: Trained) =>
  costOfRows(data, config("on").losses, data.validationRows, await validationOutputs(learner, data, fusionWeights))
    .loss;

describe("the linear map of the inputs", () => {
  it("finds what made the target, part by part, each with mean 0", async () => {
    const data = linearData(0.01);
    const { parts, intercept, validation } = await fitPath(data);
    const slope = 1 / Math.sqrt(2 * width);
    for (const { weights } of parts) for (const weight of weights) expect(weight).toBeCloseTo(slope, 2);
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    expect(intercept[0]).toBeCloseTo(mean(Array.from(data.trainRows, (row) => data.target[row])), 4);
    data.validationRows.forEach((row, i) => void expect(validation[i]).toBeCloseTo(data.target[row], 0));
  });

  it("does not read the features of a modality that a row lacks", async () => {
    const data = linearData(0.01);
    const [a, b] = data.modalities;
    const present = Uint8Array.from({ length: rows }, (_, i) => Number(i % 5 !== 0));
    const lacking = (fill: number): TrainingData => {
      const values = "values" in b ? b.values.slice() : new Float32Array(0);
      present.forEach((has, i) => void (has === 0 && values.fill(fill, i * width, (i + 1) * width)));
      return { ...data, modalities: [a, { name: "b", width, values, present }] };
    };
    expect(await fitPath(lacking(1e4))).toEqual(await fitPath(lacking(0)));
  });
});

describe("its share", () => {
  const data = linearData();
  const count = data.validationRows.length;
  const truth = Float32Array.from(data.validationRows, (row) => data.target[row]);
  const rng = new Rng("shares");
  const off = (size: number) => truth.map((value) => value + size * rng.normal());
  const folds = Int32Array.from({ length: count }, (_, i) => i % 5);
  const losses = config("on").losses;
  const grid = Array.from({ length: 21 }, (_, k) => k / 20);
  const shareOf = (network: Float32Array, linear: Float32Array) =>
    chosenShares({ data, losses, network, other: Float64Array.from(linear), grid }, folds);

  it("follows the errors of the two, and is nothing where the map does not help", () => {
    expect(shareOf(off(1), off(0.05)).shares[0]).toBeGreaterThan(0.9);
    expect(Math.abs(shareOf(off(0.5), off(0.5)).shares[0] - 0.5)).toBeLessThan(0.2);
    const network = off(0.05);
    const poor = shareOf(network, off(2));
    expect(poor.shares).toEqual([0]);
    expect(poor.crossed).toEqual(network);
  });

  it("is chosen for a row by the other rows: outputs of its own fold do not count", () => {
    const [network, linear] = [off(0.6), off(0.5)];
    const before = shareOf(network, linear).crossed;
    // the truth of one fold changes: its own crossed outputs stay
    const own = data.validationRows.filter((_, i) => folds[i] === 2);
    const target = data.target.slice();
    const rawTarget = data.rawTarget.slice();
    for (const row of own) {
      target[row] += 0.5;
      rawTarget[row] += 0.5;
    }
    const other = { ...data, target, rawTarget };
    const after = chosenShares({ data: other, losses, network, other: Float64Array.from(linear), grid }, folds).crossed;
    folds.forEach((fold, i) => void (fold === 2 && expect(after[i]).toBe(before[i])));
  });
});

describe("training with a linear path", () => {
  it("takes it where few rows have many columns, says so, and errs less", async () => {
    const data = linearData();
    await trained("off", data, async (without) => {
      expect(without.architecture.linearPath).toBeUndefined();
      await trained("auto", data, async (withPath, { messages }) => {
        expect(withPath.architecture.linearPath).toBe(true);
        expect(await lossOf(data, withPath)).toBeLessThan(0.8 * (await lossOf(data, without)));
        expect(messages.join("\n")).toMatch(/linear path: \d+ % of "y" by regression/);
        // what was crossed has the path too: intervals are made of it
        const outputs = withPath.crossed?.outputs ?? new Float32Array(0);
        const crossed = costOfRows(data, config("on").losses, data.validationRows, outputs).loss;
        expect(crossed).toBeLessThan(0.8 * (await lossOf(data, without)));
      });
    });
  });

  it("leaves the network as it is without one", async () => {
    const data = linearData();
    const networkOf = ({ learner }: Trained, average: Float32Array) =>
      learner.layout.parameters
        .unpackValues(average)
        .filter(({ name }) => !name.startsWith("linear."))
        .map(({ name, values }) => [name, values]);
    await trained("off", data, async (without) => {
      const plain = networkOf(without, (await without.learner.snapshot()).average);
      await trained("on", data, async (withPath) => {
        expect(networkOf(withPath, (await withPath.learner.snapshot()).average)).toEqual(plain);
      });
    });
  });

  it("comes to the same weights when it is continued, within the training and after it", async () => {
    const data = linearData();
    await trained("on", data, async ({ learner, crossed }, { saved }) => {
      const { average } = await learner.snapshot();
      expect(average.some((value) => value !== 0)).toBe(true);
      for (const state of [saved[2], saved.at(-1) as TrainingState]) {
        await trained(
          "on",
          data,
          async (again) => {
            expect((await again.learner.snapshot()).average).toEqual(average);
            expect(again.crossed).toEqual(crossed);
          },
          state,
        );
      }
    });
  });

  it("is for classes too: contrasts of the logits of a logistic regression", async () => {
    const data = classesData(rows, width);
    await trained("off", data, async (without) => {
      await trained("on", data, async (withPath) => {
        const { parameters } = withPath.learner.layout;
        const { average } = await withPath.learner.snapshot();
        const shares = parameters.unpackValues(average).find(({ name }) => name === linearNames.share)?.values;
        expect(shares).toHaveLength(2);
        expect(await lossOf(data, withPath)).toBeLessThan(await lossOf(data, without));
      });
    });
  });
});
