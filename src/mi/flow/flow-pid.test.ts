import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../engine/engine.js";
import { createEngine } from "../../engine/index.js";
import { evaluationContext } from "../../fit/evaluation.js";
import { modelLayout } from "../../fit/model-layout.js";
import { Rng } from "../../math/rng.js";
import { logNormalDensity } from "../../math/special.js";
import { gaussianPidFromData } from "../../pid/estimate/gaussian-pid-from-data.js";
import { flowPid } from "./flow-pid.js";
import { pidModel } from "./pid-model.js";

const rows = 300;
const rng = new Rng("flow-pid");
const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
const [m, e1, e2, e3] = [normals(), normals(), normals(), normals()];
const add = (a: Float64Array, b: Float64Array, weight: number) => a.map((v, r) => v + weight * b[r]);
const target = { name: "y", columns: [add(m, e3, 0.5)] };
const modalities = [
  { name: "a", columns: [add(m, e1, 0.5)] },
  { name: "b", columns: [add(m, e2, 1)] },
];

describe("the model of Flow-PID", () => {
  it("begins as normal pairs of a correlation of about 0.6 each", () => {
    const model = pidModel(1, [1, 1]);
    const layout = modelLayout(model);
    const average = tf.tensor1d(layout.parameters.initialise(new Rng("start")));
    const sides = { target: tf.tensor2d([[0.3]]), "modality/0": tf.tensor2d([[1]]), "modality/1": tf.tensor2d([[-1]]) };
    const { score, latents } = model.forward(evaluationContext(layout, { average }), sides);
    const y = latents.target.dataSync()[0];
    const pair = (side: string) => {
      const z = latents[side].dataSync()[0];
      // sides of as many columns: the own density counts by 0.55
      return logNormalDensity(y, 0.6 * z, 0.8) + 0.55 * logNormalDensity(z);
    };
    // maps of single columns begin next to the identity: their determinants are small
    expect(Math.abs(score.dataSync()[0] - pair("modality/0") - pair("modality/1"))).toBeLessThan(1);
  });
});

describe("Flow-PID", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine("auto");
  });
  afterAll(() => engine.dispose());

  it("of normal rows has the atoms of the closed form, held out; what was fitted tells more", async () => {
    const { heldOut, standardErrors, inSample, n, folds } = await flowPid(target, modalities, { engine, folds: 2 });
    const { information, atoms } = gaussianPidFromData(target, modalities);
    expect([n, folds]).toEqual([rows, 2]);
    const error = standardErrors?.information.total ?? Number.NaN;
    expect(Math.abs(heldOut.information.total - information.total)).toBeLessThan(3 * error);
    expect(Math.abs(heldOut.atoms.redundancy - atoms.redundancy)).toBeLessThan(3 * error);
    expect(inSample.information.total).toBeGreaterThan(heldOut.information.total);
    const { unique, redundancy, synergy } = heldOut.atoms;
    expect(unique.a + unique.b + redundancy + synergy).toBeCloseTo(heldOut.information.total, 9);
  });

  it("refuses what it does not read", async () => {
    const options = { engine };
    await expect(flowPid(target, modalities.slice(1), options)).rejects.toThrow("two modalities tell, got 1");
    const wide = { name: "wide", columns: new Array<Float64Array>(17).fill(m) };
    await expect(flowPid(target, [wide, modalities[0]], options)).rejects.toThrow(
      '"wide" has 17 columns; flows read 1 to 16',
    );
    const few = (side: typeof target) => ({ ...side, columns: side.columns.map((column) => column.slice(0, 50)) });
    await expect(flowPid(few(target), modalities.map(few), options)).rejects.toThrow("at least 200 rows");
    const flat = { name: "flat", columns: [m.map(() => 1)] };
    await expect(flowPid(target, [flat, modalities[0]], options)).rejects.toThrow(
      '"flat", column 0 has the same value',
    );
  });
});
