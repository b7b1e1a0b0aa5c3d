import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { checkCompiled } from "../../test/support/compiled.js";
import { normalTensor } from "../../test/support/gradients.js";
import { type LinearGiven, linearNames, linearPath } from "./linear-path.js";
import type { ForwardContext } from "./module.js";

const path = linearPath(
  [
    { name: "a", inputWidth: 2 },
    { name: "b", inputWidth: 1 },
  ],
  1,
);
const context = (parameters: ForwardContext["parameters"]): ForwardContext => ({
  parameters,
  training: false,
  noise: {},
  running: () => {
    throw new RangeError("there are no moments");
  },
  observe: () => undefined,
});
const parameters = {
  [linearNames.share]: tf.tensor1d([0.25]),
  [linearNames.bias]: tf.tensor1d([10]),
  [linearNames.weight("a")]: tf.tensor2d([1, 2], [2, 1]),
  [linearNames.centre("a")]: tf.tensor1d([-1]),
  [linearNames.weight("b")]: tf.tensor2d([3], [1, 1]),
  [linearNames.centre("b")]: tf.tensor1d([0.5]),
};
const inputs = [
  tf.tensor2d([
    [1, 1],
    [2, 0],
  ]),
  tf.tensor2d([[1], [-1]]),
];
const network = tf.tensor2d([[4], [8]]);
const applied = (own: ForwardContext, of: Tensor2D, rows: readonly Tensor2D[], given?: LinearGiven) =>
  path.join(own, of, path.parts(own, rows), given);
const predicted = (given?: LinearGiven) => [...applied(context(parameters), network, inputs, given).dataSync()];

describe("a linear path", () => {
  it("adds the maps of the modalities to what is left of the network", () => {
    // 0.75 x 4 + 10 + (1 + 2 - 1) + (3 + 0.5), and 0.75 x 8 + 10 + (2 - 1) + (-3 + 0.5)
    expect(predicted()).toEqual([18.5, 14.5]);
  });

  it("has no part of a modality that a row lacks, or that is taken out", () => {
    const present = tf.tensor2d([
      [1, 0],
      [1, 1],
    ]);
    expect(predicted({ present })).toEqual([15, 14.5]);
    // a, b, and a product, which has no part
    expect(predicted({ keep: tf.tensor1d([0, 1, 1]) })).toEqual([16.5, 13.5]);
    expect(predicted({ keep: tf.tensor1d([1, 1, 0]) })).toEqual([18.5, 14.5]);
  });

  it("is nothing as it begins, to the last bit", () => {
    const fresh = path.parameters.map(({ name, shape }) => [name, tf.zeros([...shape])] as const);
    const out = applied(context(Object.fromEntries(fresh)), tf.tensor2d([[0.1], [-7.3]]), inputs);
    expect(out.dataSync()).toEqual(Float32Array.of(0.1, -7.3));
    expect(path.parameters.every(({ decay }) => !decay)).toBe(true);
  });

  it("is compiled as it is computed", () => {
    const shapes = { network: [12, 1], a: [12, 2], b: [12, 1], share: [1], bias: [1], wa: [2, 1], wb: [1, 1], c: [1] };
    const draw = (run: number) =>
      Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [name, normalTensor(`${name}/${run}`, shape, 0.5)]),
      );
    return checkCompiled({
      inputs: [draw(0), draw(1)],
      loss: (given) => {
        const own = {
          [linearNames.share]: given.share as Tensor1D,
          [linearNames.bias]: given.bias as Tensor1D,
          [linearNames.weight("a")]: given.wa as Tensor2D,
          [linearNames.centre("a")]: given.c as Tensor1D,
          [linearNames.weight("b")]: given.wb as Tensor2D,
          [linearNames.centre("b")]: given.c as Tensor1D,
        };
        const out = applied(context(own), given.network as Tensor2D, [given.a as Tensor2D, given.b as Tensor2D]);
        return tf.mean(tf.square(out));
      },
      wrt: ["network", "a", "share", "wa", "c"],
    });
  });
});
