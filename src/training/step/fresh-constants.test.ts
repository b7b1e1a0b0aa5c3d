import { expect, it, vi } from "vitest";
import { trainingData } from "../../../test/support/training-data.js";
import { parseConfig } from "../../config/load.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { train } from "../trainer.js";

const asked = vi.hoisted((): { where: string; fresh: boolean }[] => []);
vi.mock("./step-constants.js", async (original) => {
  const actual = await original<typeof import("./step-constants.js")>();
  return {
    ...actual,
    measureConstants: (request: Parameters<typeof actual.measureConstants>[0]) => {
      asked.push({ where: request.where, fresh: request.fresh });
      return actual.measureConstants(request);
    },
  };
});

it("kernel widths and whitening are measured at the start of every epoch, but for the first of new weights", async () => {
  const rng = new Rng("fresh");
  const values = Float32Array.from({ length: 2 * 120 }, () => rng.normal());
  const modality = (name: string, from: number) => ({ name, width: 1, values: values.subarray(from, from + 120) });
  const target = Float32Array.from({ length: 120 }, (_, i) => values[i] + 0.5 * rng.normal());
  const config = parseConfig({
    name: "fresh",
    data: { file: "-", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
    model: { latentDim: 2, encoder: { hidden: [4], embedding: "pilots" }, predictor: { hidden: [4] } },
    training: { batchSize: 32, pilot: { epochs: 2 }, stage1: { maxEpochs: 3 }, stage2: { maxEpochs: 2 } },
  });
  const data = trainingData([modality("a", 0), modality("b", 120)], target);
  const epochs: string[] = [];
  const { learner } = await train({
    ...{ config, data, engine: await createEngine("onnx"), rng: new Rng(1) },
    observer: { epoch: ({ phase, epoch }) => void epochs.push(`${phase} epoch ${epoch}`) },
  });
  await learner.dispose();
  const fresh = new Set(["pilot:plain epoch 1", "pilot:periodic epoch 1", "stage1 epoch 1"]);
  expect(epochs).toEqual(expect.arrayContaining(["pilot:plain epoch 2", ...fresh, "stage1 epoch 3", "stage2 epoch 2"]));
  expect(asked).toEqual(epochs.map((name) => ({ where: `the start of ${name}`, fresh: fresh.has(name) })));
});
