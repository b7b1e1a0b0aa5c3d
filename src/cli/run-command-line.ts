import yargs from "yargs";
import { InputError } from "../errors.js";
import { checkArguments } from "./check-arguments.js";
import { command as ablate } from "./commands/ablate.js";
import { command as acquire } from "./commands/acquire.js";
import { command as compare } from "./commands/compare.js";
import { command as completion } from "./commands/completion.js";
import { command as crossval } from "./commands/crossval.js";
import { command as decompose } from "./commands/decompose.js";
import { command as doctor } from "./commands/doctor.js";
import { command as evaluate } from "./commands/evaluate.js";
import { command as exportModel } from "./commands/export.js";
import { command as fetchData } from "./commands/fetch.js";
import { command as init } from "./commands/init.js";
import { command as mi } from "./commands/mi.js";
import { command as page } from "./commands/page.js";
import { command as predict } from "./commands/predict.js";
import { command as quickstart } from "./commands/quickstart.js";
import { command as report } from "./commands/report.js";
import { command as runs } from "./commands/runs.js";
import { command as screen } from "./commands/screen.js";
import { command as select } from "./commands/select.js";
import { command as study } from "./commands/study.js";
import { command as synth } from "./commands/synth.js";
import { command as train } from "./commands/train.js";
import { command as tune } from "./commands/tune.js";
import { command as watch } from "./commands/watch.js";
import { exitWith } from "./failure.js";
import { parserOptions } from "./parser-options.js";
import { parserWords } from "./parser-words.js";
import { unknownCommand, usageMessage } from "./usage.js";
import { packageVersion } from "./version.js";

const commands = [
  init,
  train,
  evaluate,
  predict,
  acquire,
  compare,
  runs,
  crossval,
  ablate,
  select,
  tune,
  study,
  watch,
  decompose,
  mi,
  screen,
  synth,
  fetchData,
  report,
  exportModel,
  page,
  doctor,
  completion,
  quickstart,
].map(({ command }) => String(command).split(" ")[0]);

/** What the argument parser refuses, in its words. */
class UsageError extends Error {}

function refuse(message: string | undefined, error: Error | undefined): never {
  throw error ?? new UsageError(message);
}

/**
 * Does what a command line says, to its end; what fails is told and ends the process.
 * @param args the words after the program's name
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    const unknown = unknownCommand(args, commands);
    if (unknown !== null) throw new UsageError(unknown);
    await yargs([...args])
      .scriptName("pidreg")
      .usage("$0 <command>\n\nInterpretable multimodal regression: what does each modality know about the target?")
      .command(init)
      .command(train)
      .command(evaluate)
      .command(predict)
      .command(acquire)
      .command(compare)
      .command(runs)
      .command(crossval)
      .command(ablate)
      .command(select)
      .command(tune)
      .command(study)
      .command(watch)
      .command(decompose)
      .command(mi)
      .command(screen)
      .command(synth)
      .command(fetchData)
      .command(report)
      .command(exportModel)
      .command(page)
      .command(doctor)
      .command(completion)
      .command(quickstart)
      .option("verbose", {
        type: "boolean",
        default: false,
        describe: "all numbers of every epoch; stack traces",
        global: true,
      })
      .example("pidreg quickstart", "a first run on generated data")
      .example("pidreg train configs/brain-age.yaml", "train, decompose and evaluate")
      .example("pidreg decompose --data t.csv --target y --modality a=a_* --modality b=b_*", "atoms without training")
      .version(packageVersion())
      .demandCommand(1, "Which command? `pidreg --help` lists them.")
      .recommendCommands()
      .strict()
      .parserConfiguration(parserOptions)
      .middleware((argv) => checkArguments(argv, args))
      .wrap(Math.min(110, process.stdout.columns ?? 80))
      .locale("en")
      // Its types know plain strings only.
      .updateStrings(parserWords as unknown as Record<string, string>)
      .fail(refuse)
      .parseAsync();
  } catch (error) {
    const { name, message } = error as Error;
    const usage = error instanceof UsageError || name === "YError";
    exitWith(usage ? new InputError(await usageMessage(message, args, commands)) : (error as Error), args);
  }
}
