import type { Argv } from "yargs";
import { studyDefaults } from "../study/defaults.js";
import { configOptions } from "./config-options.js";
import { type ExecutorArguments, executorOptions } from "./executor-options.js";

/** What every study command takes. */
export interface StudyArguments extends ExecutorArguments {
  config: string;
  /** Configs that are studied beside it, where the command takes any. */
  others?: string[];
  out?: string;
  jobs?: number;
  set: string[];
  seed?: number;
  engine?: string;
  "plan-only": boolean;
  resume: boolean;
  json: boolean;
  quiet: boolean;
}

/** Adds the options that the study commands share. @param kind the command, which ends the default folder's name */
export function studyOptions<T>(yargs: Argv<T>, kind: string) {
  return executorOptions(configOptions(yargs))
    .option("out", {
      type: "string",
      describe: `study folder (default: runs/NAME-${kind}); an unfinished one is continued`,
    })
    .option("jobs", { type: "number", describe: "trainings at a time (default: as many as there are cores)" })
    .option("plan-only", {
      type: "boolean",
      default: false,
      describe: "train nothing: write the study folder, with one command a line for each training (see pidreg study)",
    })
    .option("resume", {
      type: "boolean",
      default: false,
      describe: "say so where there is nothing to continue; an unfinished study is continued in any case",
    })
    .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
    .option("quiet", { type: "boolean", default: false, describe: "no progress" });
}

/** How often each model of a selection or an ablation is trained. */
export interface TrainingsArguments {
  repeats?: number;
  seeds?: number;
}

/** Adds those options. @param what is trained: "subset" */
export function trainingsOptions<T>(yargs: Argv<T>, what: string) {
  const { repeats, seeds } = studyDefaults.trainings;
  return yargs
    .option("repeats", {
      type: "number",
      describe:
        `splits of the rows, every ${what} trained on the same rows of each ` +
        `(default: ${repeats}; 1 where data.split.by is time, column or file)`,
    })
    .option("seeds", {
      type: "number",
      describe: `trainings of each ${what} on every split (default: 1; ${seeds} where there is one split)`,
    });
}
