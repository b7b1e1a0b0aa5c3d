import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { typedSeconds } from "../duration-option.js";

interface WatchArguments {
  folder: string;
  port: number;
  idle: string;
  json: boolean;
}

/** `pidreg watch RUN|DIR`: a local page that follows trainings. */
export const command: CommandModule<object, WatchArguments> = {
  command: "watch <folder>",
  describe: "a page on this machine that follows trainings: curves, atoms, weights, remaining time",
  builder: (yargs) =>
    yargs
      .positional("folder", {
        type: "string",
        demandOption: true,
        describe: "run or study folder, or a folder that holds such",
      })
      .option("port", { type: "number", default: 0, describe: "port of the page (default: any that is free)" })
      .option("idle", {
        type: "string",
        default: "30m",
        requiresArg: true,
        describe: "close after so long without a page that asks, or with nothing going on",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document with the address" })
      .example("pidreg watch runs/my-run", "prints an address to open in a browser of this machine")
      .example("pidreg watch runs/my-run-crossval", "a study, its trainings wherever they run")
      .example("pidreg watch runs", "whatever trains in a folder")
      .epilogue(
        "Reads the files of the folder and changes nothing, so that trainings of a job scheduler can be followed too. Listens on 127.0.0.1 " +
          "alone, at an address that cannot be guessed; ends by itself when the trainings have ended. From another machine: ssh -L.",
      ),
  handler: async ({ folder, port, idle, json }) => {
    const idleSeconds = typedSeconds("--idle", idle);
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new InputError(`--port ${port}: expected a whole number, 0 to 65535`);
    }
    const { watch } = await import("../watch/run.js");
    await watch({ folder, port, idleSeconds, json });
  },
};
