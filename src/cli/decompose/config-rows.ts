import { type DataConfig, targetKind } from "../../config/data.js";
import { loadConfig } from "../../config/load.js";
import { isTable } from "../../config/modalities/kinds.js";
import type { Config } from "../../config/schema.js";
import type { Dataset } from "../../data/dataset.js";
import { harmoniseColumns } from "../../data/harmonise/apply.js";
import { holdColumns } from "../../data/held-columns.js";
import { loadDataset } from "../../data/load-dataset.js";
import { makeSplit } from "../../data/split/split.js";
import { heldTable } from "../../data/table/held-table.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { joinWords } from "../../report/text.js";
import { takesAbsentModalities } from "../../run/absence.js";
import { asTrained } from "./as-trained.js";
import { fewestModalities, tooFewModalities } from "./layout.js";
import type { ConfigRows } from "./opened-rows.js";
import type { DecomposeArguments } from "./options.js";
import { rankOptions } from "./warnings.js";

/**
 * The rows that a training of a config would read, joined and coded in its way; of its parts training and validation unless
 * others are asked for, so that the test part stays unseen.
 * @returns the arguments with what the config says in them, and sentences about rows and choices
 * @throws InputError for what is wrong with config or tables, and for modalities that are no columns
 */
export async function withConfigRows(
  args: DecomposeArguments,
): Promise<{ readonly args: DecomposeArguments; readonly messages: readonly string[] }> {
  const file = args.config as string;
  const { config, baseFolder } = await loadConfig(file, args.set ?? []);
  const { data } = config;
  refuseArrays(data, fewestModalities(args));
  if (args.group !== undefined && args.group !== data.group) {
    const said = data.group === undefined ? "data.group is not given" : `data.group is "${data.group}"`;
    throw new InputError(
      `--group ${args.group}: ${said} in ${file}; say it there, so that training keeps the same rows together`,
    );
  }
  if (args.missing !== "error" && args.missing !== data.missing)
    throw new InputError(`--missing ${args.missing}: data.missing is ${data.missing} in ${file}; say it there`);
  const by = args.by?.trim().normalize("NFC");
  const dataset = await loadDataset(data, baseFolder, {
    absentModalities: takesAbsentModalities(config),
    extras: [
      ...harmoniseColumns(data),
      ...(by === undefined ? [] : [{ key: "--by", column: by, kind: "text", optional: false } as const]),
    ],
  });
  const { rows, train, part, message } = rowsOf(args, config, dataset);
  const trained = asTrained(dataset, train, data);
  // Groups of --by are whole themselves; rows of one of them depend on one another in no smaller group.
  const group = data.group === by ? undefined : data.group;
  const held = holdColumns(trained.dataset, rows, { by, group });
  const label = `the rows of ${file}`;
  const opened: ConfigRows = {
    ...{ part, layout: held.layout, table: heldTable(label, rows.length, held.columns) },
    ids: Array.from(rows, (row) => dataset.rowIds[row]),
  };
  const categories = held.layout.categories?.join(", ");
  return {
    args: {
      ...args,
      rows: opened,
      missing: data.missing,
      "target-kind": args["target-kind"] === "auto" ? (targetKind(data) ?? "auto") : args["target-kind"],
      ...(group === undefined ? { group: undefined } : { group: held.layout.group }),
      ...(categories === undefined ? {} : { category: categories }),
    },
    messages: [
      ...dataset.account.messages,
      message,
      ...(dataset.offeredGroup === undefined ? [] : [dataset.offeredGroup]),
      ...trained.messages,
      ...notApplied(args, data, group, by),
    ],
  };
}

function refuseArrays({ modalities }: DataConfig, fewest: number): void {
  const other = Object.entries(modalities).find(([, modality]) => !isTable(modality));
  if (other !== undefined) {
    throw new InputError(
      `data.modalities.${other[0]}: is of kind ${other[1].kind}, and only columns of tables are read here: an array has more values in a ` +
        "row than can be learned from directly. pidreg train decomposes what its encoder makes of it; or take the modality out.",
    );
  }
  const names = Object.keys(modalities);
  if (names.length < fewest) throw tooFewModalities(fewest, `, the config has ${names.join(", ")}`);
}

/** What training does beyond, and the decomposition of columns does not. */
function notApplied(
  { readFor }: DecomposeArguments,
  { inputs, modalities }: DataConfig,
  group: string | undefined,
  by: string | undefined,
): string[] {
  const screened = Object.entries(modalities).flatMap(([name, own]) => ("screen" in own && own.screen ? [name] : []));
  return [
    ...(screened.length === 0
      ? []
      : [`all columns of ${joinWords(screened)} are read: each training screens them anew, on its own training rows`]),
    ...(["auto", "quantile"].includes(inputs.preparation) && readFor === undefined
      ? [
          `columns are decomposed as they are, and training ${inputs.preparation === "auto" ? "may map" : "maps"} them to normal scores: ` +
            `${rankOptions} does so here too`,
        ]
      : []),
    ...(group === undefined ? [] : [`errors go by the groups of data.group, "${group}"`]),
    ...(group === undefined && by !== undefined ? [`rows count as independent within the groups of --by`] : []),
  ];
}

function rowsOf(args: DecomposeArguments, { data, seed }: Config, dataset: Dataset) {
  const part = args.part ?? "train+validation";
  const all = Int32Array.from({ length: dataset.rows }, (_, row) => row);
  const names = args.readFor === undefined ? "; --local has their names" : "";
  const numbers = `numbers of rows in messages count these rows, from 1${names}`;
  if (part === "all") {
    const message = `all ${dataset.rows} rows are read, the test part among them: what is chosen by this look has seen it; ${numbers}`;
    const { train } = makeSplit(dataset, data.split, new Rng(seed));
    return { part, rows: all, train, message };
  }
  const split = makeSplit(dataset, data.split, new Rng(seed));
  const rows = part === "train" ? split.train : Int32Array.from([...split.train, ...split.validation]).sort();
  const what = part === "train" ? "the training part" : "training and validation part";
  const message = `${rows.length} of ${dataset.rows} rows are read, ${what} of the config's split: the test part stays unseen (--part all reads it); ${numbers}`;
  return { part, rows, train: split.train, message };
}
