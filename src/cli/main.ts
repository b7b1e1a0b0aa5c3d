import { hideBin } from "yargs/helpers";
import { exitWith } from "./failure.js";
import { guardOutputs } from "./outputs.js";
import { runCommandLine } from "./run-command-line.js";

const args = hideBin(process.argv);
guardOutputs((error) => exitWith(error, args));
await runCommandLine(args);
