import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { normalTensor, numericGradient, relativeError } from "../../../test/support/gradients.js";
import { mean, sum, toRows } from "../../../test/support/matrix.js";
import { lossesSchema } from "../../config/losses.js";
import { presentRows } from "../../losses/present-rows.js";
import { classes } from "../../tasks/classes/classes.js";
import { regression } from "../../tasks/regression/regression.js";
import { balanceNoise, balanceTerms } from "./balance-terms.js";
import type { ObjectiveInputs } from "./objective-term.js";
import { SharedGrams } from "./shared-grams.js";

beforeAll(() => tf.setBackend("cpu"));

const [batch, width] = [5, 3];
const losses = lossesSchema.parse({ balance: { game: { weight: 1 }, functionalEntropy: { weight: 1, noise: 0.5 } } });
const termOf = (name: string, loss = regression.loss(losses)) =>
  balanceTerms(["a", "b"], losses, loss).find((term) => term.name === name);

const draws = {
  a: normalTensor("a", [batch, width]).values,
  b: normalTensor("b", [batch, width]).values,
  head: normalTensor("head", [width, 1]).values,
  shift: normalTensor("shift", [batch, width]).values,
  direction: normalTensor("direction", [batch, width]).values,
};
type Name = keyof typeof draws;
type Given = Record<Name, readonly number[]>;

/** A network that is a head on the product of both latents, whose encoder doubles features and adds 1. */
const predicted = (latents: readonly (readonly number[][])[], head: readonly number[]) =>
  latents[0].map((row, i) => sum(row.map((value, j) => value * latents[1][i][j] * head[j])));
const encode = (value: number) => 2 * value + 1;

/** The term as it is traced, by what it reads. */
function term(name: string, wrt: readonly Name[], present?: readonly number[], given: Given = draws) {
  const value = (...args: Tensor[]): Scalar => {
    const tensors = Object.fromEntries(
      Object.entries(given).map(([key, values]) => [
        key,
        tf.tensor2d([...values], key === "head" ? [width, 1] : [batch, width]),
      ]),
    );
    wrt.forEach((key, i) => {
      tensors[key] = args[i] as Tensor2D;
    });
    const owned = present && { byModality: [0, 1].map(() => presentRows(tf.tensor2d([...present], [batch, 1]))) };
    const inputs = {
      encoded: { bottlenecks: [{ latent: tensors.a }, { latent: tensors.b }] },
      noise: { "functionalEntropy.a.shift": tensors.shift, "functionalEntropy.a.direction": tensors.direction },
      owned,
      anew: {
        features: [tf.div(tf.sub(tensors.a, 1), 2), tf.div(tf.sub(tensors.b, 1), 2)],
        latent: (_: number, features: Tensor2D) => tf.add(tf.mul(features, 2), 1),
        prediction: (latents: readonly Tensor2D[]) =>
          tf.matMul(tf.mul(latents[0], latents[1]) as Tensor2D, tensors.head),
      },
    } as unknown as ObjectiveInputs;
    // An input that the term takes for a constant has no gradient at all: 0 times its sum gives it one of 0.
    const nothing = args.map((given) => tf.mul(tf.sum(given), 0)).reduce((total, zero) => tf.add(total, zero));
    return tf.add(tf.reshape(termOf(name)?.value(inputs, new SharedGrams({})) as Tensor, []), nothing) as Scalar;
  };
  const { value: found, grads } = tf.valueAndGrads(value)(
    wrt.map((key) => tf.tensor2d([...given[key]], key === "head" ? [width, 1] : [batch, width])),
  );
  return { value: found.dataSync()[0], gradients: grads.map((gradient) => gradient.dataSync()) };
}

