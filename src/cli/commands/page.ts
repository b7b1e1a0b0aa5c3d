import type { CommandModule } from "yargs";
import { shown } from "../../shown.js";
import { print, printJson, tell } from "../terminal.js";

interface PageArguments {
  run: string;
  out?: string;
  json: boolean;
}

/** `pidreg page RUN`: the model of a finished run as one HTML file that predicts in a browser. */
export const command: CommandModule<object, PageArguments> = {
  command: "page <run>",
  describe: "write the model as one HTML page that predicts and explains in a browser",
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "run folder, such as runs/brain-age" })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "HTML file; default: page.html in the run folder",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg page runs/brain-age", "writes runs/brain-age/page.html")
      .example("pidreg page runs/brain-age --out brain-age.html", "one file to give away: it needs no network")
      .epilogue(
        "The page holds the model and what was fitted on the training rows (quantiles, medians, ranges), and no row of the " +
          "table, unless the model itself holds latents and errors of its training rows (model.neighbours), which is then said. Rows that are " +
          "given to it stay in the browser.",
      ),
  handler: async ({ run, out, json }) => {
    const { writeRunPage } = await import("../../page/write-run-page.js");
    const page = await writeRunPage(run, out);
    for (const message of page.messages) tell(message);
    if (json) printJson(page);
    else print(shown(page.file));
  },
};
