import { describe, expect, it } from "vitest";
import { type Course, type Phase, runPhases } from "./phases.js";

/** Phases that note what is called; `long` has 2 epochs at most, `short` ends itself after its first. */
function recorded(place = { phaseIndex: 0, epoch: 0 }) {
  const calls: string[] = [];
  const note = async (text: string) => void calls.push(text);
  const phase = (name: string, maxEpochs: number, ends: boolean): Phase<number> => ({
    ...{ name, maxEpochs },
    begin: () => note(`${name} begins`),
    afterEpoch: async (outcome) => {
      await note(`${name} takes ${outcome}`);
      return ends;
    },
    finish: () => note(`${name} ends`),
  });
  const course: Course<number, Phase<number>> & { place: typeof place } = {
    place,
    entered: ({ name }) => void calls.push(`enter ${name}`),
    epoch: async (_, epoch) => {
      course.place = { ...course.place, epoch };
      return epoch;
    },
    told: (_, outcome) => void calls.push(`told ${outcome}`),
    left: () => {
      course.place = { phaseIndex: course.place.phaseIndex + 1, epoch: 0 };
    },
    save: () => note(`save ${course.place.phaseIndex}/${course.place.epoch}`),
  };
  return { calls, course, phases: [phase("long", 2, false), phase("short", 9, true)] };
}

const second = ["short begins", "enter short", "short takes 1", "told 1", "short ends", "save 2/0"];

describe("runPhases", () => {
  it("begins, trains, ends and keeps every phase in turn", async () => {
    const { calls, course, phases } = recorded();
    await runPhases(phases, course);
    expect(calls).toEqual([
      ...["long begins", "enter long", "long takes 1", "told 1", "save 0/1", "long takes 2", "told 2", "long ends"],
      ...["save 1/0", ...second],
    ]);
  });

  it("goes on within a phase without beginning it again", async () => {
    const { calls, course, phases } = recorded({ phaseIndex: 0, epoch: 1 });
    await runPhases(phases, course);
    expect(calls).toEqual(["enter long", "long takes 2", "told 2", "long ends", "save 1/0", ...second]);
  });

  it("does nothing where all is done", async () => {
    const { calls, course, phases } = recorded({ phaseIndex: 2, epoch: 0 });
    await runPhases(phases, course);
    expect(calls).toEqual([]);
  });
});
