import type { CommandModule } from "yargs";
import { qualityNames } from "../../config/presets.js";
import { configOptions } from "../config-options.js";
import { type ExecutorArguments, executorOptions } from "../executor-options.js";

interface TrainArguments extends ExecutorArguments {
  config: string;
  out?: string;
  set: string[];
  seed?: number;
  engine?: string;
  quality?: string;
  baselines: boolean;
  jobs?: number;
  resume: boolean;
  json: boolean;
  quiet: boolean;
  verbose: boolean;
}

/** `pidreg train CONFIG`: the main job, from a config to a run folder. */
export const command: CommandModule<object, TrainArguments> = {
  command: "train <config>",
  describe: "train both stages, decompose, evaluate; writes a run folder",
  // yargs lays the help out before every run, which takes longer than all else it does: the keys only where they are read.
  builder: async (yargs, helpAsked?: boolean) => {
    const keys = helpAsked ? (await import("../config-help.js")).configHelp() : "";
    return executorOptions(configOptions(yargs), "members of an ensemble")
      .option("out", { type: "string", describe: "run folder (default: runs/NAME, or runs/NAME-2, .. if taken)" })
      .option("quality", {
        choices: qualityNames,
        requiresArg: true,
        describe:
          "fast: fewer epochs and no checks; best: five wider networks, averaged (overrides the config; its other keys win)",
      })
      .option("baselines", {
        type: "boolean",
        default: false,
        describe: "also train networks to compare with: on all features, per modality, other fusions",
      })
      .option("jobs", {
        type: "number",
        describe: "members of an ensemble at a time (default: as many as there are cores)",
      })
      .option("resume", { type: "boolean", default: false, describe: "continue an interrupted run" })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .option("quiet", { type: "boolean", default: false, describe: "no progress, warnings only" })
      .option("verbose", { type: "boolean", default: false, describe: "all numbers of every epoch; stack traces" })
      .example("pidreg train configs/brain-age.yaml", "writes runs/brain-age")
      .example("pidreg train c.yaml --set model.latentDim=32 --seed 2 --out runs/try", "another size and seed")
      .example("pidreg train c.yaml --quality fast", "a first look")
      .example("pidreg train c.yaml --baselines", "other networks on the same rows, to compare with")
      .example("pidreg train c.yaml --set ensemble=5", "five trainings in parallel processes, averaged")
      .example("pidreg train c.yaml --set ensemble=5 --executor slurm", "as an array of SLURM")
      .example("pidreg train c.yaml --out runs/try --resume", "continue after an interruption")
      .example("pidreg train c.yaml --out runs/try --resume --baselines", "add networks to a finished run")
      .epilogue(keys);
  },
  handler: async (argv) => {
    const { runTrain } = await import("../run-train.js");
    await runTrain(argv);
  },
};
