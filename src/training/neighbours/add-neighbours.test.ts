import { describe, expect, it } from "vitest";
import { classesData } from "../../../test/support/classes-data.js";
import { trainingData } from "../../../test/support/training-data.js";
import { parseConfig } from "../../config/load.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { neighbourNames } from "../../models/neighbours.js";
import type { TrainingData } from "../data.js";
import { type Trained, type TrainingState, train } from "../trainer.js";
import { costOfRows, validationOutputs } from "../validation.js";

const rows = 900;

/**
 * Rows of 150 kinds, each with features of its own and a part of the target that no smooth function of them has: what the network
 * errs by at one row of a kind, it errs by at the others.
 * @param own    how large that part is
 * @param smooth how large the rest is, but for noise
 * @param apart  how far features of one kind differ
 */
function kindsData({ own = 1, smooth = 0.5, apart = 0.02 }): TrainingData {
  const rng = new Rng("kinds");
  const kinds = Array.from({ length: 150 }, () => ({
    at: Array.from({ length: 6 }, () => rng.normal()),
    part: rng.normal(),
  }));
  const of = Array.from({ length: rows }, () => kinds[rng.integer(kinds.length)]);
  const modality = (name: string, from: number) => ({
    name,
    width: 3,
    values: Float32Array.from(
      of.flatMap(({ at }) => at.slice(from, from + 3).map((value) => value + apart * rng.normal())),
    ),
  });
  const target = Float32Array.from(of, ({ at, part }) => smooth * (at[0] + at[3]) + own * part + 0.2 * rng.normal());
  return trainingData([modality("a", 0), modality("b", 3)], target);
}

const config = (neighbours: "auto" | "on" | "off") =>
  parseConfig({
    name: "near",
    data: { file: "-", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
    model: { neighbours, latentDim: 4, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: { batchSize: 64, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 4, patience: 4 } },
  });

async function trained(
  neighbours: "auto" | "on" | "off",
  data: TrainingData,
  use: (trained: Trained, seen: { saved: TrainingState[]; messages: string[] }) => Promise<void>,
  resume?: TrainingState,
): Promise<void> {
  const saved: TrainingState[] = [];
  const messages: string[] = [];
  const done = await train({
    config: config(neighbours),
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

describe("a network with its neighbours", () => {
  it("errs less where rows near to one another err alike, says so, and what was crossed has them too", async () => {
    const data = kindsData({});
    await trained("off", data, async (without) => {
      expect(without.architecture.neighbours).toBeUndefined();
      const plain = await lossOf(data, without);
      await trained("on", data, async (near, { messages }) => {
        expect(near.architecture.neighbours).toEqual({ rows: 600, width: 8 });
        expect(await lossOf(data, near)).toBeLessThan(0.6 * plain);
        expect(messages.join("\n")).toMatch(/near training rows: .* times for "y" .*validation loss/);
        const outputs = near.crossed?.outputs ?? new Float32Array(0);
        const crossed = costOfRows(data, config("on").losses, data.validationRows, outputs).loss;
        expect(crossed).toBeLessThan(0.6 * plain);
      });
    });
  });

  it("is the network itself, but for what near rows add", async () => {
    const data = kindsData({});
    const blocks = ({ learner }: Trained, average: Float32Array) =>
      learner.layout.parameters
        .unpackValues(average)
        .filter(({ name }) => !Object.values<string>(neighbourNames).includes(name))
        .map(({ name, values }) => [name, values]);
    await trained("off", data, async (without) => {
      await trained("on", data, async (near) => {
        expect(blocks(near, (await near.learner.snapshot()).average)).toEqual(
          blocks(without, (await without.learner.snapshot()).average),
        );
        const request = { inputs: data.modalities, rows: data.validationRows, weights: near.fusionWeights };
        const [own, alone, plain] = [
          await near.learner.inference.run(request),
          await near.learner.inference.run({ ...request, neighbours: false }),
          await without.learner.inference.run(request),
        ];
        expect(own.network).toEqual(plain.prediction);
        expect(alone.prediction).toEqual(plain.prediction);
        expect(own.prediction).not.toEqual(plain.prediction);
        expect(own.latents).toEqual(plain.latents);
        // what is read off latents is the network's
        expect(await near.learner.inference.again(own, request)).toEqual(plain.prediction);
      });
    });
  });

  it("has none where they do not help, and says so", async () => {
    const data = kindsData({ own: 0, smooth: 0 });
    await trained("on", data, async (near, { messages }) => {
      expect(near.architecture.neighbours).toBeUndefined();
      expect(messages.join("\n")).toMatch(/near training rows: not added/);
    });
  });

  it("has none where most rows are copies of others", async () => {
    const data = kindsData({ apart: 0 });
    await trained("on", data, async (near, { messages }) => {
      expect(near.architecture.neighbours).toBeUndefined();
      expect(messages.join("\n")).toMatch(/most rows have one in their own place/);
    });
  });

  it("comes to the same weights when it is continued, within the training and after it", async () => {
    const data = kindsData({});
    await trained("on", data, async ({ learner, crossed }, { saved }) => {
      const { average } = await learner.snapshot();
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
});

describe("what cannot have neighbours", () => {
  it("says why where they are asked for", async () => {
    const data = classesData(150, 3);
    await trained("on", data, async (near, { messages }) => {
      expect(near.architecture.neighbours).toBeUndefined();
      expect(messages.join("\n")).toContain("not added (model.neighbours: on), since of classes there are no errors");
    });
    await trained("auto", data, async (_, { messages }) => {
      expect(messages.join("\n")).not.toContain("near training rows");
    });
  });

  it("is refused where the config alone tells it", () => {
    const data = {
      ...{ file: "t.csv", target: "y", modalities: { a: { columns: ["a"] } }, outOfCore: {} },
      split: { train: 0.6, validation: 0.2, test: 0.2 },
    };
    expect(() => parseConfig({ name: "near", data, model: { neighbours: "on" } })).toThrow(
      /model\.neighbours.*outOfCore/s,
    );
    expect(() => parseConfig({ name: "near", data })).not.toThrow();
  });
});
