import path from "node:path";
import type { CommandModule } from "yargs";
import { datasets } from "../../data/fetch/datasets.js";
import type { Downloaded } from "../../data/fetch/download.js";
import { InputError } from "../../errors.js";
import { shellQuoted } from "../../shell-quoted.js";
import { shown } from "../../shown.js";
import { print, printJson } from "../terminal.js";

interface FetchArguments {
  name: string;
  dest?: string;
  "time-limit": number;
  json: boolean;
}

const checks: Readonly<Record<Downloaded["verified"], string>> = {
  registry: "checksum as known of this dataset",
  record: "checksum as recorded at the first download",
  "first download": "checksum recorded beside the file; the origin publishes none to compare it with",
};

/** A week, in minutes; a timer cannot wait for a month. */
const longestLimit = 7 * 24 * 60;

/** `pidreg fetch NAME [--dest DIR]`: downloads a public dataset. */
export const command: CommandModule<object, FetchArguments> = {
  command: "fetch <name>",
  describe: "download a public dataset, checksum verified",
  builder: (yargs) =>
    yargs
      .positional("name", {
        type: "string",
        choices: Object.keys(datasets),
        demandOption: true,
        describe: "dataset, see docs/datasets.md",
      })
      .option("dest", { type: "string", describe: "folder to write into (default: data/NAME)" })
      .option("time-limit", { type: "number", default: 30, describe: "longest download of one file, minutes" })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg fetch superconductivity", "into data/superconductivity; repeat it to continue or to verify"),
  handler: async ({ name, dest, "time-limit": minutes, json }) => {
    if (!(minutes > 0 && minutes <= longestLimit)) {
      throw new InputError(`--time-limit ${minutes}: expected minutes above 0, at most ${longestLimit}`);
    }
    const { fetchDataset } = await import("../../data/fetch/fetch-dataset.js");
    const fetched = await fetchDataset(name, dest ?? path.join("data", name), datasets, { totalMs: minutes * 60_000 });
    if (json) {
      printJson(fetched);
      return;
    }
    const lines = fetched.downloads.map(
      ({ file, bytes, sha256, verified, present }) =>
        `${shown(file)}  ${(bytes / 2 ** 20).toFixed(1)} MB${present ? ", was there already" : ""}\n  SHA-256 ${sha256}\n  ${checks[verified]}`,
    );
    print([fetched.title, `licence: ${fetched.licence}`, ...lines].join("\n"));
    const [table] = fetched.tables;
    print(`tables: ${shown(fetched.tables.join(", "))}\nprovenance: ${shown(fetched.provenance)}`);
    if (fetched.config === null) return;
    print(`train: pidreg train ${fetched.config} --set ${shellQuoted(`data.file=${table}`)}`);
  },
};
