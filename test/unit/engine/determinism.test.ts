import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine/index.js";
import type { PidRegArchitecture } from "../../../src/models/architecture.js";
import { benchmarkArchitecture, convolutionalArchitecture, fedLearner } from "../../support/training-step.js";

/** Convolutions of every kind, wide enough for the engine's fastest form. */
const wide = { channels: [32, 64], stem: 2 };
const convolutional = (dimensions: 1 | 2 | 3) => ({
  ...benchmarkArchitecture,
  modalities: convolutionalArchitecture(dimensions, wide).modalities,
});

/** What the model remembers after three steps, as bytes. */
async function trainedBytes(threads: number, architecture: Partial<PidRegArchitecture>): Promise<string[]> {
  const engine = await createEngine("onnx", { threads });
  const { learner, prepare } = await fedLearner(engine, { batchSize: 256, architecture });
  for (let t = 1; t <= 3; t++) {
    prepare(t);
    await learner.step.run();
  }
  const tensors = Object.values(await learner.snapshot()) as Float32Array[];
  await learner.dispose();
  return tensors.map((values) => Buffer.from(values.buffer).toString("base64"));
}

describe("the compiled engine is bit-identical", () => {
  it.each([
    ["multilayer perceptrons", benchmarkArchitecture],
    ["convolutions over a line", convolutional(1)],
    ["convolutions over pictures", convolutional(2)],
    ["convolutions over volumes", convolutional(3)],
  ])("when a run is repeated, and on 1 and 2 threads: %s", async (_, architecture) => {
    const first = await trainedBytes(1, architecture);
    expect(await trainedBytes(1, architecture)).toEqual(first);
    expect(await trainedBytes(2, architecture)).toEqual(first);
  });

  it("when a run continues from saved tensors", async () => {
    const engine = await createEngine("onnx");
    const whole = await fedLearner(engine);
    const resumed = await fedLearner(engine);
    for (let t = 1; t <= 4; t++) {
      whole.prepare(t);
      await whole.learner.step.run();
      if (t === 2) resumed.learner.restore(await whole.learner.snapshot());
    }
    for (let t = 3; t <= 4; t++) {
      resumed.prepare(t);
      await resumed.learner.step.run();
    }
    expect(await resumed.learner.snapshot()).toEqual(await whole.learner.snapshot());
  });
});
