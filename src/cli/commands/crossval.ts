import type { CommandModule } from "yargs";
import { studyDefaults } from "../../study/defaults.js";
import { type StudyArguments, studyOptions } from "../study-options.js";

interface CrossvalArguments extends StudyArguments {
  folds: number;
  repeats: number;
  "outer-group"?: string;
}

/** `pidreg crossval CONFIG`: how well it predicts, and how steady the atoms are, over folds. */
export const command: CommandModule<object, CrossvalArguments> = {
  command: "crossval <config>",
  describe: "cross-validate: errors with honest intervals, atoms over folds",
  builder: (yargs) =>
    studyOptions(yargs, "crossval")
      .option("folds", {
        type: "number",
        default: studyDefaults.crossval.folds,
        describe: "folds; every row is tested once",
      })
      .option("repeats", {
        type: "number",
        default: studyDefaults.crossval.repeats,
        describe: "times that the whole is done, with new folds",
      })
      .option("outer-group", { type: "string", describe: "column whose values (sites, batches) are tested as a whole" })
      .example("pidreg crossval configs/brain-age.yaml", "5 folds, in runs/brain-age-crossval")
      .example("pidreg crossval c.yaml --folds 10 --repeats 3 --jobs 4", "30 trainings, 4 at a time")
      .example("pidreg crossval c.yaml --outer-group site --folds 4", "sites that were not trained on")
      .example(
        "pidreg crossval c.yaml --folds 10 --plan-only",
        "trains nothing; pidreg study runs the trainings, anywhere",
      )
      .epilogue(
        "Every fold trains on the other folds; a share of them, validation / (train + validation) of data.split, is its " +
          "validation part. Rows of one data.group stay together. Running the same command again continues it.",
      ),
  handler: async ({ folds, repeats, "outer-group": outerGroup, ...given }) => {
    const [{ runStudyCommand }, { crossvalDesign }] = await Promise.all([
      import("../run-study.js"),
      import("../../study/crossval.js"),
    ]);
    await runStudyCommand("crossval", given, (asked) => crossvalDesign({ ...asked, folds, repeats, outerGroup }));
  },
};
