import { describe, expect, it } from "vitest";
import { trainingData } from "../../../test/support/training-data.js";
import { Rng } from "../../math/rng.js";
import { fusionTerms } from "../../models/fusion.js";
import type { PidRegLearner } from "../learner.js";
import type { EncodedRows, InferenceRequest } from "../step/inference.js";
import { heldoutAtoms } from "./atoms.js";

const rows = 3000;

/** y = a b + c / 2 + noise of modalities with one standard normal column each. */
function table(names: readonly string[]) {
  const rng = new Rng("pairs");
  const modalities = names.map((name) => {
    const values = new Float32Array(rows);
    rng.fillNormal(values);
    return { name, width: 1, values };
  });
  const [a, b, c] = modalities;
  const target = a.values.map((v, i) => v * b.values[i] + (c?.values[i] ?? 0) / 2 + 0.3 * rng.normal());
  return trainingData(modalities, target);
}

/** A network whose latents are its inputs and that predicts nothing. */
function identity(names: readonly string[]): PidRegLearner {
  const terms = fusionTerms(names, { method: "pid", interaction: "hadamard" });
  const architecture = { modalities: names.map((name) => ({ name, inputWidth: 1 })), latentDim: 1 };
  const run = async ({ inputs, rows: chosen }: InferenceRequest) => ({
    latents: Float32Array.from({ length: chosen.length * inputs.length }, (_, i) => {
      const { values } = inputs[i % inputs.length] as (typeof inputs)[number] & { readonly values: Float32Array };
      return values[chosen[Math.floor(i / inputs.length)]];
    }),
    prediction: new Float32Array(chosen.length),
  });
  const again = async (_encoded: EncodedRows, { rows: chosen }: InferenceRequest) => new Float32Array(chosen.length);
  return { model: { terms, architecture }, inference: { run, again } } as unknown as PidRegLearner;
}

async function pidOf(...names: string[]) {
  const data = table(names);
  const learner = identity(names);
  const weights = learner.model.terms.map(() => 1);
  return (await heldoutAtoms({ learner, data, fusionWeights: weights, heldout: data.validationRows })).pid;
}

describe("held-out atoms", () => {
  it("of three modalities say which pair a synergy belongs to", async () => {
    const { multi, atoms } = await pidOf("a", "b", "c");
    expect(multi?.pairs?.map(({ modalities }) => modalities.join("*"))).toEqual(["a*b", "a*c", "b*c"]);
    const [ab, ac, bc] = multi?.pairs?.map(({ synergy }) => synergy) ?? [];
    expect(ab).toBeGreaterThan(0.5);
    expect(ab).toBeLessThan(atoms.synergy);
    expect(Math.max(ac, bc)).toBeLessThan(0.02);
  });

  it("of two modalities have no pairs beside themselves", async () => {
    expect((await pidOf("a", "b")).multi).toBeUndefined();
  });
});
