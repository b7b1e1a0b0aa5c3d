import type { CommandModule } from "yargs";
import {
  type GeneratorName,
  generatorNames,
  type MixingName,
  mixingNames,
  type TableFormat,
  tableFormats,
} from "../../data/synthetic/generators.js";
import type { TrueAtoms, Truth } from "../../data/synthetic/truth.js";
import type { WrittenTable } from "../../data/synthetic/write.js";
import { padLeft, padRight } from "../../report/text-columns.js";
import { shellQuoted } from "../../shell-quoted.js";
import { shown } from "../../shown.js";
import { print, printJson } from "../terminal.js";

interface SynthArguments {
  name: GeneratorName;
  out: string;
  rows?: number;
  seed: number;
  mixing: MixingName;
  noise?: number;
  columns: number;
  format: TableFormat;
  json: boolean;
}

/** `pidreg synth NAME --out DIR`: a generated multimodal table, its true atoms and a config to train on it. */
export const command: CommandModule<object, SynthArguments> = {
  command: "synth <name>",
  describe: "generate a multimodal table with known answers",
  builder: (yargs) =>
    yargs
      .positional("name", { choices: generatorNames, demandOption: true, describe: "what the table shows" })
      .option("out", { type: "string", demandOption: true, describe: "folder for table, truth.json and config.yaml" })
      .option("rows", { type: "number", describe: "number of rows (default: 3000 or 4000, by name)" })
      .option("seed", { type: "number", default: 1, describe: "seed of every random number" })
      .option("mixing", {
        choices: mixingNames,
        requiresArg: true,
        default: "linear" as const,
        describe: "how hidden causes become columns; both lose nothing",
      })
      .option("noise", {
        type: "number",
        describe: "spread of the target's noise as a share of its signal's (default: 0.3 to 0.5, by name)",
      })
      .option("columns", { type: "number", default: 8, describe: "columns per modality" })
      .option("format", {
        choices: tableFormats,
        requiresArg: true,
        default: "csv" as const,
        describe: "format of the table",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg synth mixed --out data/mixed", "then: pidreg train data/mixed/config.yaml")
      .example("pidreg synth interaction --out data/product --mixing mlp --rows 20000", "a harder table, more rows")
      .example("pidreg synth three --out data/three --json", "the true atoms as JSON")
      .example("pidreg synth phantom --out data/phantom", "volumes of made heads beside a table"),
  handler: async (argv) => {
    const [{ generateSynthetic }, { truthDocument, writeSynthetic }, { withSignals }] = await Promise.all([
      import("../../data/synthetic/generate.js"),
      import("../../data/synthetic/write.js"),
      import("../signals.js"),
    ]);
    const { rows, seed, noise, columns: width } = argv;
    const table = generateSynthetic(argv.name, { rows, seed, noise, width, mixing: argv.mixing });
    const files = await withSignals((signal) => writeSynthetic(table, argv.out, argv.format, signal));
    if (argv.json) {
      printJson({ files, ...truthDocument(table) });
      return;
    }
    print(describe(table.truth, files, table.rows));
  },
};

/** The true atoms and the files, for people. */
function describe(truth: Truth, files: WrittenTable, rows: number): string {
  const { regression } = truth;
  const pick = (of: (atoms: TrueAtoms) => number) =>
    [of(truth), of(regression)].map((value) => padLeft(value.toFixed(4), 12)).join("");
  const modalities = Object.keys(truth.information.byModality);
  const lines = [
    ["bits", `${padLeft("true", 12)}${padLeft("regression", 12)}`],
    ["information, all", pick((t) => t.information.total)],
    ...modalities.map((name) => [`information, ${name}`, pick((t) => t.information.byModality[name])]),
    ...modalities.map((name) => [`unique to ${name}`, pick((t) => t.atoms.unique[name])]),
    ["redundancy", pick((t) => t.atoms.redundancy)],
    ...(modalities.length > 2 ? [["shared by some", pick((t) => t.atoms.partialRedundancy)]] : []),
    ["synergy", pick((t) => t.atoms.synergy)],
  ];
  const table = lines.map(([label, value]) => padRight(label, 24) + value).join("\n");
  return (
    `${table}\n("regression": what perfect regressions would report, see truth.json)\n\n` +
    `${rows} rows in ${shown(files.table)}${files.volumes === undefined ? "" : `\nvolumes in ${shown(files.volumes)}`}\ntruth in ${shown(files.truth)}\nnext: pidreg train ${shellQuoted(files.config)}`
  );
}
