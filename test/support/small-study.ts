import { parseConfig } from "../../src/config/load.js";
import type { Config } from "../../src/config/schema.js";
import type { OpenPlanned } from "../../src/study/collect.js";
import type { FinishedRun, StudyDesign, StudyRun } from "../../src/study/study.js";

/** The table of the study, in its base folder. */
export const smallTable = { name: "table.csv", text: "y,a,b\n1,2,3\n" };

export const smallStudyConfig = parseConfig({
  name: "tiny",
  data: { file: "table.csv", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
});

/** A study of three trainings that differ in their seeds. */
export function smallDesign(baseFolder: string, more: Partial<StudyDesign> = {}): StudyDesign {
  return {
    ...{ kind: "ablate", options: { seeds: 2 }, config: smallStudyConfig, baseFolder },
    read: async () => ({
      ...{
        account: { losses: [], sentinels: [] },
        warnings: [],
        messages: [],
        table: { rowIds: [], targets: [] },
        facts: { known: [1.5] },
      },
      splits: { split: { train: ["1"], validation: ["2"], test: ["3"] } },
    }),
    open: (planned) => ({
      first: seeded(planned.config, [1, 2, 3]),
      conclude: (finished) => ({ results: found(finished, planned.facts), ...told }),
    }),
    ...more,
  };
}

/** The same, with two more trainings that depend on those three, and one more on all. */
export const smallRounds = (baseFolder: string, more: Partial<StudyDesign> = {}): StudyDesign =>
  smallDesign(baseFolder, {
    open: (planned) => ({
      first: seeded(planned.config, [1, 2, 3]),
      next: (finished) => {
        if (finished.length === 6) return [];
        const sum = finished.reduce((total, { config: { seed } }) => total + seed, 0);
        return seeded(planned.config, finished.length === 3 ? [sum, sum + 1] : [sum]);
      },
      conclude: (finished) => ({ results: found(finished, planned.facts), ...told }),
    }),
    ...more,
  });

/** Trainings of a config that differ in their seeds. */
export const seeded = (whole: Config, seeds: readonly number[]): StudyRun[] =>
  seeds.map((seed) => ({ name: `seed-${seed}`, config: { ...whole, seed } }));
const told = {
  text: [{ kind: "heading", text: "found" }],
  page: async () => ({ title: "found", subtitle: "", sections: [] }),
} as const;
const found = (finished: readonly FinishedRun[], facts: unknown) => ({
  ...{ facts, runs: finished.map(({ name, files }) => [name, files.environment.seed]) },
});

export const openSmall: OpenPlanned = (planned) => smallDesign("").open(planned);
export const openRounds: OpenPlanned = (planned) => smallRounds("").open(planned);
