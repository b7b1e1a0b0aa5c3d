import { describe, expect, it } from "vitest";
import { RemainingTime } from "./remaining-time.js";

const phases = [
  { name: "stage1", maxEpochs: 10 },
  { name: "stage2", maxEpochs: 30 },
] as const;

describe("remaining time", () => {
  it("counts all phases that are left, at the pace of the last five epochs", () => {
    const time = new RemainingTime();
    time.plan(phases);
    time.phase("stage1");
    expect({ share: time.share(), text: time.text() }).toEqual({ share: 0, text: "" });
    for (const [i, seconds] of [100, 2, 2, 2, 2, 2].entries()) time.done(i + 1, seconds);
    expect({ share: time.share(), text: time.text() }).toEqual({ share: 6 / 40, text: "max 1m 08s left" });
  });

  it("skips what a phase that ended early did not use, and learns the pace of the next one anew", () => {
    const time = new RemainingTime();
    time.plan(phases);
    time.phase("stage1");
    time.done(1, 7);
    time.phase("stage2");
    expect({ share: time.share(), text: time.text() }).toEqual({ share: 10 / 40, text: "max 3m 30s left" });
    time.done(1, 1);
    expect({ share: time.share(), text: time.text() }).toEqual({ share: 11 / 40, text: "max 29s left" });
  });

  it("goes on in the middle of a resumed run", () => {
    const time = new RemainingTime();
    time.plan(phases);
    time.phase("stage2");
    time.done(29, 4);
    expect({ share: time.share(), text: time.text() }).toEqual({ share: 39 / 40, text: "max 4s left" });
  });
});
