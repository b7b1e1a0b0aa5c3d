import { describe, expect, it } from "vitest";
import { evaluationSchema } from "../../config/evaluation.js";
import { lossesSchema } from "../../config/losses.js";
import { modelSchema } from "../../config/model.js";
import { trainingSchema } from "../../config/training.js";
import { ParameterLayout } from "../../models/parameters.js";
import { pidReg } from "../../models/pidreg.js";
import { readRows } from "../../training/data.js";
import { architecture } from "../../training/settings.js";
import { type ComparisonNetwork, comparisonNetworks } from "./comparison-networks.js";
import { wantedBy } from "./comparisons.js";

const config = {
  model: modelSchema.parse({ latentDim: 8, encoder: { hidden: [32, 16], batchNorm: false } }),
  losses: lossesSchema.parse({}),
  training: trainingSchema.parse({}),
};
const modality = (name: string, width: number) => ({
  name,
  width,
  values: Float32Array.from({ length: 3 * width }, (_, i) => i + width / 10),
});
const modalities = [modality("a", 2), modality("b", 3), modality("c", 4)];
const networks = comparisonNetworks(config, { modalities, trainRows: new Int32Array(5000) }, true);
const named = (name: string) => networks.find((network) => network.name === name) as ComparisonNetwork;

/** Entries of the weight matrices of encoders, which is what "equal size" is about. */
function encoderWeights({ config: own, modalities: inputs }: ComparisonNetwork): number {
  const model = pidReg(
    architecture(own, inputs, { targets: 1, trainRows: 5000, periodic: own.model.encoder.embedding === "periodic" }),
  );
  return new ParameterLayout(model.parameters).specs
    .filter(({ name }) => name.startsWith("encoder.") && name.endsWith(".weight") && !name.includes("periodic"))
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

describe("networks to compare with", () => {
  it("has one of every kind", () => {
    expect(networks.map(({ name }) => name)).toEqual([
      ...["mlp", "unimodal.a", "unimodal.b", "unimodal.c", "late", "low-rank", "bottleneck", "equal", "concatenate"],
    ]);
  });

  it("trains those that the config lists, and refuses a name that there is not", () => {
    const wanted = (baselines: unknown) =>
      networks.filter(wantedBy({ evaluation: evaluationSchema.parse({ baselines }) })).map(({ name }) => name);
    expect(wanted(["mlp", "unimodal"])).toEqual(["mlp", "unimodal.a", "unimodal.b", "unimodal.c"]);
    expect(wanted(true)).toHaveLength(networks.length);
    expect(wanted(false)).toEqual([]);
    expect(() => wanted(["mpl"])).toThrow();
  });

  it("gives the network on all features as many weights as all encoders together have", () => {
    expect(encoderWeights(named("mlp"))).toBe(encoderWeights(named("equal")));
  });

  it("has the sizes of the model, which looks at the columns of all modalities", () => {
    const many = [modality("a", 60), modality("b", 60)];
    const model = modelSchema.parse({});
    const of = comparisonNetworks({ ...config, model }, { modalities: many, trainRows: new Int32Array(5000) }, true);
    const encoders = of.map(({ name, config: own }) => [name, own.model.encoder] as const);
    for (const [name, { hidden, periodic }] of encoders) {
      expect(hidden).toEqual(name === "mlp" ? [512, 512] : [512, 256]);
      expect([periodic.frequencies, periodic.width]).toEqual([8, 4]);
    }
  });

  it("puts the features side by side, row by row", async () => {
    const [all] = named("mlp").modalities;
    const read = new Float32Array(3 * all.width);
    await readRows(all, [0, 1, 2], read);
    const row = (i: number) => modalities.flatMap(({ width, values }) => [...values.slice(i * width, (i + 1) * width)]);
    expect([...read]).toEqual([0, 1, 2].flatMap(row));
  });

  it("keeps the method's losses only where the fusion is what differs", () => {
    const withLosses = networks.filter(({ config: own }) => own.losses.gaussianity.weight > 0).map(({ name }) => name);
    expect(withLosses).toEqual(["equal", "concatenate"]);
  });
});