describe("the game", () => {
  /** Mean squared distance of predictions, the first latent of which is the row's own, or of the row before. */
  const game = ({ a, b, head }: Pick<Given, "a" | "b" | "head">, rows = [0, 1, 2, 3, 4]) => {
    const [first, second] = [toRows([...a], width), toRows([...b], width)];
    const moved = first.map((_, i) => first[(i + batch - 1) % batch]);
    const [own, other] = [predicted([first, second], head), predicted([moved, second], head)];
    return mean(rows.map((i) => (own[i] - other[i]) ** 2));
  };

  it("is minimised by the predictor and maximised by the encoder of its modality; the other encoder takes no part", () => {
    const { value, gradients } = term("game.a", ["a", "b", "head"]);
    expect(value).toBeCloseTo(game(draws), 5);
    const slopes = (name: "a" | "b" | "head") => numericGradient((x) => game({ ...draws, [name]: x }), draws[name]);
    expect(
      relativeError(
        gradients[0],
        slopes("a").map((slope) => -slope),
      ),
    ).toBeLessThan(1e-5);
    expect(Array.from(gradients[1]).every((slope) => slope === 0)).toBe(true);
    expect(relativeError(gradients[2], slopes("head"))).toBeLessThan(1e-5);
  });

  it("counts rows that have the modality and were given one that another row has", () => {
    // rows 1 and 2 of five lack it, row 3 would be given that of row 2
    expect(term("game.a", ["head"], [1, 0, 0, 1, 1]).value).toBeCloseTo(game(draws, [0, 4]), 5);
    expect(term("game.a", ["head"], [0, 0, 0, 0, 0]).value).toBe(0);
  });
});

describe("the functional entropy", () => {
  const lack = ({ a, b, head, shift, direction }: Given) => {
    const [first, second] = [toRows([...a], width), toRows([...b], width)];
    const [shifts, directions] = [toRows([...shift], width), toRows([...direction], width)];
    const own = predicted([first, second], head);
    const distances = (step: number) => {
      const changed = first.map((row, i) =>
        row.map((value, j) => encode((value - 1) / 2 + 0.5 * shifts[i][j] + step * directions[i][j])),
      );
      return predicted([changed, second], head).map((value, i) => (value - own[i]) ** 2);
    };
    const [near, far] = [distances(0), distances(0.125)];
    const slopes = near.map((value, i) => (2 * (Math.sqrt(far[i] + 1e-6) - Math.sqrt(value + 1e-6))) / 0.125);
    return -Math.log(mean(slopes.map((slope) => slope ** 2)) + 1e-6);
  };

  it("is the negative logarithm of the functional Fisher information, with the gradients of that formula", () => {
    const { value, gradients } = term("functionalEntropy.a", ["b", "head"]);
    expect(value).toBeCloseTo(lack(draws), 3);
    for (const [i, name] of (["b", "head"] as const).entries()) {
      const expected = numericGradient((x) => lack({ ...draws, [name]: x }), draws[name]);
      // differences of roots of float32 numbers, over a step of 0.125
      expect(relativeError(gradients[i], expected), name).toBeLessThan(2e-3);
    }
  });
});

it("one modality alone has nothing to be balanced with, and weights of 0 need no noise", () => {
  expect(balanceTerms(["a"], losses, regression.loss(losses))).toEqual([]);
  const architecture = {
    modalities: [
      { name: "a", inputWidth: 3 },
      { name: "b", inputWidth: 2 },
    ],
  };
  const noise = (config: typeof losses) => balanceNoise({ architecture } as never, config).map(({ name }) => name);
  expect(noise(lossesSchema.parse({}))).toEqual([]);
  expect(noise(losses)).toEqual(
    ["a.shift", "a.direction", "b.shift", "b.direction"].map((of) => `functionalEntropy.${of}`),
  );
});

it("distances of classes are at most log 2 and 0 where predictions agree", () => {
  const { distances } = classes.loss();
  const [a, b] = [
    tf.tensor2d([
      [9, 0],
      [1, 2],
    ]),
    tf.tensor2d([
      [-9, 0],
      [1, 2],
    ]),
  ];
  const [far, none] = distances(a, b).dataSync();
  expect(far).toBeLessThanOrEqual(Math.LN2 + 1e-6);
  expect(far).toBeGreaterThan(0.5);
  expect(none).toBeCloseTo(0, 6);
});
