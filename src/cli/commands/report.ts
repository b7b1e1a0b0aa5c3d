import type { CommandModule } from "yargs";
import { shown } from "../../shown.js";
import { print, printJson, tell } from "../terminal.js";

interface ReportArguments {
  run: string;
  out?: string;
  json: boolean;
}

/** `pidreg report RUN`: the HTML report of a finished run, made again from its folder. */
export const command: CommandModule<object, ReportArguments> = {
  command: "report <run>",
  describe: "write the HTML report of a finished run, from its folder alone",
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "run folder, such as runs/brain-age" })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "HTML file; default: report.html in the run folder",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg report runs/brain-age", "writes runs/brain-age/report.html and figures/")
      .example("pidreg report runs/brain-age --out brain-age.html", "and its figures into brain-age-figures/"),
  handler: async ({ run, out, json }) => {
    const { writeReport } = await import("../../report/write-report.js");
    const report = await writeReport(run, out);
    for (const message of report.messages) tell(message);
    if (json) printJson(report);
    else print(shown(report.file));
  },
};
