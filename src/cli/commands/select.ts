import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { studyDefaults } from "../../study/defaults.js";
import { type StudyArguments, studyOptions } from "../study-options.js";

interface SelectArguments extends StudyArguments {
  seeds: number;
  margin: number;
  "decide-on": string;
}

/** `pidreg select CONFIG`: which modalities are worth acquiring. */
export const command: CommandModule<object, SelectArguments> = {
  command: "select <config>",
  describe: "which modalities to keep, and what leaving the others out costs",
  builder: (yargs) =>
    studyOptions(yargs, "select")
      .option("seeds", { type: "number", default: studyDefaults.select.seeds, describe: "trainings of each subset" })
      .option("margin", {
        type: "number",
        default: studyDefaults.select.margin,
        describe: "increase of the error that is accepted, as a share",
      })
      .option("decide-on", {
        type: "string",
        default: studyDefaults.select.decideOn,
        describe: "rows that decide, validation or test; test has more rows, but its error is then optimistic",
      })
      .example("pidreg select configs/nhanes-age.yaml", "every subset, three trainings each")
      .example("pidreg select c.yaml --margin 0.05 --seeds 5 --jobs 4", "5 % more error is accepted")
      .example("pidreg select c.yaml --set data.modalities.mri.cost=400 --set data.modalities.blood.cost=20", "by cost")
      .example("pidreg select c.yaml --plan-only", "trains nothing; pidreg study runs the trainings, anywhere")
      .epilogue(
        "All subsets of up to 6 modalities and none at all; beyond, backward elimination. What is kept, and all modalities, are " +
          "then trained anew for the final figures. With `cost` given for every modality in the " +
          "config the cheapest sufficient subset is chosen, otherwise the smallest. Running it again continues it.",
      ),
  handler: async ({ seeds, margin, "decide-on": rows, ...given }) => {
    if (rows !== "validation" && rows !== "test") {
      throw new InputError(`--decide-on ${rows}: expected validation or test`);
    }
    const [{ runStudyCommand }, { selectDesign }] = await Promise.all([
      import("../run-study.js"),
      import("../../study/select.js"),
    ]);
    await runStudyCommand("select", given, (asked) => selectDesign({ ...asked, seeds, margin, decideOn: rows }));
  },
};
