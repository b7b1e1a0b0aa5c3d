import type { CommandModule } from "yargs";
import { studyDefaults } from "../../study/defaults.js";
import { type StudyArguments, studyOptions } from "../study-options.js";

interface AblateArguments extends StudyArguments {
  seeds: number;
  only: string[];
}

/** `pidreg ablate CONFIG`: what every loss, stage and option does to error and atoms. */
export const command: CommandModule<object, AblateArguments> = {
  command: "ablate <config>",
  describe: "leave out each loss, stage and option in turn and compare",
  builder: (yargs) =>
    studyOptions(yargs, "ablate")
      .option("seeds", { type: "number", default: studyDefaults.ablate.seeds, describe: "trainings of each variant" })
      .option("only", {
        type: "string",
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: "an ablation by name; repeatable (default: all that change something)",
      })
      .example("pidreg ablate configs/brain-age.yaml", "every part, three trainings each")
      .example("pidreg ablate c.yaml --only no-stage-1 --only no-independence --seeds 5", "two parts, more trainings")
      .example("pidreg ablate c.yaml --plan-only", "trains nothing; pidreg study runs the trainings, anywhere")
      .epilogue(
        "Ablations: no-gaussianity, no-independence, no-joint-gaussianity, no-information-losses (all three), no-capacity, " +
          "no-auxiliary, no-stage-1, no-stage-2, no-interaction, no-embedding, no-averaging, no-weight-decay, no-schedule, " +
          "no-dropout, no-batch-norm, no-quantiles; docs/studies.md says which config keys each changes.",
      ),
  handler: async ({ seeds, only, ...given }) => {
    const [{ runStudyCommand }, { ablateDesign }] = await Promise.all([
      import("../run-study.js"),
      import("../../study/ablate.js"),
    ]);
    const names = only.length === 0 ? {} : { only };
    await runStudyCommand("ablate", given, (asked) => ablateDesign({ ...asked, seeds, ...names }));
  },
};
