import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { applyLinearMap } from "../../models/baselines/linear-map.js";
import { fusionTerms } from "../../models/fusion.js";
import { applyCalibration, applyReadouts, calibrate, fitReadouts, leaveOneOut, residualsOf } from "./readouts.js";

const terms = fusionTerms(["a", "b"], { method: "pid", interaction: "hadamard" });
const shape = { modalities: 2, latentDim: 3, terms };

const nothing = (rows: number) => new Float32Array(rows);

/** y = z1 + z2 + product + noise, on standard normal latents; the network predicts nothing. */
function table(seed: string, rows: number) {
  const rng = new Rng(seed);
  const latents = new Float32Array(rows * 6);
  rng.fillNormal(latents);
  const target = Float32Array.from({ length: rows }, (_, i) => {
    const row = latents.subarray(i * 6, i * 6 + 6);
    return row[0] + 0.5 * row[3] + row[1] * row[4] + 0.3 * rng.normal();
  });
  return { latents, target, predictions: [nothing(rows)], predictionsAlone: [[nothing(rows)], [nothing(rows)]], rows };
}

const meanSquare = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0) / values.length;

describe("readouts", () => {
  const train = table("train", 2000);
  const test = table("test", 2000);
  const readouts = fitReadouts(train, shape);
  const residuals = residualsOf(applyReadouts(readouts, test, shape), test.target);

  it("explain what each latent alone can, and with products all but the noise", () => {
    // Var y = 1 + 0.25 + 1 + 0.09; sampling error of a variance at 2000 rows is about 3 %.
    expect(meanSquare(residuals.byModality[0])).toBeCloseTo(1.34, 0);
    expect(meanSquare(residuals.byModality[1])).toBeCloseTo(2.09, 0);
    expect(meanSquare(residuals.joint)).toBeGreaterThan(0.08);
    expect(meanSquare(residuals.joint)).toBeLessThan(0.1);
  });

  it("miss the product when the fusion has none", () => {
    const plain = { ...shape, terms: fusionTerms(["a", "b"], { method: "pid", interaction: "none" }) };
    const without = residualsOf(applyReadouts(fitReadouts(train, plain), test, plain), test.target);
    expect(meanSquare(without.joint)).toBeGreaterThan(0.95);
  });

  it("are brought to the right slope by recalibration on held-out rows", () => {
    const values = applyReadouts(readouts, test, shape);
    const steep = {
      byModality: values.byModality.map((p) => p.map((v) => 2 * v + 1)),
      joint: values.joint.map((v) => 2 * v),
      network: values.network,
      networkAlone: values.networkAlone,
    };
    const { calibration, residuals: corrected } = calibrate(steep, test.target, test.rows);
    expect(meanSquare(corrected.joint)).toBeLessThan(0.1);
    const again = residualsOf(applyCalibration(calibration, steep, test.rows), test.target);
    expect(meanSquare(again.byModality[0])).toBeCloseTo(meanSquare(corrected.byModality[0]), 2);
  });

  it("take from the network what is neither a sum nor a product of latents", () => {
    const edges = (of: typeof train) => {
      const sign = Float32Array.from({ length: of.rows }, (_, i) =>
        Math.sign(of.latents[i * 6] * of.latents[i * 6 + 3]),
      );
      return { ...of, target: sign.map((s, i) => s + 0.1 * of.latents[i * 6 + 2]), predictions: [sign] };
    };
    const held = edges(test);
    const values = applyReadouts(fitReadouts(edges(train), shape), held, shape);
    const blind = calibrate({ ...values, network: [] }, held.target, held.rows);
    const seeing = calibrate(values, held.target, held.rows);
    expect(meanSquare(blind.residuals.joint)).toBeGreaterThan(0.4);
    expect(meanSquare(seeing.residuals.joint)).toBeLessThan(0.02);
    expect(seeing.residuals.byModality).toEqual(blind.residuals.byModality);
  });

  it("give a modality what the network sees in it alone: a curve of one modality is no synergy", () => {
    const curve = (of: typeof train) => {
      const square = Float32Array.from({ length: of.rows }, (_, i) => of.latents[i * 6] ** 2);
      const rng = new Rng("curve");
      const target = square.map((value) => value + 0.3 * rng.normal());
      return { ...of, target, predictions: [square], predictionsAlone: [[square], [nothing(of.rows)]] };
    };
    const held = curve(test);
    const values = applyReadouts(fitReadouts(curve(train), shape), held, shape);
    const { residuals } = calibrate(values, held.target, held.rows);
    expect(meanSquare(residuals.byModality[0])).toBeLessThan(1.05 * meanSquare(residuals.joint));
    expect(meanSquare(residuals.byModality[1])).toBeGreaterThan(1);
    const linear = calibrate({ ...values, networkAlone: [[], []] }, held.target, held.rows);
    expect(meanSquare(linear.residuals.byModality[0])).toBeGreaterThan(1);
  });
});

describe("leaveOneOut", () => {
  it("gives the residuals of fits that left each row out", () => {
    const rng = new Rng(5);
    const rows = 25;
    const prediction = Float64Array.from({ length: rows }, () => rng.normal());
    const target = prediction.map((p) => 0.7 * p + rng.normal());
    const { residuals } = leaveOneOut([prediction], target, rows);
    for (const row of [0, 7, 24]) {
      const others = (values: Float64Array) => values.filter((_, i) => i !== row);
      const { map } = leaveOneOut([others(prediction)], others(target), rows - 1);
      const expected = target[row] - applyLinearMap(map, prediction.subarray(row, row + 1), 1)[0];
      // The jitter of 1e-8 on the normal equations differs between the fits.
      expect(residuals[row]).toBeCloseTo(expected, 6);
    }
  });

  it("gives of several targets what it gives of each by itself", () => {
    const rng = new Rng(6);
    const rows = 12;
    const draw = (count: number) => Float64Array.from({ length: count }, () => rng.normal());
    const predictions = [draw(3 * rows), draw(3 * rows)];
    const target = draw(3 * rows);
    const { residuals, map } = leaveOneOut(predictions, target, rows);
    for (const t of [0, 1, 2]) {
      const alone = leaveOneOut(
        predictions,
        target.filter((_, i) => i % 3 === t),
        rows,
      );
      expect(Array.from(residuals.filter((_, i) => i % 3 === t))).toEqual(Array.from(alone.residuals));
      expect(Array.from(map.weights.filter((_, i) => i % 3 === t))).toEqual(Array.from(alone.map.weights));
      expect(map.intercept[t]).toBe(alone.map.intercept[0]);
    }
  });
});
