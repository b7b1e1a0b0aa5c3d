import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { dataSchema } from "../../../src/config/data.js";
import type { Modality } from "../../../src/data/dataset.js";
import { applyPreprocessor, fitPreprocessor } from "../../../src/data/prepare/preprocessor.js";
import { fitTargetTransform, type TargetTransformKind } from "../../../src/data/target/target-transform.js";
import { createEngine } from "../../../src/engine/index.js";
import { modelLayout } from "../../../src/fit/model-layout.js";
import { Rng } from "../../../src/math/rng.js";
import type { PidRegArchitecture } from "../../../src/models/architecture.js";
import { pidReg } from "../../../src/models/pidreg.js";
import { inferenceOf, type StoredModel } from "../../../src/record/stored-model.js";
import { type ExportableModel, onnxBytes } from "../../../src/run/apply/export-onnx.js";
import { codingOf } from "../../../src/tasks/regression/coding.js";
import { rankedInputs } from "../../support/ranked-inputs.js";
import { smallArchitecture } from "../../support/training-step.js";

const rows = 300;
const rowIds = Array.from({ length: rows }, (_, i) => `row${i}`);

/** Columns of every kind: continuous, far from 0, mostly one value, and (on request) with gaps. */
function modality(name: string, width: number, gaps: boolean): Modality {
  const rng = new Rng(name);
  const values = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < width; j++) {
      const value = j === 1 ? 1e6 + rng.normal() : j === 2 ? Math.max(0, rng.normal() - 0.5) : rng.normal();
      values[i * width + j] = gaps && rng.uniform() < 0.1 ? Number.NaN : value;
    }
  return { name, columns: Array.from({ length: width }, (_, j) => `${name}${j}`), values };
}

interface ModelOptions {
  readonly kind?: TargetTransformKind;
  readonly targets?: number;
  readonly gaps?: boolean;
  readonly inputs?: { readonly preparation: "robust" };
  readonly architecture?: Partial<PidRegArchitecture>;
}

/** A model with random weights and everything fitted on a random table. */
function randomModel({
  kind = "standardize",
  targets = 1,
  gaps = false,
  inputs: given = undefined,
  architecture,
}: ModelOptions) {
  const modalities = [modality("first", 7, gaps), modality("second", 5, gaps)];
  const data = { inputs: given ?? {}, missing: gaps ? "mean" : "error", missingIndicator: gaps };
  const { inputs, missing, missingIndicator } = dataSchema.parse({
    file: "t.csv",
    target: "y",
    modalities: { first: { columns: ["a"] }, second: { columns: ["b"] } },
    ...data,
  });
  const preprocessor = fitPreprocessor({ modalities }, [...rowIds.keys()], {
    inputs: rankedInputs(inputs),
    missing,
    missingIndicator,
  });
  const rng = new Rng("targets");
  const values = Array.from({ length: targets }, (_, t) => ({
    name: `y${t}`,
    values: Float64Array.from({ length: rows }, () => 2000 + Math.exp(rng.normal())),
  }));
  const prepared = applyPreprocessor(preprocessor, { modalities, rows, rowIds });
  const model = pidReg({
    ...smallArchitecture,
    targets,
    ...architecture,
    modalities: (architecture?.modalities ?? smallArchitecture.modalities).map((entry, m) => ({
      ...entry,
      inputWidth: prepared.inputs[m].width,
    })),
  });
  const layout = modelLayout(model);
  const average = layout.parameters.initialise(new Rng("weights"));
  const running = layout.moments.initialise().map((value) => value + 0.1 * Math.abs(rng.normal()));
  const exportable: ExportableModel = {
    config: { name: "random" },
    model,
    preprocessor,
    coding: codingOf(fitTargetTransform(values, kind), fitTargetTransform(values, "inverse-normal")),
    fusionWeights: [0.3, 0.3, 0.4],
    average,
    running,
  };
  return { exportable, modalities, inputs: prepared.inputs };
}

/** Predictions of the exported file for the rows from `from` to `to`. */
async function predictExported(bytes: Uint8Array, modalities: readonly Modality[], from: number, to: number) {
  const session = await ort.InferenceSession.create(bytes);
  const feeds = modalities.map(({ name, columns, values }) => {
    const part = Float64Array.from(values.subarray(from * columns.length, to * columns.length));
    return [name, new ort.Tensor("float64", part, [to - from, columns.length])] as const;
  });
  const { prediction } = await session.run(Object.fromEntries(feeds));
  await session.release();
  return prediction;
}

