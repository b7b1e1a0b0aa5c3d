import type { CommandModule } from "yargs";
import { studyDefaults } from "../../study/defaults.js";
import { typedSeconds } from "../duration-option.js";
import { type StudyArguments, studyOptions } from "../study-options.js";

interface TuneArguments extends StudyArguments {
  budget?: string;
  trials?: number;
  space?: string;
  repeats?: number;
  seeds?: number;
}

/** `pidreg tune CONFIG`: settings searched inside the training rows. */
export const command: CommandModule<object, TuneArguments> = {
  command: "tune <config>",
  describe: "search settings inside the training rows, and say what the best of them gain",
  builder: (yargs) =>
    studyOptions(yargs, "tune")
      .alias("jobs", "concurrency")
      .option("budget", {
        type: "string",
        requiresArg: true,
        describe:
          "time for the search: 90s, 30m, 2h; how many trials that gives depends on the machine. The trainings of the final figures " +
          "follow in any case",
      })
      .option("trials", {
        type: "number",
        describe: `settings to try (default: ${studyDefaults.tune.trials}, with --budget as many as it allows); repeatable anywhere`,
      })
      .option("space", {
        type: "string",
        requiresArg: true,
        describe: "YAML file of the keys to search, with their values",
      })
      .option("repeats", {
        type: "number",
        describe: `splits of the final figures (default: ${studyDefaults.tune.repeats}; 1 where data.split.by is time)`,
      })
      .option("seeds", {
        type: "number",
        describe: `trainings on each of them (default: 1; ${studyDefaults.trainings.seeds} where there is one split)`,
      })
      .example("pidreg tune configs/brain-age.yaml --budget 30m", "as many trials as half an hour allows")
      .example("pidreg tune c.yaml --trials 27 --jobs 4", "the same search on every machine")
      .example("pidreg tune c.yaml --space space.yaml --trials 9", "other keys and values")
      .example("pidreg crossval c.yaml --tune --trials 9", "what tuning comes to: a search inside every fold")
      .epilogue(
        "Random search with successive halving on inner splits of the rows that the config trains and validates on; test rows are in none of " +
          "its trainings. The config as it is always takes part. What is chosen and the config as it is are then trained anew for the final " +
          "figures, and measured on the test part once. A --budget covers the search: its trainings begin only where they are expected to end " +
          "within it, and another bracket of trials only where the final figures fit too; what was left out is said. These come after it: " +
          "2 x (--repeats x --seeds + 1) trainings with all epochs, whose time is told when the search ends. Writes best.yaml, a config to train, and trials.csv. Running it again continues it; " +
          "docs/tuning.md has the space that is searched by default.",
      ),
  handler: async ({ budget, trials, space: file, repeats, seeds, ...given }) => {
    const [{ runStudyCommand }, { tuneDesign }, { readSpace }] = await Promise.all([
      import("../run-study.js"),
      import("../../study/tune/tune.js"),
      import("../../study/tune/space.js"),
    ]);
    const budgetSeconds = budget === undefined ? undefined : typedSeconds("--budget", budget);
    const { jobs } = given;
    await runStudyCommand("tune", given, async (asked) => {
      const space = file === undefined ? undefined : await readSpace(file, asked.config);
      return tuneDesign({ ...asked, trials, budgetSeconds, jobs, space, repeats, seeds });
    });
  },
};
