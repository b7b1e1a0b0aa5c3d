import { describe, expect, it } from "vitest";
import { type BestEpoch, earlyStopping } from "./early-stopping.js";

/** What each epoch's loss means, epochs counted from 1. */
function seen(losses: readonly number[], patience: number, start: BestEpoch | null = null) {
  const { seen: see } = earlyStopping(patience);
  let best = start;
  return losses.map((loss, i) => {
    const { improved, waited, exhausted, best: next } = see(best, i + 1, loss);
    best = next;
    return [improved, waited, exhausted, next.epoch];
  });
}

describe("early stopping", () => {
  it("stops after as many epochs without an improvement; an equal loss is none", () => {
    expect(seen([3, 2, 2, 2.5], 2)).toEqual([
      [true, 0, false, 1],
      [true, 0, false, 2],
      [false, 1, false, 2],
      [false, 2, true, 2],
    ]);
  });

  it("waits from the beginning for something better than what the phase began with", () => {
    expect(seen([2, 3], 2, { loss: 1, epoch: 0 })).toEqual([
      [false, 1, false, 0],
      [false, 2, true, 0],
    ]);
  });

  it("never stops with infinite patience, and refuses none", () => {
    expect(seen([1, 2, 3, 4, 5], Number.POSITIVE_INFINITY).map(([, , exhausted]) => exhausted)).not.toContain(true);
    for (const patience of [0, Number.NaN]) expect(() => earlyStopping(patience)).toThrow(/expected at least 1 epoch/);
  });
});
