import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { describe, it } from "vitest";
import { checkCompiled } from "../../test/support/compiled.js";
import { normalTensor, type TestTensor, testTensor } from "../../test/support/gradients.js";
import { kernelMatrix, toRows } from "../../test/support/matrix.js";
import { functionalFisher, jensenShannonDivergences, lackOfInformation, movedOn, squaredDistances } from "./balance.js";
import { bottleneckCapacity } from "./capacity.js";
import { csConditionalMutualInformation, csMutualInformation } from "./conditional-independence.js";
import { csGaussianity, csGaussianityFromGram, csGaussianitySampled } from "./cs-gaussianity.js";
import { reversedGradient } from "./custom-gradient.js";
import { gaussianGram } from "./gram.js";
import { blomScores, shapiroFrancia } from "./joint-gaussianity.js";
import { mixtureLogDensity } from "./mixture-density.js";
import { csPrediction, huber, mse } from "./prediction.js";
import { sigreg } from "./sigreg.js";

const [batch, dim] = [24, 5];

/** Two draws of every input; the bandwidth differs between them. */
function inputs<Names extends string>(shapes: Record<Names, readonly number[]>, draw = normalTensor) {
  const names = Object.keys(shapes) as Names[];
  const run = (seed: number) =>
    Object.fromEntries(names.map((name) => [name, drawOne(name, shapes[name], seed, draw)])) as Record<
      Names,
      TestTensor
    >;
  return [run(0), run(1)] as const;
}

function drawOne(name: string, shape: readonly number[], seed: number, draw: typeof normalTensor): TestTensor {
  if (name === "s") return testTensor([], [[1.5, 2.5][seed]]);
  if (name === "scores") return testTensor(shape, blomScores(shape[0]));
  if (!name.startsWith("gram")) return draw(`${name}/${seed}`, shape);
  const points = toRows(normalTensor(`${name}/${seed}`, [shape[0], 3]).values, 3);
  return testTensor(shape, kernelMatrix(points, points, 1.5).flat());
}

const square = [batch, batch];
const latents = { z: [batch, dim], s: [] };

describe("compiled losses equal the eager ones, value and gradient", () => {
  it("csGaussianity", () =>
    checkCompiled({
      inputs: inputs(latents),
      loss: ({ z, s }) => csGaussianity(z as Tensor2D, s as Scalar),
      wrt: ["z"],
    }));

  it("csGaussianityFromGram and csConditionalMutualInformation with one Gram matrix", () =>
    checkCompiled({
      inputs: inputs({ ...latents, gramC: square, gramT: square }),
      loss: ({ z, s, gramC, gramT }) => {
        const gram = gaussianGram(z as Tensor2D, s as Scalar);
        const grams = { condition: gramC as Tensor2D, other: gramT as Tensor2D, latent: gram };
        return tf.add(csGaussianityFromGram(z as Tensor2D, gram, s as Scalar), csConditionalMutualInformation(grams));
      },
      wrt: ["z"],
    }));

  it("mixtureLogDensity with a floor", () =>
    checkCompiled({
      inputs: inputs({ z: [batch, 15], x: [batch, 1], floor: [1] }),
      loss: ({ z, x, floor }) => tf.mean(mixtureLogDensity(z as Tensor2D, x as Tensor2D, floor)) as Scalar,
      wrt: ["z"],
    }));

  it("csGaussianitySampled", () =>
    checkCompiled({
      inputs: inputs({ ...latents, q: [batch + 3, dim] }),
      loss: ({ z, q, s }) => csGaussianitySampled(z as Tensor2D, q as Tensor2D, s as Scalar),
      wrt: ["z"],
    }));

  it("sigreg", () =>
    checkCompiled({
      inputs: inputs({ z: [batch, dim], directions: [dim, 7] }),
      loss: ({ z, directions }) => sigreg(z as Tensor2D, directions as Tensor2D),
      wrt: ["z"],
    }));

  it("csConditionalMutualInformation of two latents given the target", () =>
    checkCompiled({
      inputs: inputs({ ...latents, z2: [batch, dim], gramY: square }),
      loss: ({ z, z2, s, gramY }) =>
        csConditionalMutualInformation({
          condition: gramY as Tensor2D,
          other: gaussianGram(z2 as Tensor2D, s as Scalar),
          latent: gaussianGram(z as Tensor2D, s as Scalar),
        }),
      wrt: ["z", "z2"],
    }));

  it("csMutualInformation", () =>
    checkCompiled({
      inputs: inputs({ ...latents, gramT: square }),
      loss: ({ z, s, gramT }) => csMutualInformation(gaussianGram(z as Tensor2D, s as Scalar), gramT as Tensor2D),
      wrt: ["z"],
    }));

  it("shapiroFrancia", () =>
    checkCompiled({
      inputs: inputs({ values: [batch, dim], mean: [dim], whitening: [dim, dim], scores: [batch * dim] }),
      loss: ({ values, mean, whitening, scores }) =>
        shapiroFrancia(
          values as Tensor2D,
          { mean: mean as Tensor1D, whitening: whitening as Tensor2D },
          scores as Tensor1D,
        ),
      wrt: ["values"],
      // Entries that differ by one rounding may change places between the two engines, and their scores with them.
      tolerance: 1e-4,
    }));

  it("bottleneckCapacity", () =>
    checkCompiled({
      inputs: inputs({ r: [batch, dim], a: [1] }),
      loss: ({ r, a }) => bottleneckCapacity({ standardised: r as Tensor2D, logit: a as Tensor1D }),
      wrt: ["r", "a"],
    }));

  const pair = { prediction: [batch, 2], target: [batch, 2] };

  it.each<[string, (prediction: Tensor2D, target: Tensor2D) => Tensor]>([
    ["mse", mse],
    ["huber", (prediction, target) => huber(prediction, target, 0.7)],
  ])("%s", (_, loss) =>
    checkCompiled({
      inputs: inputs(pair),
      loss: ({ prediction, target }) => loss(prediction as Tensor2D, target as Tensor2D),
      wrt: ["prediction"],
    }),
  );

  it.each<[string, (a: Tensor2D, b: Tensor2D) => Tensor1D]>([
    ["squaredDistances", squaredDistances],
    ["jensenShannonDivergences", jensenShannonDivergences],
  ])("%s, of a row and the next, backwards", (_, distances) =>
    checkCompiled({
      inputs: inputs(pair),
      loss: ({ prediction }) => {
        const other = movedOn(reversedGradient(prediction as Tensor2D));
        return tf.mean(distances(prediction as Tensor2D, other)) as Scalar;
      },
      wrt: ["prediction"],
    }),
  );

  it("functionalFisher of two distances", () =>
    checkCompiled({
      inputs: inputs({ ...pair, further: [batch, 2] }),
      loss: ({ prediction, target, further }) => {
        const far = tf.add(target, tf.mul(further, 0.3)) as Tensor2D;
        const distances = [target as Tensor2D, far].map((other) => squaredDistances(prediction as Tensor2D, other));
        return lackOfInformation(functionalFisher(distances[0], distances[1], 0.3));
      },
      wrt: ["prediction"],
    }));

  it("csPrediction", () =>
    checkCompiled({
      inputs: inputs({ ...pair, gramX: square, s: [] }),
      loss: ({ prediction, target, gramX, s }) =>
        csPrediction({
          condition: gramX as Tensor2D,
          prediction: prediction as Tensor2D,
          target: target as Tensor2D,
          bandwidth: s as Scalar,
        }),
      wrt: ["prediction"],
    }));
});
