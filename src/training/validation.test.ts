import { describe, expect, it } from "vitest";
import { trainingData } from "../../test/support/training-data.js";
import { lossesSchema } from "../config/losses.js";
import type { PidRegLearner } from "./learner.js";
import { validate } from "./validation.js";

describe("validation error", () => {
  /** Of a network that predicts 0, on rows where every target has one value. */
  const lossOf = (...values: number[]) => lossBy({}, ...values);
  const lossBy = async (losses: Parameters<typeof lossesSchema.parse>[0], ...values: number[]) => {
    const rows = 240;
    const target = Float32Array.from({ length: rows * values.length }, (_, i) => values[i % values.length]);
    const modality = { name: "a", width: 1, values: new Float32Array(rows) };
    const table = trainingData([modality], target.slice(0, rows));
    const data = { ...table, target, rawTarget: Float64Array.from(target), targetNames: values.map((_, t) => `y${t}`) };
    const run = async () => ({ prediction: new Float32Array(data.validationRows.length * values.length) });
    const learner = { inference: { run } } as unknown as PidRegLearner;
    return (await validate(learner, data, lossesSchema.parse(losses), [1])).loss;
  };

  it("has a root mean square in the user's units beside it, the mean over targets", async () => {
    const rows = 12;
    const modality = { name: "a", width: 1, values: new Float32Array(rows) };
    // validation rows are the last four; their raw targets (in another unit) are 10, 20, .. and 3
    const rawTarget = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 10 * (i / 2 - 7) : 3));
    const table = trainingData([modality], new Float32Array(rows));
    const target = new Float32Array(2 * rows);
    const data = {
      ...table,
      target,
      rawTarget,
      targetNames: ["y", "z"],
      toRaw: (p: Float32Array) => Float64Array.from(p),
    };
    const run = async () => ({ prediction: new Float32Array(8) });
    const learner = { inference: { run } } as unknown as PidRegLearner;
    const { rmse } = await validate(learner, data, lossesSchema.parse({}), [1]);
    // sqrt((100 + 400 + 900 + 1600) / 4) of y and 3 of z
    expect(rmse).toBeCloseTo((Math.sqrt(750) + 3) / 2, 12);
  });

  it("is counted as the chosen loss counts: by Huber squares up to delta, then in proportion", async () => {
    const huber = { prediction: "huber", huberDelta: 0.5 };
    expect(await lossBy(huber, 0.5)).toBe(0.5 * 0.5 ** 2);
    expect(await lossBy(huber, 0.25)).toBe(0.5 * 0.25 ** 2);
    expect(await lossBy(huber, -3)).toBe(0.5 * (3 - 0.25));
    expect(await lossBy({ prediction: "cs" }, 3)).toBe(9);
  });

  it("is the mean square of one target, the geometric mean of those of several", async () => {
    expect(await lossOf(3)).toBe(9);
    expect(await lossOf(1, 3)).toBeCloseTo(3, 12);
    expect(await lossOf(0.5, 2, 4)).toBeCloseTo(16 ** (1 / 3), 12);
  });

  it("of several targets is told in standard deviations of each on the training rows", async () => {
    const rows = 240;
    // Deviations 1 and 1e6 about 0: a network that predicts 0 is off by one of each.
    const column = (scale: number) => Float64Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? scale : -scale));
    const [small, large] = [column(1), column(1e6)];
    const rawTarget = Float64Array.from({ length: 2 * rows }, (_, i) => [small, large][i % 2][Math.floor(i / 2)]);
    const modality = { name: "a", width: 1, values: new Float32Array(rows) };
    const target = Float32Array.from(rawTarget);
    const data = { ...trainingData([modality], target.slice(0, rows)), target, rawTarget, targetNames: ["y1", "y2"] };
    const run = async () => ({ prediction: new Float32Array(data.validationRows.length * 2) });
    const learner = { inference: { run } } as unknown as PidRegLearner;
    const { rmse, relativeRmse } = await validate(learner, data, lossesSchema.parse({}), [1]);
    expect(relativeRmse).toBeCloseTo(1, 1);
    expect(rmse).toBeGreaterThan(4e5);
  });
});
