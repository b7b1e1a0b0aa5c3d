import type { Argv } from "yargs";

/** Adds what every command that trains from a config takes: the config and what overrides its keys. */
export function configOptions<T>(yargs: Argv<T>) {
  return yargs
    .positional("config", { type: "string", demandOption: true, describe: "run config (YAML)" })
    .option("set", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "override of a config key, path.to.key=value; repeatable",
    })
    .option("seed", { type: "number", describe: "seed of every random number (overrides the config)" })
    .option("engine", { type: "string", describe: "auto, onnx, wasm, cpu, tensorflow, .. (overrides the config)" });
}
