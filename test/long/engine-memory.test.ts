import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createEngine } from "../../src/engine/index.js";
import { convolutionalArchitecture, fedLearner } from "../support/training-step.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Resident size in MiB after a garbage collection. */
function residentSize(): number {
  collectGarbage();
  return process.memoryUsage.rss() / 2 ** 20;
}

it.each([
  ["multilayer perceptrons", {}],
  ["convolutions", convolutionalArchitecture(2, { channels: [32, 32], strides: [1, 2], stem: 2 })],
])("10,000 compiled training steps do not grow the process: %s", { timeout: 1_800_000 }, async (_, architecture) => {
  const { learner, prepare } = await fedLearner(await createEngine("onnx"), { architecture });
  const run = async (from: number, to: number) => {
    for (let t = from; t <= to; t++) {
      prepare(t);
      await learner.step.run();
    }
  };
  const sizes: number[] = [];
  for (let k = 0; k < 10; k++) {
    await run(k * 1000 + 1, (k + 1) * 1000);
    sizes.push(residentSize());
  }
  console.info(`resident MiB after each 1000 steps: ${sizes.map((size) => size.toFixed(1)).join(" ")}`);
  // The inputs of one step are 0.1 MiB: losing them once per step would add 500 MiB. Compilers and collectors of V8
  // move the size by some 10 MiB.
  expect(Math.max(...sizes.slice(5)) - Math.max(...sizes.slice(0, 5))).toBeLessThan(24);
  expect(learner.step.outputs.report.every(Number.isFinite)).toBe(true);
});
