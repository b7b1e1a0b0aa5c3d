import type { CommandModule } from "yargs";
import { print, printJson } from "../terminal.js";

interface DoctorArguments {
  json: boolean;
}

/** `pidreg doctor`: Node, engines, memory, what is missing and how to get it. */
export const command: CommandModule<object, DoctorArguments> = {
  command: "doctor",
  describe: "show Node, memory and engines: what works, what is missing and how to get it",
  builder: (yargs) =>
    yargs
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg doctor", "tries every engine"),
  handler: async ({ json }) => {
    const { describeSystem, examineSystem } = await import("../doctor.js");
    const system = await examineSystem();
    if (json) printJson(system);
    else print(describeSystem(system));
  },
};
