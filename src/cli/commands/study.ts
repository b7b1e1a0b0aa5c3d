import type { Argv, CommandModule } from "yargs";
import { type ExecutorArguments, executorOptions } from "../executor-options.js";

interface FolderArguments {
  folder: string;
  json: boolean;
  quiet: boolean;
}

interface RunArguments extends FolderArguments, ExecutorArguments {
  index: string;
  jobs?: number;
}

/** What every command on a planned study takes. */
function folderOptions<T>(yargs: Argv<T>) {
  return yargs
    .positional("folder", { type: "string", demandOption: true, describe: "study folder, planned with --plan-only" })
    .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
    .option("quiet", { type: "boolean", default: false, describe: "no progress" });
}

const run: CommandModule<object, RunArguments> = {
  command: "run <folder>",
  describe: "train what --index names; finished trainings are kept, interrupted ones resumed",
  builder: (yargs) =>
    executorOptions(folderOptions(yargs))
      .option("index", {
        type: "string",
        demandOption: true,
        describe: "trainings by their place in the plan, from 0: 3, 0-3, 0,4,6-8",
      })
      .option("jobs", { type: "number", describe: "trainings at a time (default: as many as there are cores)" })
      .example("pidreg study run runs/my-run-crossval --index 0", "the first training")
      .example("pidreg study run runs/my-run-crossval --index 0-3 --jobs 2", "four trainings, two at a time")
      .example("pidreg study run runs/my-run-crossval --index $SLURM_ARRAY_TASK_ID", "in a job array")
      .example("pidreg study run runs/my-run-crossval --index 0-4 --executor slurm", "as an array of SLURM, waited for")
      .epilogue(
        "Several processes and hosts may run trainings of one study at once. Data that are no longer those that the study " +
          "was planned with are refused.",
      ),
  handler: async (argv) => {
    const { runTrainings } = await import("../run-planned.js");
    await runTrainings(argv);
  },
};

const collect: CommandModule<object, FolderArguments> = {
  command: "collect <folder>",
  describe: "write the results when all trainings are finished, or plan the next round",
  builder: (yargs) =>
    folderOptions(yargs)
      .example("pidreg study collect runs/my-run-crossval", "writes results.json and report.md, and prints the report")
      .epilogue(
        "Results are those of the command that planned the study, to the last byte. A selection has rounds (the final trainings, " +
          "from 7 modalities on smaller subsets): collect plans the next one until there is none.",
      ),
  handler: async (argv) => {
    const { collectResults } = await import("../run-planned.js");
    await collectResults(argv);
  },
};

const status: CommandModule<object, FolderArguments> = {
  command: "status <folder>",
  describe: "say which trainings are finished, running, failed, interrupted or planned",
  builder: (yargs) => folderOptions(yargs).example("pidreg study status runs/my-run-crossval", "changes nothing"),
  handler: async (argv) => {
    const { printStatus } = await import("../run-planned.js");
    await printStatus(argv);
  },
};

const cancel: CommandModule<object, FolderArguments> = {
  command: "cancel <folder>",
  describe: "cancel the arrays of a study in SLURM; what they have trained is kept",
  builder: (yargs) =>
    folderOptions(yargs).example("pidreg study cancel runs/my-run-crossval", "after --executor slurm"),
  handler: async (argv) => {
    const { cancelArrays } = await import("../run-planned.js");
    await cancelArrays(argv);
  },
};

/** `pidreg study run | collect | status | cancel FOLDER`: the trainings of a planned study, one by one, anywhere. */
export const command: CommandModule = {
  command: "study",
  describe: "run, collect or look at a study that crossval, select or ablate planned with --plan-only",
  builder: (yargs) =>
    yargs
      .command(run)
      .command(collect)
      .command(status)
      .command(cancel)
      .demandCommand(1, "Which action? `pidreg study --help` lists them.")
      .example("pidreg study run runs/my-run-crossval --index 0", "train the first training of the plan")
      .example("pidreg study status runs/my-run-crossval", "which trainings are finished")
      .example("pidreg study collect runs/my-run-crossval", "write and print the results"),
  handler: () => undefined,
};
