import type { CommandModule } from "yargs";

interface QuickstartArguments {
  out: string;
  seed: number;
  engine: string;
  quiet: boolean;
  verbose: boolean;
}

/** `pidreg quickstart`: a first run on a generated table whose atoms are known. */
export const command: CommandModule<object, QuickstartArguments> = {
  command: "quickstart",
  describe: "generate a table with known atoms, train on it, compare; under a minute",
  builder: (yargs) =>
    yargs
      .option("out", { type: "string", default: "runs/quickstart", describe: "run folder; replaced if it exists" })
      .option("seed", { type: "number", default: 1, describe: "seed of data and training" })
      .option("engine", { type: "string", default: "auto", describe: "auto, onnx, wasm, cpu, tensorflow, .." })
      .option("quiet", { type: "boolean", default: false, describe: "no progress, warnings only" })
      .option("verbose", { type: "boolean", default: false, describe: "all numbers of every epoch; stack traces" })
      .example("pidreg quickstart", "writes runs/quickstart"),
  handler: async (argv) => {
    const { runQuickstart } = await import("../run-quickstart.js");
    await runQuickstart(argv);
  },
};
