import type { CommandModule } from "yargs";
import { shown } from "../../shown.js";
import { print, printJson, tell } from "../terminal.js";

interface RunsArguments {
  dir: string;
  sort: string;
  csv?: string;
  html?: string;
  json: boolean;
}

/** `pidreg runs [DIR]`: the runs and studies of a folder, with their errors. */
export const command: CommandModule<object, RunsArguments> = {
  command: "runs [dir]",
  describe: "list runs, ensembles and studies with their errors: text, JSON, CSV or one HTML page",
  builder: (yargs) =>
    yargs
      .positional("dir", { type: "string", default: "runs", describe: "folder that holds run and study folders" })
      .option("sort", {
        type: "string",
        default: "test",
        describe: "column: name, date, rows, validation, test, baseline, bits, warnings, state",
      })
      .option("csv", { type: "string", requiresArg: true, describe: "CSV file to write, a line per run and target" })
      .option("html", {
        type: "string",
        requiresArg: true,
        describe: "HTML file to write: tables that the reader sorts, figures, links to reports",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg runs", "what lies in runs/")
      .example("pidreg runs runs --sort validation", "the order to choose by")
      .example("pidreg runs runs --html runs.html --csv runs.csv", "a page and a table of them")
      .example("pidreg runs runs/brain-age-crossval/runs", "the trainings of a study")
      .epilogue(
        "Runs of one target in one unit, on one table (by the SHA-256 of its files) stand together; errors of different groups are " +
          "never sorted together. Members of an ensemble and trainings of a study are not listed with it. Runs that are at " +
          "work, interrupted or damaged are listed and say so. Reads only.",
      ),
  handler: async ({ dir, sort, csv, html, json }) => {
    const { leaderboard } = await import("../../study/leaderboard/leaderboard.js");
    const board = await leaderboard(dir, sort);
    for (const message of board.messages) tell(message);
    const { writeLeaderboardCsv, writeLeaderboardPage } = await import("../../study/leaderboard/write-leaderboard.js");
    if (csv !== undefined) await writeLeaderboardCsv(board, csv);
    if (html !== undefined) await writeLeaderboardPage(board, html);
    const written = { ...(csv === undefined ? {} : { csv }), ...(html === undefined ? {} : { html }) };
    if (json) {
      printJson({ ...board, ...written });
      return;
    }
    const { runsText } = await import("../runs-text.js");
    print(runsText(board));
    const places = Object.entries(written).map(([kind, file]) => `${kind.padEnd(5)} ${shown(file)}`);
    if (places.length > 0) print(`\n${places.join("\n")}`);
  },
};
