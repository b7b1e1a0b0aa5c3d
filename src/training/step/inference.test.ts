import { describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../../engine/index.js";
import { modelLayout } from "../../fit/model-layout.js";
import { Rng } from "../../math/rng.js";
import type { PidRegArchitecture } from "../../models/architecture.js";
import { pidReg } from "../../models/pidreg.js";
import { aloneInputs, Inference, predictFromEachAlone } from "./inference.js";

const hidden = { hidden: [6], dropout: [0.2], batchNorm: true };
const architecture: PidRegArchitecture = {
  modalities: [
    { name: "a", inputWidth: 3, embedding: null, ...hidden },
    { name: "b", inputWidth: 2, embedding: { frequencies: 4, sigma: 0.1, width: 2 }, ...hidden },
  ],
  targets: 2,
  latentDim: 4,
  bottleneck: { lambda: 0.9, perDimension: false },
  fusion: { method: "pid", interaction: "hadamard" },
  predictor: hidden,
};

describe("inference", () => {
  const rows = 300;
  const weights = [0.4, 0.4, 0.2];

  async function setUp(given = architecture): Promise<{
    inference: Inference;
    inputs: { name: string; width: number; values: Float32Array }[];
  }> {
    const engine: Engine = await createEngine("cpu");
    const model = pidReg(given);
    const layout = modelLayout(model);
    const drawn = layout.parameters.initialise(new Rng(2));
    // a linear path begins as nothing: here it is something
    const blocks = layout.parameters.unpackValues(drawn).map(({ name, values }): [string, Float32Array] => {
      const path = name.startsWith("linear.");
      return [name, path ? values.map((_, i) => 0.3 + 0.1 * i) : values];
    });
    const average = layout.parameters.pack((name) => new Map(blocks).get(name));
    const running = layout.moments.initialise();
    const rng = new Rng(3);
    const inputs = architecture.modalities.map(({ name, inputWidth: width }) => {
      const values = new Float32Array(rows * width);
      rng.fillNormal(values);
      return { name, width, values };
    });
    return { inference: Inference.of(engine, model, { average, running }), inputs };
  }

  it("puts the mean of the latent in the place of an absent modality, whatever its features hold", async () => {
    const { inference, inputs } = await setUp();
    const present = new Uint8Array(rows).fill(1);
    present[7] = 0;
    const absent = [inputs[0], { ...inputs[1], present }];
    const whole = await inference.run({ inputs, rows: [6, 7], weights });
    const { prediction, latents } = await inference.run({ inputs: absent, rows: [6, 7], weights });
    expect([...prediction.subarray(0, 2)]).toEqual([...whole.prediction.subarray(0, 2)]);
    expect([...prediction.subarray(2)]).not.toEqual([...whole.prediction.subarray(2)]);
    // The shift of a new batch normalisation is 0.
    expect([...latents.subarray(8)]).toEqual([...whole.latents.subarray(8, 12), 0, 0, 0, 0]);
    const other = { ...inputs[1], values: inputs[1].values.map((value) => 3 - value), present };
    const again = await inference.run({ inputs: [inputs[0], other], rows: [6, 7], weights });
    expect([...again.prediction.subarray(2)]).toEqual([...prediction.subarray(2)]);
  });

  it("predicts from one modality alone, whatever the others hold", async () => {
    const { inference, inputs } = await setUp();
    const all = Array.from({ length: rows }, (_, i) => i);
    const alone = await inference.run({ inputs: aloneInputs(inputs, 0), rows: all, weights });
    const other = inputs.map((input, m) => (m === 0 ? input : { ...input, values: input.values.map((v) => 3 - v) }));
    const again = await inference.run({ inputs: aloneInputs(other, 0), rows: all, weights });
    expect(again.prediction).toEqual(alone.prediction);
    const whole = await inference.run({ inputs, rows: all, weights });
    expect(alone.prediction).not.toEqual(whole.prediction);
  });

  it("has the part of a modality in the linear path where a row has it, and its term is kept", async () => {
    const { inference, inputs } = await setUp({ ...architecture, linearPath: true });
    const plain = (await setUp()).inference;
    const present = new Uint8Array(rows).fill(1);
    present[7] = 0;
    const at = { rows: [6, 7], weights };
    const absent = [inputs[0], { ...inputs[1], present }];
    const other = { ...inputs[1], values: inputs[1].values.map((value) => 3 - value), present };
    const [one, two] = [
      await inference.run({ inputs: absent, ...at }),
      await inference.run({ inputs: [inputs[0], other], ...at }),
    ];
    expect([...one.prediction.subarray(2)]).toEqual([...two.prediction.subarray(2)]);
    expect([...one.prediction.subarray(0, 2)]).not.toEqual([...two.prediction.subarray(0, 2)]);
    const row = (m: number, width: number) => [...inputs[m].values.subarray(6 * width, 7 * width)];
    // share and slopes of the path are 0.3, 0.4, ..: [inputs, 2] of each modality
    const part = (values: number[], t: number) =>
      values.reduce((s, v, j) => s + v * (0.3 + 0.1 * (2 * j + t)), 0.3 + 0.1 * t);
    const keep = [1, 0, 1];
    const termMeans = new Float32Array(3 * architecture.latentDim);
    const without = await inference.run({ inputs, ...at, keep, termMeans });
    const network = await plain.run({ inputs, ...at, keep, termMeans });
    for (const t of [0, 1]) {
      const left = (1 - (0.3 + 0.1 * t)) * network.prediction[t] + 0.3 + 0.1 * t;
      expect(without.prediction[t]).toBeCloseTo(left + part(row(0, 3), t), 5);
    }
  });

  it("gives the same answer for a row wherever it stands, also in the padded last batch", async () => {
    const { inference, inputs } = await setUp();
    const all = await inference.run({ inputs, rows: Array.from({ length: rows }, (_, i) => i), weights });
    const one = await inference.run({ inputs, rows: [299], weights });
    expect(one.prediction).toEqual(all.prediction.subarray(598));
    expect(one.latents).toEqual(all.latents.subarray(299 * 8));
  });

  it.each([false, true])(
    "predicts again from latents what it predicts from rows, linear path %s",
    async (linearPath) => {
      const { inference, inputs } = await setUp({ ...architecture, ...(linearPath ? { linearPath } : {}) });
      const present = new Uint8Array(rows).fill(1).map((_, i) => Number(i % 5 > 0));
      const all = Array.from({ length: rows }, (_, i) => i);
      for (const given of [inputs, [inputs[0], { ...inputs[1], present }]]) {
        const request = { inputs: given, rows: all, weights };
        const whole = await inference.run(request);
        expect(await inference.again(whole, request)).toEqual(whole.prediction);
        const without = { ...request, keep: [1, 0, 1], termMeans: new Float32Array(12).fill(0.5) };
        expect(await inference.again(whole, without)).toEqual((await inference.run(without)).prediction);
        const alone = await predictFromEachAlone(inference, request, whole);
        for (const m of [0, 1]) {
          const from = { ...request, inputs: aloneInputs(given, m) };
          expect(alone[m]).toEqual((await inference.run(from)).prediction);
        }
      }
    },
  );

  it("answers calls that are made at the same time each with its own numbers", async () => {
    const { inference, inputs } = await setUp();
    const all = Array.from({ length: rows }, (_, i) => i);
    const whole = { inputs, rows: all, weights };
    const without = { ...whole, keep: [0, 1, 1], termMeans: new Float32Array(12).fill(0.5) };
    const [encoded, other] = [await inference.run(whole), await inference.run(without)];
    const again = await inference.again(encoded, without);
    const failed = inference.run({ ...whole, inputs: [] });
    const both = [inference.run(whole), inference.run(without), inference.again(encoded, whole)] as const;
    const last = inference.again(encoded, without);
    await expect(failed).rejects.toThrow(RangeError);
    expect(await both[0]).toEqual(encoded);
    expect(await both[1]).toEqual(other);
    expect(await both[2]).toEqual(encoded.prediction);
    expect(await last).toEqual(again);
  });

  it("shrinks towards the mean of the encoding: z = lambda h + (1 - lambda) mu", async () => {
    const { inference, inputs } = await setUp();
    const request = { inputs, rows: Array.from({ length: rows }, (_, i) => i), weights };
    const { latents } = await inference.run(request);
    const drawn = () => inference.run({ ...request, noise: new Rng(4) });
    const draws = [await drawn(), await drawn()];
    expect(draws[0].latents).toEqual(draws[1].latents);
    // The noise enters with weight 1 - lambda = 0.1 and standard deviation 1 (fresh scales).
    const deviation = Math.sqrt(
      draws[0].latents.reduce((sum, z, i) => sum + (z - latents[i]) ** 2, 0) / latents.length,
    );
    expect(deviation).toBeGreaterThan(0.09);
    expect(deviation).toBeLessThan(0.11);
  });

  it("refuses inputs of another model", async () => {
    const { inference, inputs } = await setUp();
    await expect(inference.run({ inputs: inputs.toReversed(), rows: [0], weights })).rejects.toThrow(
      "the model reads a (3), b (2); it was given b (2), a (3)",
    );
  });
});
