import type { Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { checkCompiled } from "../../test/support/compiled.js";
import { normalTensor } from "../../test/support/gradients.js";
import type { ForwardContext } from "./module.js";
import { neighbourNames, neighbours, silence } from "./neighbours.js";

const near = neighbours({ rows: 2, width: 1 }, 2, 1);
const context = (parameters: ForwardContext["parameters"]): ForwardContext => ({
  parameters,
  training: false,
  noise: {},
  running: () => {
    throw new RangeError("there are no moments");
  },
  observe: () => undefined,
});
const { projection, origin, places, errors } = neighbourNames;
/** The place of (a, b) is a + 2 b - 3; training rows are at 0 and 1. */
const parameters = {
  [projection]: tf.tensor2d([1, 2], [2, 1]),
  [origin]: tf.tensor1d([3]),
  [places]: tf.tensor2d([0, 1], [2, 1]),
  [errors]: tf.tensor2d([5, -2], [2, 1]),
};
const added = (latents: number[][]) => [...near.errors(context(parameters), tf.tensor2d(latents)).dataSync()];

describe("near training rows", () => {
  it("give the mean of their errors, by a kernel of their distance and beside the weight of saying nothing", () => {
    const [here, between] = added([
      [1, 1],
      [0.5, 1.5],
    ]);
    const far = Math.exp(-1);
    expect(here).toBeCloseTo((5 - 2 * far) / (1 + far + silence), 6);
    const half = Math.exp(-0.25);
    expect(between).toBeCloseTo((5 * half - 2 * half) / (2 * half + silence), 6);
  });

  it("say nothing where none is near, however large their errors are", () => {
    expect(Math.abs(added([[20, 1]])[0])).toBe(0);
    expect(Math.abs(added([[6, 1]])[0])).toBeLessThan(0.01);
  });

  it("compile", async () => {
    const wide = neighbours({ rows: 7, width: 3 }, 4, 2);
    const given = (seed: number) => ({
      latents: normalTensor(`latents ${seed}`, [5, 4]),
      [projection]: normalTensor(`A ${seed}`, [4, 3], 0.5),
      [origin]: normalTensor(`a ${seed}`, [3]),
      [places]: normalTensor(`places ${seed}`, [7, 3]),
      [errors]: normalTensor(`errors ${seed}`, [7, 2]),
    });
    await checkCompiled({
      inputs: [given(1), given(2)],
      loss: ({ latents, ...own }) => tf.sum(tf.square(wide.errors(context(own), latents as Tensor2D))),
      wrt: ["latents"],
    });
  });
});
