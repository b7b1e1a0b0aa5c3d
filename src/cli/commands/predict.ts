import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { infiniteAsNull } from "../../files/json.js";
import { shown } from "../../shown.js";
import { type DialectArguments, withDialect } from "../dialect-options.js";
import { modelOptions } from "../model-options.js";
import { print, printJson, tell } from "../terminal.js";

interface PredictArguments extends DialectArguments {
  run: string;
  data: string[];
  array: string[];
  out: string;
  level?: number;
  quantiles?: string;
  draws: number;
  next: boolean;
  cost: string[];
  engine: string;
  json: boolean;
}

/** `pidreg predict RUN --data FILE --out FILE`: predictions with intervals, contributions and sample-level atoms. */
export const command: CommandModule<object, PredictArguments> = {
  command: "predict <run>",
  describe: "predict every row of a table, with intervals and contributions",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("run", { type: "string", demandOption: true, describe: "run folder that `pidreg train` wrote" })
      .option("data", modelOptions.table)
      .option("array", modelOptions.array)
      .option("out", { type: "string", demandOption: true, describe: "CSV file to write" })
      .option("level", { type: "number", describe: "coverage of the prediction intervals; the run's own if left out" })
      .option("quantiles", {
        type: "string",
        describe: "quantiles of the predictive distribution to write, as 0.05,0.5,0.95",
      })
      .option("draws", {
        type: "number",
        default: 0,
        describe: "draws of the bottleneck noise; their spread becomes a column",
      })
      .option("next", {
        type: "boolean",
        default: false,
        describe: "also write what each modality that a row lacks may be expected to bring, for its cost",
      })
      .option("cost", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "with --next: NAME=NUMBER, what that modality costs; that of the config if left out",
      })
      .option("engine", modelOptions.engine)
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg predict runs/brain-age --data new.csv --out predictions.csv", "one line per row")
      .example("pidreg predict runs/brain-age --data new.csv --out p.csv --level 0.95 --draws 50", "wider, with spread")
      .example("pidreg predict runs/brain-age --data new.csv --out p.csv --quantiles 0.05,0.5,0.95", "with quantiles")
      .example("pidreg predict runs/nhanes-age --data new.csv --out p.csv --next", "which modality to acquire next")
      .example(
        "pidreg predict runs/brain-age --data people.tsv --data lh.tsv --data aseg.tsv --out p.csv",
        "new tables, joined as those of the training",
      )
      .epilogue(
        "Columns: id; missing, what modalities the row lacks (where rows may lack some). Per target: TARGET (where " +
          "known), .prediction, .prediction.corrected (for bias, where the run has it), .lower and .upper (conformal " +
          "interval), .q0.05 and so on (quantiles, with --quantiles), .spread (with --draws), .contribution.NAME (what the prediction loses without that modality or " +
          "product). Of a target of classes: TARGET.prediction (the likeliest class), .set (classes of the prediction set, AD|MCI), " +
          ".probability.CLASS, .contribution.NAME.CLASS. Where the target is known in every row: local.unique.NAME, local.redundancy, local.synergy, and " +
          "local.partialRedundancy with three or more modalities, in bits per row; empty for a row that lacks a modality. " +
          "With --next: next (the modality of the largest expected drop of the error for its cost), next.NAME.bits and .squaredError (what it " +
          "is expected to bring), and both for every unit of cost; empty for a modality that the row has. " +
          "Text that a spreadsheet would run begins with an apostrophe.",
      ),
  handler: async ({ engine, json, array, quantiles, next, cost, ...given }) => {
    const { namedArrays } = await import("../../run/apply/array-files.js");
    const { predictRun } = await import("../../run/apply/predict-run.js");
    const { engineNamed } = await import("../engine-option.js");
    const { unitAfter } = await import("../../report/with-unit.js");
    const { dialectOf } = await import("../dialect-of.js");
    const { decodingTold } = await import("../decoding-lines.js");
    const { namedCosts } = await import("../../run/acquisition/costs.js");
    if (!next && cost.length > 0) throw new InputError("--cost goes with --next");
    const asked = quantiles === undefined ? {} : { quantiles: sharesIn(quantiles) };
    const result = await predictRun({
      ...given,
      ...asked,
      next: next ? { costs: namedCosts(cost) } : undefined,
      arrays: namedArrays(array),
      dialect: dialectOf(given),
      engine: engineNamed(engine),
      progress: decodingTold(tell),
    });
    for (const message of result.messages) tell(message);
    if (json) {
      printJson({ ...result, halfWidths: infiniteAsNull(result.halfWidths) });
      return;
    }
    const widths = result.targets
      .flatMap((name, t) => {
        const width = result.halfWidths[t];
        return Number.isFinite(width) ? [`${name} ± ${width.toPrecision(3)}${unitAfter(result, name)}`] : [];
      })
      .map(shown)
      .join(", ");
    const intervals =
      result.meanSize !== undefined
        ? `prediction sets of coverage ${Number((100 * result.level).toFixed(2))} % with ${result.meanSize.toFixed(2)} classes on average`
        : widths === ""
          ? "no intervals"
          : `${Number((100 * result.level).toFixed(2))} % intervals ${widths} on average`;
    const atoms = result.localAtoms ? "" : "\nno sample-level atoms: they need the target in every row";
    print(
      `${result.rows} ${result.rows === 1 ? "row" : "rows"} predicted, ${intervals}${atoms}${nextText(result.next)}\n${shown(result.out)}`,
    );
  },
};

/** How many rows would best be given each modality next. */
function nextText(counts: Readonly<Record<string, number>> | undefined): string {
  if (counts === undefined) return "";
  const listed = Object.entries(counts).flatMap(([name, rows]) => (rows === 0 ? [] : [`${shown(name)} (${rows})`]));
  return listed.length === 0 ? "\nno row lacks a modality" : `\nworth acquiring next, by rows: ${listed.join(", ")}`;
}

/** The shares of `--quantiles`. @throws InputError for what is no number between 0 and 1 */
function sharesIn(text: string): number[] {
  return text.split(",").map((part) => {
    const share = Number(part);
    if (part.trim() !== "" && share > 0 && share < 1) return share;
    throw new InputError(`--quantiles ${text}: expected numbers between 0 and 1, as 0.05,0.5,0.95; got "${part}"`);
  });
}
