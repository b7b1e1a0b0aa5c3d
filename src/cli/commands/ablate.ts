import type { CommandModule } from "yargs";
import { type StudyArguments, studyOptions, type TrainingsArguments, trainingsOptions } from "../study-options.js";

interface AblateArguments extends StudyArguments, TrainingsArguments {
  only: string[];
}

/** `pidreg ablate CONFIG`: what every loss, stage and option does to error and atoms. */
export const command: CommandModule<object, AblateArguments> = {
  command: "ablate <config>",
  describe: "leave out each loss, stage and option in turn and compare",
  builder: (yargs) =>
    trainingsOptions(studyOptions(yargs, "ablate"), "variant")
      .option("only", {
        type: "string",
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: "an ablation by name; repeatable (default: all that change something)",
      })
      .example("pidreg ablate configs/brain-age.yaml", "every part, once on each of five splits")
      .example("pidreg ablate c.yaml --only no-stage-1 --only no-independence --repeats 10", "two parts, more splits")
      .example("pidreg ablate c.yaml --plan-only", "trains nothing; pidreg study runs the trainings, anywhere")
      .example("pidreg ablate c.yaml --executor slurm --slurm limit=8", "as an array of SLURM")
      .epilogue(
        "Ablations: no-gaussianity, no-independence, no-joint-gaussianity, no-information-losses (all three), no-capacity, " +
          "no-auxiliary, no-stage-1, no-stage-2, no-interaction, no-embedding, no-averaging, no-weight-decay, no-schedule, " +
          "no-dropout, no-batch-norm, no-quantiles; docs/studies.md says which config keys each changes.",
      ),
  handler: async ({ repeats, seeds, only, ...given }) => {
    const [{ runStudyCommand }, { ablateDesign }] = await Promise.all([
      import("../run-study.js"),
      import("../../study/ablate.js"),
    ]);
    const names = only.length === 0 ? {} : { only };
    await runStudyCommand("ablate", given, (asked) => ablateDesign({ ...asked, repeats, seeds, ...names }));
  },
};
