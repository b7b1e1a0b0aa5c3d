import { describe, expect, it } from "vitest";
import { configSchema } from "../../config/schema.js";
import { mean } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import { softmaxOf } from "../../math/softmax.js";
import { fitLogistic } from "../../models/baselines/logistic.js";
import { classEncoding } from "./coding.js";
import { refuseNumbersOnly } from "./refuse.js";
import { adaptiveSets } from "./sets/adaptive-sets.js";
import { contrasts, rowsTimes, transposed, whitening } from "./simplex.js";
import { calibratedTemperature, fitTemperature } from "./temperature.js";

const labels = ["a", "b", "c"];
const values = Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : i < 80 ? 1 : 2));
const coding = classEncoding.fit([{ name: "y", values, classes: labels }], dataOf());

function dataOf() {
  return configSchema.parse({ name: "c", data: { file: "t.csv", target: "y", modalities: { m: { columns: ["x*"] } } } })
    .data;
}

describe("the coding of classes", () => {
  it("has contrasts and whitened columns that are orthonormal", () => {
    for (const [basis, normal] of [
      [contrasts(4), [1, 1, 1, 1]],
      [whitening([0.1, 0.2, 0.3, 0.4]), [0.1, 0.2, 0.3, 0.4].map(Math.sqrt)],
    ] as const) {
      const gram = rowsTimes(basis, transposed(basis, 4), 4);
      expect([...gram].map((v) => Math.round(v * 1e12) / 1e12 + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
      for (const v of rowsTimes(basis, Float64Array.from(normal), 4)) expect(v).toBeCloseTo(0, 12);
    }
  });

  it("gives probabilities of sum 1 that know a class as far as its contrasts are long", () => {
    const outputs = coding.encode([[0, 1, 2]]).map((v) => 20 * v);
    const p = coding.decode(outputs);
    [0, 1, 2].forEach((y) => {
      const row = [...p.subarray(y * 3, y * 3 + 3)];
      expect(row.indexOf(Math.max(...row))).toBe(y);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    });
  });

  it("has a Gaussian view of mean 0, unit variance and no correlation on the training rows", () => {
    const view = coding.gaussianView.ofValues([values]);
    const moment = (j: number, k: number) =>
      values.reduce((sum, _, i) => sum + view[i * 2 + j] * view[i * 2 + k], 0) / values.length;
    const mean = (j: number) => values.reduce((sum, _, i) => sum + view[i * 2 + j], 0) / values.length;
    expect([mean(0), mean(1), moment(0, 1)].map((v) => Math.abs(v) < 1e-12)).toEqual([true, true, true]);
    expect([moment(0, 0), moment(1, 1)].map((v) => v.toFixed(10))).toEqual(["1.0000000000", "1.0000000000"]);
  });

  it("comes back from a document, with its temperature, and refuses another number of classes", () => {
    const cool = coding.calibrated?.(coding.encode([values]), values);
    const stored = JSON.parse(JSON.stringify(cool?.toJSON()));
    const outputs = Float32Array.of(0.3, -0.7);
    expect(classEncoding.read(stored, 2, "model.json").decode(outputs)).toEqual(cool?.decode(outputs));
    expect(() => classEncoding.read(stored, 3, "model.json")).toThrow(
      "model.json: classes: expected 4 labels, found 3",
    );
  });

  it("is refused for two targets, and a class without training rows", () => {
    const target = { name: "y", values, classes: [...labels, "d"] };
    expect(() => classEncoding.fit([target], dataOf())).toThrow('no row of the training part is of class "d"');
    expect(() => classEncoding.fit([target, target], dataOf())).toThrow("train a run for each");
  });

  it("refuses keys that mean something for numbers only", () => {
    const config = (more: object) =>
      configSchema.parse({
        name: "c",
        data: { file: "t.csv", target: "y", modalities: { m: { columns: ["x*"] } } },
        ...more,
      });
    expect(() => refuseNumbersOnly(config({}))).not.toThrow();
    expect(() => refuseNumbersOnly(config({ losses: { prediction: "huber" } }))).toThrow(
      "losses.prediction: goes with",
    );
    expect(() => refuseNumbersOnly(config({ evaluation: { biasCorrection: "linear" } }))).toThrow("biasCorrection");
    expect(() => refuseNumbersOnly(config({ model: { fusion: { atoms: "batch" } } }))).toThrow(
      "model.fusion.atoms: batch",
    );
  });
});

describe("the temperature of probabilities", () => {
  it("is found where logits are too large by a known factor", () => {
    const rng = new Rng("temperature");
    const rows = 20_000;
    const logits = Float64Array.from({ length: rows * 3 }, () => rng.normal());
    const p = softmaxOf(logits, 3);
    const truth = Int32Array.from({ length: rows }, (_, i) => {
      const u = rng.uniform();
      return u < p[3 * i] ? 0 : u < p[3 * i] + p[3 * i + 1] ? 1 : 2;
    });
    // Standard error of 1 / T about 0.012 at this many rows.
    expect(
      fitTemperature(
        logits.map((v) => 2.5 * v),
        truth,
        3,
      ) / 2.5,
    ).toBeCloseTo(1, 1);
  });

  it("of rows that are all predicted right makes none certain: the next may be wrong with 1 in n + 2", () => {
    const rng = new Rng("all right");
    const rows = 150;
    const truth = Int32Array.from({ length: rows }, () => rng.integer(4));
    const logits = Float64Array.from({ length: rows * 4 }, (_, i) => {
      return truth[Math.floor(i / 4)] === i % 4 ? 9 + rng.uniform() : rng.uniform();
    });
    const cooled = (temperature: number) =>
      softmaxOf(
        logits.map((v) => v / temperature),
        4,
      );
    const certain = (p: Float64Array) => mean(Array.from(truth, (y, r) => p[4 * r + y]));
    expect(certain(cooled(fitTemperature(logits, truth, 4)))).toBeCloseTo(1, 12);
    const careful = certain(cooled(calibratedTemperature(logits, truth, 4)));
    expect(1 - careful).toBeGreaterThan(0.8 / (rows + 2));
    expect(1 - careful).toBeLessThan(1.2 / (rows + 2));
  });

  it("is that of the likelihood but for a little where rows are wrong as often as they are", () => {
    const rng = new Rng("often wrong");
    const logits = Float64Array.from({ length: 1000 * 3 }, () => 2 * rng.normal());
    const p = softmaxOf(logits, 3);
    const truth = Int32Array.from({ length: 1000 }, (_, i) => {
      const u = rng.uniform();
      return u < p[3 * i] ? 0 : u < p[3 * i] + p[3 * i + 1] ? 1 : 2;
    });
    expect(calibratedTemperature(logits, truth, 3) / fitTemperature(logits, truth, 3)).toBeCloseTo(1, 1.7);
  });
});

describe("prediction sets", () => {
  const draw = (rows: number, rng: Rng) => {
    const prediction = softmaxOf(
      Float64Array.from({ length: rows * 4 }, () => 2 * rng.normal()),
      4,
    );
    // The model is overconfident: classes are drawn from flatter probabilities.
    const truth = Int32Array.from({ length: rows }, (_, i) => {
      const flat = softmaxOf(
        prediction.subarray(4 * i, 4 * i + 4).map((p) => 0.5 * Math.log(p)),
        4,
      );
      let [y, left] = [0, rng.uniform() - flat[0]];
      while (left > 0 && y < 3) left -= flat[++y];
      return y;
    });
    return { truth, prediction };
  };

  it("hold the class of 90 % of new rows, whatever the model", () => {
    const rng = new Rng("sets");
    const shares = Array.from({ length: 40 }, () => {
      const calibrated = adaptiveSets.calibrate(draw(200, rng));
      return adaptiveSets.evaluate(calibrated, 0.9, draw(500, rng)).achieved;
    });
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    // Marginal coverage lies between 0.9 and 0.9 + 1 / 201; 40 draws of it have a standard error of 0.004.
    expect(mean).toBeGreaterThan(0.888);
    expect(mean).toBeLessThan(0.917);
  });

  it("always hold the likeliest class, first, and all where rows are too few", () => {
    const few = adaptiveSets.at({ values: [0.2, 0.4] }, 0.9);
    expect(few.of([0.5, 0.1, 0.4], 3)).toEqual([[0, 2, 1]]);
    expect(few.messages[0]).toContain("every set holds all classes");
    const sure = adaptiveSets.at({ values: Array.from({ length: 100 }, () => 0.3) }, 0.9);
    expect(sure.of([0.9, 0.05, 0.05], 3)).toEqual([[0]]);
  });
});

describe("logistic regression beside the network", () => {
  it("finds the coefficients of a logistic model, from columns of any scale", () => {
    const rng = new Rng("logistic");
    const part = (rows: number) => {
      const features = new Float64Array(rows * 2);
      const values = new Float64Array(rows * 2);
      for (let i = 0; i < rows; i++) {
        const [x, noise] = [rng.normal(), rng.normal()];
        features.set([1000 + 50 * x, noise], 2 * i);
        const one = rng.uniform() < 1 / (1 + Math.exp(-(0.5 + 1.5 * x)));
        values.set(one ? [0, 1] : [1, 0], 2 * i);
      }
      return { features, values, rows };
    };
    const predict = fitLogistic(part(8000), part(2000));
    // log odds at x = 1 and x = -1: 2 and -1, each within 3 standard errors of about 0.06.
    const odds = (x: number) => {
      const [a, b] = predict(Float64Array.of(1000 + 50 * x, 0));
      return Math.log(b / a);
    };
    expect(Math.abs(odds(1) - 2)).toBeLessThan(0.2);
    expect(Math.abs(odds(-1) + 1)).toBeLessThan(0.2);
  });
});
