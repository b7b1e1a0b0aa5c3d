import { describe, expect, it } from "vitest";
import { trainingSchema } from "../config/training.js";
import { schedule } from "./schedule.js";

const optimizer = (changes: object) => ({
  ...trainingSchema.parse({ optimizer: changes }).optimizer,
  ...{ learningRate: 0.002, ...changes },
});

const learningRate = (options: ReturnType<typeof optimizer>, progress: number, epochs: number, scale: number) =>
  schedule(options).rate({ scale, best: null, waited: 0 }, progress, epochs);

describe("the learning rate", () => {
  const cosine = optimizer({ learningRate: 0.1, warmupEpochs: 2, schedule: "cosine" });

  it("rises over the warm-up to its peak and falls to 0 along half a cosine", () => {
    const rates = [0, 1, 2, 6, 10].map((progress) => learningRate(cosine, progress, 10, 1));
    expect(rates[0]).toBeLessThan(0.001);
    expect(rates[1]).toBeCloseTo(0.05, 2);
    expect(rates[2]).toBeCloseTo(0.1, 12);
    expect(rates[3]).toBeCloseTo(0.05, 12);
    expect(rates[4]).toBeCloseTo(0, 12);
  });

  it("shortens the warm-up of a short phase to a quarter of it", () => {
    expect(learningRate(cosine, 1, 4, 1)).toBeCloseTo(0.1, 12);
  });

  it("is scaled by the plateau factor, or constant", () => {
    const plateau = optimizer({ learningRate: 0.1, warmupEpochs: 0, schedule: "plateau" });
    expect(learningRate(plateau, 7, 10, 0.25)).toBeCloseTo(0.025, 12);
    const constant = optimizer({ learningRate: 0.1, warmupEpochs: 0, schedule: "constant" });
    expect(learningRate(constant, 7, 10, 0.25)).toBe(0.1);
  });
});

describe("coslog4", () => {
  it("begins at 0 and comes down to it at the end of four cycles, each twice as long as the one before", () => {
    const cycles = optimizer({ learningRate: 0.1, schedule: "coslog4" });
    const at = (progress: number) => learningRate(cycles, progress, 15, 1);
    for (const end of [0, 1, 3, 7, 15]) expect(at(end)).toBeCloseTo(0, 12);
    // log2(1 + t) = 1/2, 3/2: the middles of the first two cycles
    for (const middle of [Math.SQRT2 - 1, 2 * Math.SQRT2 - 1]) expect(at(middle)).toBeCloseTo(0.1, 12);
  });
});

describe("a plateau", () => {
  it("lowers the rate after `patience` epochs without improvement", () => {
    const { init, seen } = schedule(optimizer({ schedule: "plateau", plateau: { factor: 0.5, patience: 2 } }));
    const after = [1, 0.9, 0.95, 0.91, 0.99].reduce((state, loss) => seen(state, loss), init);
    expect(after).toEqual({ scale: 0.5, best: 0.9, waited: 1 });
  });
});
