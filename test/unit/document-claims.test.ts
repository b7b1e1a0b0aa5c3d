import { describe, expect, it } from "vitest";
import { modalityNameProblem } from "../../src/config/data.js";
import { parseConfig } from "../../src/config/load.js";
import { evaluateBiasCorrection, fitBiasLine } from "../../src/evaluation/bias-correction.js";
import { evaluatePart } from "../../src/evaluation/metrics.js";
import { Rng } from "../../src/math/rng.js";
import { readDocument } from "../support/documents.js";

const oneLine = (file: string) => readDocument(file).replace(/\s+/g, " ");

describe("docs/limits.md on names", () => {
  it("says of emoji what the program does with them", () => {
    const text = oneLine("docs/limits.md");
    expect(text).toContain("| emoji in names of target and columns, letters of any script | `train` | trains |");
    expect(text).toContain(
      "| an emoji as a modality's name | `train` | refused: letters, digits, _ and - name a modality |",
    );
    const config = (modality: string) => ({
      name: "names",
      data: {
        file: "t.csv",
        target: "ñ 🎯",
        modalities: { [modality]: { columns: ["🧠_*"] }, b: { columns: ["b_*"] } },
      },
    });
    expect(Object.keys(parseConfig(config("тело")).data.modalities)).toEqual(["тело", "b"]);
    expect(() => parseConfig(config("🧠"))).toThrow("use letters, digits, _ and -");
    expect(modalityNameProblem("🧠")).toBeDefined();
  });
});

describe("docs/real-tables.md on the correction for bias", () => {
  /** Test errors before and after the correction, where predictions are `slope` times the truth plus noise. */
  function errors(slope: number, noise: number, testSlope = slope) {
    const rng = new Rng("bias");
    const part = (s: number) => {
      const truth = Float64Array.from({ length: 400 }, () => 50 + 15 * rng.normal());
      return { truth, prediction: truth.map((y) => 50 + s * (y - 50) + noise * rng.normal()) };
    };
    const [validation, test] = [part(slope), part(testSlope)];
    const line = fitBiasLine(validation.truth, validation.prediction);
    const { test: corrected } = evaluateBiasCorrection(["age"], [line], { validation, test }, evaluatePart) ?? {
      test: undefined,
    };
    const raw = Math.sqrt(test.truth.reduce((sum, y, i) => sum + (y - test.prediction[i]) ** 2, 0) / 400);
    return { raw, corrected: corrected?.perTarget.age.rmse ?? Number.NaN };
  }

  it("says that the error may become larger, not that it does", () => {
    expect(oneLine("docs/real-tables.md")).toContain("and the error may become larger; `metrics.json` holds both");
    const noisy = errors(0.8, 8);
    expect(noisy.corrected).toBeGreaterThan(noisy.raw);
    const drawn = errors(0.5, 1);
    expect(drawn.corrected).toBeLessThan(drawn.raw);
  });
});
