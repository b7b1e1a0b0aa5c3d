import { describe, expect, it } from "vitest";
import type { FinishedRun } from "../study.js";
import { clockSeconds, SearchClock } from "./budget.js";

/** A finished training whose process took `seconds`, of which its epochs some. */
const run = (name: string, seconds: number, inEpochs = seconds) =>
  ({ name, files: { provenance: { seconds }, epochs: [{ seconds: inEpochs }] } }) as unknown as FinishedRun;
const clockOf = (seconds: number, atOnce: number) => new SearchClock({ seconds, atOnce, final: 12 });

describe("the clock of a search", () => {
  it("knows what trainings take that are begun as others end", () => {
    expect(clockSeconds([4, 1, 1, 1], 2)).toBe(4);
    expect(clockSeconds([4, 1, 1, 1], 4)).toBe(4);
    expect(clockSeconds([1, 1, 1], 2)).toBe(2);
    // not a share of what the machine might have done: one training alone takes its own time
    expect(clockSeconds([8], 16)).toBe(8);
  });

  it("begins as many as go at a time before anything is known, and then what ends in time", () => {
    const clock = clockOf(40, 2);
    const waiting = { rung: 0, trainings: 10 };
    expect(clock.begins(waiting)).toBe(2);
    clock.take([run("rung-1-trial-0-inner-1", 4), run("rung-1-trial-1-inner-1", 3)]);
    expect(clock.spent).toBe(4);
    // half of 36 s at 3.5 s each
    expect(clock.begins(waiting)).toBe(10);
    expect(clockOf(40, 2).begins({ rung: 0, trainings: 1 })).toBe(1);
    const nearly = clockOf(7, 2);
    nearly.take([run("rung-1-trial-0-inner-1", 4)]);
    expect(nearly.begins(waiting)).toBe(0);
  });

  it("begins a later rung only whole, by what the epochs take and what does not grow with them", () => {
    const clock = clockOf(40, 2);
    clock.take([run("rung-1-trial-0-inner-1", 3, 1), run("rung-1-trial-1-inner-1", 3, 1)]);
    expect(clock.paceOf(1 / 3)).toBeCloseTo(2 + 3, 9);
    expect(clock.paceOf(1)).toBeCloseTo(2 + 9, 9);
    // two portions of 5 s; three of 11 s
    expect(clock.begins({ rung: 1, trainings: 4 })).toBe(4);
    expect(clock.begins({ rung: 2, trainings: 6 })).toBe(6);
    expect(clock.begins({ rung: 2, trainings: 8 })).toBe(0);
    expect(clock.secondsOfFinal(12)).toBeCloseTo(6 * 11, 9);
  });

  it("goes by the rung itself as soon as one of its trainings has ended, else by the longest", () => {
    const clock = clockOf(1000, 1);
    clock.take([
      run("rung-1-trial-0-inner-1", 1),
      run("rung-2-trial-0-inner-1", 30),
      run("rung-3-trial-0-inner-1", 50),
    ]);
    expect([1 / 9, 1 / 3, 1].map((epochs) => clock.paceOf(epochs))).toEqual([1, 30, 50]);
    const early = clockOf(1000, 1);
    early.take([run("rung-2-trial-0-inner-1", 30), run("rung-1-trial-0-inner-1", 1)]);
    expect(early.paceOf(1)).toBeCloseTo(90, 9);
  });

  it("begins everything where the number of trials is given", () => {
    const clock = new SearchClock(null);
    expect(clock.begins({ rung: 0, trainings: 28 })).toBe(28);
    clock.take([run("rung-1-trial-0-inner-1", 400)]);
    expect(clock.begins({ rung: 2, trainings: 12 })).toBe(12);
    expect(clock.nextBracket({ left: 27, brackets: 0 })).toBe(27);
    expect(clock.nextBracket({ left: 27, brackets: 1 })).toBe(0);
  });
});
