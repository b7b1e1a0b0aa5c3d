import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { studyDefaults } from "../../study/defaults.js";
import { type StudyArguments, studyOptions } from "../study-options.js";

interface CrossvalArguments extends StudyArguments {
  folds: number;
  repeats: number;
  "outer-group"?: string;
  permutations?: number;
  "train-share"?: string;
  tune: boolean;
  trials?: number;
  space?: string;
}

/** `pidreg crossval CONFIG [CONFIG..]`: how well it predicts, and how steady the atoms are, over folds. */
export const command: CommandModule<object, CrossvalArguments> = {
  command: "crossval <config> [others..]",
  describe: "cross-validate: errors with honest intervals, atoms over folds; several configs on the same folds",
  builder: (yargs) =>
    studyOptions(yargs, "crossval")
      .positional("others", {
        type: "string",
        array: true,
        default: [],
        describe: "further configs, trained on the same folds and compared with the first",
      })
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
      .option("permutations", {
        type: "number",
        describe:
          "permutation test of the whole pipeline: trains the folds of the first repeat again so many times, on permuted targets",
      })
      .option("train-share", {
        type: "string",
        requiresArg: true,
        describe: "learning curve: shares of the training rows to train on, 0.25,0.5,1; the test folds stay",
      })
      .option("tune", {
        type: "boolean",
        default: false,
        describe: "search settings inside every fold (pidreg tune), and measure what each chose on its test fold",
      })
      .option("trials", {
        type: "number",
        describe: `with --tune: settings to try in every fold (default: ${studyDefaults["crossval-tune"].trials})`,
      })
      .option("space", {
        type: "string",
        requiresArg: true,
        describe: "with --tune: YAML file of the keys to search, with their values",
      })
      .example("pidreg crossval configs/brain-age.yaml", "5 folds, in runs/brain-age-crossval")
      .example("pidreg crossval c.yaml --folds 10 --repeats 3 --jobs 4", "30 trainings, 4 at a time")
      .example("pidreg crossval c.yaml --outer-group site --folds 4", "sites that were not trained on")
      .example("pidreg crossval a.yaml b.yaml --folds 5", "two configs on the same folds, paired fold by fold")
      .example("pidreg crossval c.yaml --permutations 19", "whether the features tell anything: 100 trainings")
      .example("pidreg crossval c.yaml --train-share 0.25,0.5,1", "whether more rows would help: 15 trainings")
      .example("pidreg crossval c.yaml --tune --trials 9", "what tuning comes to on rows that chose nothing")
      .example(
        "pidreg crossval c.yaml --folds 10 --plan-only",
        "trains nothing; pidreg study runs the trainings, anywhere",
      )
      .example(
        "pidreg crossval c.yaml --executor slurm --slurm partition=short --slurm time=2:00:00",
        "as an array of SLURM",
      )
      .epilogue(
        "Every fold trains on the other folds; a share of them, validation / (train + validation) of data.split, is its " +
          "validation part. Rows of one data.group stay together. Of several configs the rows that all can use are dealt out, as the " +
          "first says. Running the same command again continues it.",
      ),
  handler: async (argv) => {
    if (argv.tune) return runTuned(argv);
    for (const option of ["trials", "space"] as const) {
      if (argv[option] !== undefined) throw new InputError(`--${option} ${argv[option]}: goes with --tune`);
    }
    const { folds, repeats, "outer-group": outerGroup, permutations, "train-share": shares, ...given } = argv;
    const [{ runStudyCommand }, { crossvalDesign }, { typedShares }] = await Promise.all([
      import("../run-study.js"),
      import("../../study/crossval.js"),
      import("../../study/crossval/train-shares.js"),
    ]);
    const trainShares = shares === undefined ? undefined : typedShares(shares);
    await runStudyCommand("crossval", given, (asked, others) =>
      crossvalDesign({ ...asked, others, folds, repeats, outerGroup, permutations, trainShares }),
    );
  },
};

async function runTuned(argv: CrossvalArguments): Promise<void> {
  const { folds, repeats, "outer-group": outerGroup, permutations, "train-share": shares, space: file } = argv;
  const beside = { "--permutations": permutations, "--train-share": shares, "a second config": argv.others?.[0] };
  for (const [option, value] of Object.entries(beside)) {
    if (value !== undefined) throw new InputError(`${option}: does not go with --tune; leave one of the two out`);
  }
  const [{ runStudyCommand }, { nestedTuneDesign }, { readSpace }] = await Promise.all([
    import("../run-study.js"),
    import("../../study/tune/nested-tune.js"),
    import("../../study/tune/space.js"),
  ]);
  const { trials = studyDefaults["crossval-tune"].trials } = argv;
  await runStudyCommand("crossval-tune", argv, async (asked) => {
    const space = file === undefined ? undefined : await readSpace(file, asked.config);
    return nestedTuneDesign({ ...asked, folds, repeats, outerGroup, trials, space });
  });
}
