import { describe, expect, it } from "vitest";
import { RemainingTime } from "./remaining-time.js";

const phases = [
  { name: "stage1", maxEpochs: 10 },
  { name: "stage2", maxEpochs: 30 },
] as const;
const plain = { best: false };

describe("remaining time", () => {
  it("counts all phases that are left, at the pace of the last five epochs", () => {
    const time = new RemainingTime();
    time.plan(phases);
    time.phase("stage1");
    expect({ share: time.share(), left: time.left() }).toEqual({ share: 0, left: null });
    for (const [i, seconds] of [100, 2, 2, 2, 2, 2].entries()) time.done(i + 1, seconds, plain);
    expect(time.share()).toBe(6 / 40);
    expect(time.left()).toEqual({ likely: "1m 08s", most: "1m 08s" });
  });

  it("skips what a phase that ended early did not use, and learns the pace of the next one anew", () => {
    const time = new RemainingTime();
    time.plan(phases);
    time.phase("stage1");
    time.done(1, 7, plain);
    time.phase("stage2");
    expect({ share: time.share(), most: time.left()?.most }).toEqual({ share: 10 / 40, most: "3m 30s" });
    time.done(1, 1, plain);
    expect({ share: time.share(), most: time.left()?.most }).toEqual({ share: 11 / 40, most: "29s" });
  });

  it("goes on in the middle of a resumed run", () => {
    const time = new RemainingTime();
    time.plan(phases);
    time.phase("stage2");
    time.done(29, 4, plain);
    expect({ share: time.share(), left: time.left() }).toEqual({ share: 39 / 40, left: { likely: "4s", most: "4s" } });
  });
});

describe("the likely end", () => {
  const early = [
    { name: "pilot:plain", maxEpochs: 5 },
    { name: "stage1", maxEpochs: 40, patience: 5 },
    { name: "stage2", maxEpochs: 100, patience: 30 },
  ] as const;
  /** One second per epoch: texts are epochs. */
  function leftAfter(name: string, epochs: number, seen: (epoch: number) => { best: boolean; stableEpochs?: number }) {
    const time = new RemainingTime();
    time.plan(early);
    time.phase(name);
    for (let epoch = 1; epoch <= epochs; epoch++) time.done(epoch, 1, seen(epoch));
    return time.left();
  }

  it("takes half of the phases to come that may end early, and all of the others", () => {
    expect(leftAfter("pilot:plain", 2, () => plain)).toEqual({ likely: "1m 13s", most: "2m 23s" });
  });

  it("comes closer the longer nothing was better", () => {
    expect(leftAfter("stage2", 34, (epoch) => ({ best: epoch <= 4 }))?.likely).toBe("1s");
    expect(leftAfter("stage2", 20, (epoch) => ({ best: epoch <= 4 }))).toEqual({ likely: "20s", most: "1m 20s" });
    expect(leftAfter("stage2", 20, () => plain)?.likely).toBe("10s");
  });

  it("is farther off where every epoch is better, and never beyond the most", () => {
    expect(leftAfter("stage2", 20, () => ({ best: true }))).toEqual({ likely: "1m 00s", most: "1m 20s" });
    expect(leftAfter("stage2", 60, () => ({ best: true }))).toEqual({ likely: "40s", most: "40s" });
  });

  it("of a phase that waits for stable atoms is half of it, or where they may be stable", () => {
    expect(leftAfter("stage1", 10, () => ({ best: true, stableEpochs: 0 }))?.likely).toBe("1m 00s");
    expect(leftAfter("stage1", 30, () => ({ best: false, stableEpochs: 2 }))?.likely).toBe("53s");
  });
});
