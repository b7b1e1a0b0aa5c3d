import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { InputError } from "../errors.js";
import { command as decompose } from "./commands/decompose.js";
import { command as doctor } from "./commands/doctor.js";
import { command as evaluate } from "./commands/evaluate.js";
import { command as exportModel } from "./commands/export.js";
import { command as predict } from "./commands/predict.js";
import { command as quickstart } from "./commands/quickstart.js";
import { command as report } from "./commands/report.js";
import { command as synth } from "./commands/synth.js";
import { command as train } from "./commands/train.js";
import { exitWith } from "./failure.js";
import { packageVersion } from "./version.js";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe (`pidreg ... | head`) went away: nothing is left to say.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

/** Options that may be given several times; for any other a repetition is a mistake. */
const repeatable = new Set(["set", "modality", "_"]);

function refuseRepeats(argv: Record<string, unknown>): void {
  const repeated = Object.keys(argv).find((key) => Array.isArray(argv[key]) && !repeatable.has(key));
  if (repeated !== undefined) throw new InputError(`--${repeated} was given more than once`);
}

const args = hideBin(process.argv);

await yargs(args)
  .scriptName("pidreg")
  .usage("$0 <command>\n\nInterpretable multimodal regression: what does each modality know about the target?")
  .command(train)
  .command(evaluate)
  .command(predict)
  .command(decompose)
  .command(synth)
  .command(report)
  .command(exportModel)
  .command(doctor)
  .command(quickstart)
  .option("verbose", { type: "boolean", default: false, describe: "show stack traces", global: true })
  .example("pidreg quickstart", "a first run on generated data")
  .example("pidreg train configs/brain-age.yaml", "train, decompose and evaluate")
  .example("pidreg decompose --data t.csv --target y --modality a=a_* --modality b=b_*", "atoms without training")
  .version(packageVersion())
  .demandCommand(1, "Which command? `pidreg --help` lists them.")
  .recommendCommands()
  .strict()
  .middleware(refuseRepeats, true)
  .wrap(Math.min(110, process.stdout.columns ?? 100))
  .fail((message, error) => exitWith(error ?? message, args))
  .parseAsync();
