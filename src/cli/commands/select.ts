import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { studyDefaults } from "../../study/defaults.js";
import { type StudyArguments, studyOptions, type TrainingsArguments, trainingsOptions } from "../study-options.js";

interface SelectArguments extends StudyArguments, TrainingsArguments {
  nested: boolean;
  rows: string;
  folds?: number;
  "outer-group"?: string;
  margin: number;
  columns?: number;
  "decide-on": string;
}

/** `pidreg select CONFIG`: which modalities are worth acquiring. */
export const command: CommandModule<object, SelectArguments> = {
  command: "select <config>",
  describe: "which modalities to keep, and what leaving the others out costs",
  builder: (yargs) =>
    trainingsOptions(studyOptions(yargs, "select"), "subset")
      .option("margin", {
        type: "number",
        default: studyDefaults.select.margin,
        describe: "increase of the error that is accepted, as a share",
      })
      .option("rows", {
        type: "string",
        default: "complete",
        describe:
          "complete, or own: subsets are trained on all rows that have them, too, beside those that have every modality",
      })
      .option("nested", {
        type: "boolean",
        default: false,
        describe:
          "choose inside outer folds, on their validation rows, and measure what was chosen on test folds that decided nothing; " +
          "--repeats then deals folds anew (default: 1), --seeds is 1",
      })
      .option("folds", {
        type: "number",
        describe: `with --nested: outer folds (default: ${studyDefaults["select-nested"].folds})`,
      })
      .option("outer-group", {
        type: "string",
        describe: "with --nested: column whose values (sites, batches) are tested as a whole",
      })
      .option("columns", {
        type: "number",
        describe:
          "keep so many columns of every modality of a table, chosen on the training rows of every training (`screen`)",
      })
      .option("decide-on", {
        type: "string",
        default: studyDefaults.select.decideOn,
        describe: "rows that decide, validation or test; test has more rows, but its error is then optimistic",
      })
      .example("pidreg select configs/nhanes-age.yaml", "every subset, once on each of five splits")
      .example("pidreg select c.yaml --repeats 1 --seeds 3", "on one split, three trainings each")
      .example("pidreg select c.yaml --margin 0.05 --repeats 10 --jobs 4", "5 % more error is accepted")
      .example("pidreg select c.yaml --set data.modalities.mri.cost=400 --set data.modalities.blood.cost=20", "by cost")
      .example(
        "pidreg select c.yaml --columns 20",
        "the 20 most telling columns of each modality, chosen inside every training",
      )
      .example(
        "pidreg select c.yaml --nested --folds 5",
        "the error of selecting, and how often each modality is chosen",
      )
      .example("pidreg select c.yaml --nested --outer-group site", "and at sites that neither trained nor decided")
      .example("pidreg select c.yaml --rows own", "what rows bring that lack other modalities")
      .example("pidreg select c.yaml --plan-only", "trains nothing; pidreg study runs the trainings, anywhere")
      .example("pidreg select c.yaml --executor slurm --cluster cluster.yaml", "as an array of SLURM")
      .epilogue(
        "All subsets of up to 6 modalities and none at all; beyond, backward elimination. What is kept, and all modalities, are " +
          "then trained anew for the final figures. With `cost` given for every modality in the " +
          "config the cheapest sufficient subset is chosen, otherwise the smallest. Running it again continues it.",
      ),
  handler: async (argv) => {
    const { margin, columns, repeats, seeds, rows, "decide-on": decideOn } = argv;
    if (decideOn !== "validation" && decideOn !== "test") {
      throw new InputError(`--decide-on ${decideOn}: expected validation or test`);
    }
    if (rows !== "complete" && rows !== "own") throw new InputError(`--rows ${rows}: expected complete or own`);
    if (columns !== undefined && !(Number.isInteger(columns) && columns >= 1)) {
      throw new InputError(`--columns ${columns}: expected a whole number of columns`);
    }
    if (argv.nested) return runNested(argv);
    if (argv.folds !== undefined) {
      throw new InputError(`--folds ${argv.folds}: goes with --nested; without it --repeats is the number of splits`);
    }
    if (argv["outer-group"] !== undefined) {
      throw new InputError(
        `--outer-group ${argv["outer-group"]}: goes with --nested; without it data.group keeps the rows of a group in one part`,
      );
    }
    const [{ runStudyCommand }, { selectDesign }, { withScreen }] = await Promise.all([
      import("../run-study.js"),
      import("../../study/select.js"),
      import("../../config/with-screen.js"),
    ]);
    await runStudyCommand("select", argv, (asked) =>
      selectDesign({ ...asked, config: withScreen(asked.config, columns), repeats, seeds, margin, decideOn, rows }),
    );
  },
};

async function runNested(argv: SelectArguments): Promise<void> {
  const { columns, margin, "decide-on": decideOn, "outer-group": outerGroup } = argv;
  if (argv.rows === "own")
    throw new InputError("--rows own: does not go with --nested, which compares on complete rows");
  if (decideOn === "test") {
    throw new InputError(
      "--decide-on test: with --nested the validation rows of every fold decide; leave one of the two out",
    );
  }
  const defaults = studyDefaults["select-nested"];
  const { folds = defaults.folds, repeats = defaults.repeats, seeds = defaults.seeds } = argv;
  const [{ runStudyCommand }, { nestedDesign }, { withScreen }] = await Promise.all([
    import("../run-study.js"),
    import("../../study/nested.js"),
    import("../../config/with-screen.js"),
  ]);
  await runStudyCommand("select-nested", argv, (asked) =>
    nestedDesign({ ...asked, config: withScreen(asked.config, columns), folds, repeats, outerGroup, seeds, margin }),
  );
}
