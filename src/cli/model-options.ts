import { InputError } from "../errors.js";
import { type DialectArguments, dialectGiven } from "./dialect-options.js";

const several =
  "given several times, tables that are joined as those of the training were (FILE, or NAME=FILE with the name of a modality)";

/** Options of commands that read a table with a trained model. */
export const modelOptions = {
  /** A table beside the rows of the run. */
  otherTable: {
    type: "string",
    array: true,
    nargs: 1,
    describe: `another table with the same columns and the target; ${several}`,
  },
  /** The table that is predicted. */
  table: {
    type: "string",
    array: true,
    nargs: 1,
    demandOption: true,
    describe: `table with the columns of the model; ${several}`,
  },
  array: {
    type: "string",
    array: true,
    nargs: 1,
    default: [] as string[],
    describe: "NAME=FILE: the array of that modality for this table; that of the training if left out",
  },
  engine: { type: "string", default: "auto", describe: "auto, onnx, wasm, cpu, tensorflow, .." },
} as const;

/** @throws InputError for options that speak of another table where none is given */
export function refuseWithoutTable(
  data: readonly string[] | undefined,
  array: readonly string[],
  written: DialectArguments,
): void {
  if (data !== undefined) return;
  if (array.length > 0) throw new InputError("--array goes with --data");
  const [strange] = dialectGiven(written);
  if (strange !== undefined) throw new InputError(`--${strange} goes with --data`);
}
