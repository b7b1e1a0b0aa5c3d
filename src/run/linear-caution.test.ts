import { describe, expect, it } from "vitest";
import { configSchema } from "../config/schema.js";
import { regression } from "../tasks/regression/regression.js";
import { linearCautions } from "./linear-caution.js";

const part = (rmse: number) => {
  const metrics = { mae: rmse, rmse, r2: 0.5, pearson: null };
  return { n: 100, overall: metrics, perTarget: { y: metrics } };
};
const { model } = configSchema.parse({
  name: "caution",
  data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a"] } } },
});

/** Of 400 training rows with so many inputs, and errors of the model, of ridge and of the mean on the validation rows. */
function cautions(
  inputs: number,
  [own, ridge, mean]: readonly [number, number, number],
  linearPath = model.linearPath,
) {
  const prepared = {
    task: regression,
    training: { targetNames: ["y"], modalities: [{ width: inputs }] },
    split: { train: new Int32Array(400) },
  };
  const metrics = {
    validation: part(own),
    baselines: { ridge: { validation: part(ridge) }, mean: { validation: part(mean) } },
  };
  return linearCautions(prepared, { model: { ...model, linearPath } }, metrics);
}

describe("a linear model that errs less on the validation rows", () => {
  it("is told with both errors and what helps", () => {
    const [{ code, text }, ...others] = cautions(10, [1.2, 1, 2]);
    expect(others).toEqual([]);
    expect(code).toBe("validates-worse-than-ridge");
    expect(text).toContain("ridge regression predicts y better on the validation rows (RMSE 1.20 against 1.00)");
    expect(text).toContain("model.linearPath: on");
    // where it is weighed in already, that is no advice
    expect(cautions(100, [1.2, 1, 2])[0].text).toContain("weighed in already");
    expect(cautions(10, [1.2, 1, 2], "on")[0].text).toContain("weighed in already");
    expect(cautions(100, [1.2, 1, 2], "off")[0].text).toContain("model.linearPath: on");
  });

  it("is not told where it errs alike or more, or tells nothing itself", () => {
    expect(cautions(10, [1.005, 1, 2])).toEqual([]);
    expect(cautions(10, [1, 1.2, 2])).toEqual([]);
    expect(cautions(10, [2.2, 2, 1.9])).toEqual([]);
  });
});
