import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { yamlBlock } from "../../../test/support/documents.js";
import { rate, tuneConfig } from "../../../test/support/tune-bench.js";
import { InputError } from "../../errors.js";
import { checkedSpace, defaultSpace } from "./space.js";
import { drawTrials } from "./trials.js";

describe("refuses", () => {
  const config = tuneConfig();
  const given = (tree: unknown) => () => checkedSpace(tree, config, "space.yaml");

  it.each([
    [
      { "data.file": { choices: ["x"] } },
      /space\.yaml: data\.file: is not searched; keys of model, losses, training, data.inputs are/,
    ],
    [{ seed: { choices: [1, 2] } }, /seed: is not searched/],
    [{ "training.stage2.maxEpochs": { choices: [3] } }, /the rungs of the search set/],
    [{ "model.latentdim": { choices: [3] } }, /unknown key "latentdim"; did you mean "latentDim"/],
    [{ "model.latentDim": { choices: [3, "many"] } }, /model\.latentDim: expected/],
    [{ "model.latentDim": { low: 3, high: 9.5, whole: true } }, /low and high are no whole numbers/],
    [{ [rate]: { low: 0, high: 1, scale: "log" } }, /expected a number above 0, as scale is log/],
    [{ [rate]: { low: 1, high: 0.1 } }, /expected a number above low, 1/],
    [{ [rate]: { low: 1e-3, high: 1e-2, step: 2 } }, /unknown key "step"/],
    [{ [rate]: [1, 2] }, /expected/],
    [{}, /expected a mapping of config keys/],
    [[rate], /expected a mapping of config keys/],
  ])("the space %j", (tree, message) => {
    expect(given(tree)).toThrow(InputError);
    expect(given(tree)).toThrow(message);
  });

  it("takes its own default space, which docs/tuning.md has", () => {
    expect(parse(yamlBlock("docs/tuning.md", "data.inputs.preparation: { choices"))).toEqual(defaultSpace);
    expect(Object.keys(checkedSpace(defaultSpace, config))).toEqual(Object.keys(defaultSpace));
  });
});

describe("trials", () => {
  const config = tuneConfig();
  const space = checkedSpace(
    { [rate]: { low: 1e-4, high: 1e-2, scale: "log" }, "training.batchSize": { low: 8, high: 11, whole: true } },
    config,
  );

  it("are the same however many are asked for, lie in the space, and are all different", () => {
    const few = drawTrials(config, space, 100)(0, 5);
    const many = drawTrials(config, space, 100)(0, 60);
    expect(many.slice(0, 5)).toEqual(few);
    expect(new Set(many.map(({ settings }) => JSON.stringify(settings))).size).toBe(60);
    const rates = many.slice(1).map(({ settings }) => settings[rate] as number);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-2);
    // Every factor is as likely as another: half of them below the geometric mean.
    const below = rates.filter((value) => value < 1e-3).length / rates.length;
    expect(below).toBeGreaterThan(0.3);
    expect(below).toBeLessThan(0.7);
    expect(new Set(many.slice(1).map(({ settings }) => settings["training.batchSize"]))).toEqual(
      new Set([8, 9, 10, 11]),
    );
    expect(many[7].config.training.optimizer.learningRate).toBe(many[7].settings[rate]);
    const other = drawTrials({ ...config, seed: 2 }, space, 100)(0, 5);
    expect(other[1].settings).not.toEqual(few[1].settings);
  });

  it("end where the space does, and leave out latents that the rows cannot carry", () => {
    const small = checkedSpace({ "model.latentDim": { choices: [4, 8, 64] } }, config);
    const drawn = drawTrials(config, small, 50)(0, 30);
    expect(drawn.map(({ settings }) => settings["model.latentDim"])).toEqual([undefined, 8]);
  });
});
