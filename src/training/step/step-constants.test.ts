import { describe, expect, it } from "vitest";
import { trainingData } from "../../../test/support/training-data.js";
import { lossesSchema } from "../../config/losses.js";
import { Rng } from "../../math/rng.js";
import { fusionTerms } from "../../models/fusion.js";
import type { PidRegLearner } from "../learner.js";
import { measureConstants } from "./step-constants.js";

// two thirds of them train: every value of the target equally often
const rows = 72;
const target = Float32Array.from({ length: rows }, (_, i) => (i % 3) - 1);
const data = trainingData([{ name: "a", width: 1, values: target }], target);

/** The whitening of the target and a latent, one number each. */
async function whiteningOf(latentOf: (row: number) => number) {
  const run = async ({ rows: asked }: { rows: Int32Array }) => ({ latents: Float32Array.from(asked, latentOf) });
  const model = {
    architecture: { latentDim: 1, modalities: [{ name: "a" }] },
    terms: fusionTerms(["a"], { method: "pid", interaction: "none" }),
  };
  const learner = { model, inference: { run }, objective: { jointRows: 8 } } as unknown as PidRegLearner;
  const { objective } = learner;
  const request = {
    learner,
    objective,
    data,
    losses: lossesSchema.parse({}),
    fusionWeights: [1],
    rng: new Rng(1),
    where: "here",
  };
  const fixed = { input: { a: 1 }, target: 1 };
  return (await measureConstants({ ...request, fixed, fresh: false })).whitening;
}

describe("constants of an epoch", () => {
  it("whiten a covariance shrunk by a twentieth towards its diagonal: collinear latents have a finite factor", async () => {
    // the target takes -1, 0, 1 equally often: variance 2/3; the latent is the target itself
    const [a, b, c, d] = await whiteningOf((row) => target[row]);
    const scale = Math.sqrt(2 / 3);
    // S = 2/3 [[1, 0.95], [0.95, 1]], L its Cholesky factor, U = L^-T
    const rest = Math.sqrt(1 - 0.95 ** 2);
    // float32
    expect(a).toBeCloseTo(1 / scale, 6);
    expect(b).toBeCloseTo(-0.95 / (rest * scale), 5);
    expect(c).toBe(0);
    expect(d).toBeCloseTo(1 / (rest * scale), 5);
  });

  it("name the place where a latent became constant", async () => {
    await expect(whiteningOf(() => 0)).rejects.toThrow("training cannot go on at here: the covariance");
  });
});