describe("an exported model predicts what pidreg predicts", () => {
  let engine: Awaited<ReturnType<typeof createEngine>>;
  beforeAll(async () => {
    engine = await createEngine("onnx");
  });

  const [first, second] = smallArchitecture.modalities;
  it.each<[string, ModelOptions]>([
    ["standardised target", {}],
    ["inverse-normal target", { kind: "inverse-normal" }],
    ["two targets, missing values and indicators", { targets: 2, gaps: true }],
    [
      "periodic embedding, lambda per dimension",
      {
        architecture: {
          modalities: [{ ...first, embedding: { frequencies: 3, sigma: 0.5, width: 4 } }, second],
          bottleneck: { lambda: 0.7, perDimension: true },
        },
      },
    ],
    ["robust scaling with smooth clipping and gaps", { inputs: { preparation: "robust" }, gaps: true }],
    [
      "smooth activations",
      {
        architecture: {
          modalities: [
            { ...first, activation: "mish" },
            { ...second, activation: "silu" },
          ],
          predictor: { ...smallArchitecture.predictor, activation: "gelu" },
        },
      },
    ],
    ["no batch normalisation", { architecture: { predictor: { ...smallArchitecture.predictor, batchNorm: false } } }],
  ])("%s", async (_, options) => {
    const { exportable, modalities, inputs } = randomModel(options);
    const inference = inferenceOf(exportable as StoredModel, engine);
    const all = { inputs, rows: rowIds.map((_, i) => i), weights: exportable.fusionWeights };
    const expected = exportable.coding.decode((await inference.run(all)).prediction);
    const bytes = await onnxBytes(exportable);
    for (const [from, to] of [
      [0, rows],
      [17, 18],
    ]) {
      const { data, dims } = await predictExported(bytes, modalities, from, to);
      const width = exportable.coding.names.length;
      expect(dims).toEqual([to - from, width]);
      const difference = Array.from(data as Float64Array, (value, i) => Math.abs(value - expected[from * width + i]));
      expect(Math.max(...difference)).toBeLessThan(1e-5);
    }
    expect(new Set(expected).size).toBeGreaterThan(rows / 2);
  });

  it.each([{}, { inputs: { preparation: "robust" as const } }])(
    "gives NaN for a missing value where the model was trained without fills, and clips infinities: %o",
    async (options) => {
      const { exportable, modalities } = randomModel(options);
      const changed = modalities.map((entry) => ({ ...entry, values: Float64Array.from(entry.values) }));
      changed[0].values[0] = Number.NaN;
      changed[0].values[7] = Number.POSITIVE_INFINITY;
      const { data } = await predictExported(await onnxBytes(exportable), changed, 0, 3);
      expect(Array.from(data as Float64Array, Number.isFinite)).toEqual([false, true, true]);
    },
  );

  it("fills single gaps of a model for rows that lack modalities, and gives NaN for such rows", async () => {
    const { exportable, modalities } = randomModel({ gaps: true });
    const config = { name: "random", data: { missingValues: ["-9"] } };
    const changed = modalities.map((entry) => ({ ...entry, values: Float64Array.from(entry.values) }));
    // Rows: one gap, all missing, all missing by marks and NaN, nothing missing.
    changed[0].values.set(Array.from(changed[0].values.subarray(0, 28), (value) => (Number.isNaN(value) ? 0 : value)));
    changed[0].values[1] = Number.NaN;
    changed[0].values.fill(Number.NaN, 7, 14);
    changed[0].values.fill(-9, 14, 20);
    changed[0].values[20] = Number.NaN;
    const finite = async (absentModalities: boolean) => {
      const { data } = await predictExported(
        await onnxBytes({ ...exportable, config, absentModalities }),
        changed,
        0,
        4,
      );
      return Array.from(data as Float64Array);
    };
    const [filled, told] = [await finite(false), await finite(true)];
    expect(filled.every(Number.isFinite)).toBe(true);
    expect(told).toEqual([filled[0], Number.NaN, Number.NaN, filled[3]]);
  });
});
