import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine/index.js";
import { benchmarkArchitecture, fedLearner } from "../../support/training-step.js";

/** What the model remembers after three steps, as bytes. */
async function trainedBytes(threads: number): Promise<string[]> {
  const engine = await createEngine("onnx", { threads });
  const { learner, prepare } = await fedLearner(engine, { batchSize: 256, architecture: benchmarkArchitecture });
  for (let t = 1; t <= 3; t++) {
    prepare(t);
    await learner.step.run();
  }
  const tensors = Object.values(await learner.snapshot()) as Float32Array[];
  await learner.dispose();
  return tensors.map((values) => Buffer.from(values.buffer).toString("base64"));
}

describe("the compiled engine is bit-identical", () => {
  it("when a run is repeated, and on 1 and 2 threads", async () => {
    const first = await trainedBytes(1);
    expect(await trainedBytes(1)).toEqual(first);
    expect(await trainedBytes(2)).toEqual(first);
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
