import type { LoadedConfig } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { afterLosses } from "../../data/account.js";
import type { DataAccount, Dataset, SavedSplit } from "../../data/dataset.js";
import { type LoadOptions, loadDataset } from "../../data/load-dataset.js";
import { dealFolds } from "../../data/split/folds.js";
import { makeSplit } from "../../data/split/split.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { openRows } from "../../modalities/open-rows.js";
import { takesAbsentModalities } from "../../run/absence.js";
import { configLabels } from "../compare/compare-groups.js";
import { type FoldParts, foldParts } from "../crossval-parts.js";
import { dependenceMessages } from "../study.js";
import { type SharedRows, sharedMessages, sharedRows, splitMessages, type UsableTable } from "./shared-rows.js";
import { type SiteFacts, siteFacts } from "./sites.js";

/** How rows are dealt into folds. */
export interface DealRequest extends LoadedConfig {
  /** Further configs, on the same rows. */
  readonly others?: readonly LoadedConfig[] | undefined;
  readonly folds: number;
  readonly repeats: number;
  readonly outerGroup?: string | undefined;
}

/** One fold of one repeat. */
export interface DealtFold {
  readonly name: string;
  readonly repeat: number;
  readonly fold: number;
  readonly split: SavedSplit;
  readonly parts: FoldParts;
}

/** The folds of a table. */
export interface DealtRows {
  readonly folds: readonly DealtFold[];
  /** The table of the first config. */
  readonly dataset: Dataset;
  readonly account: DataAccount;
  /** Value of `outerGroup` in each row; undefined where no groups are tested as a whole. */
  readonly outer: readonly string[] | undefined;
  readonly setAside: number;
  readonly messages: readonly string[];
  /** Most folds that there could be: groups that are tested whole, or rows. */
  readonly most: number;
  /** Group of each row by its id, `data.group`; undefined where rows have none. */
  readonly groupOf: ReadonlyMap<string, string> | undefined;
  /** Left out where rows have no site beside `data.group`. */
  readonly sites?: SiteFacts;
  /** Of several configs, the rows of each that another cannot use. */
  readonly leftOut: readonly number[];
}

/** The rows of every fold, as row ids, and what became of the others. @throws InputError for data that do not fit */
export async function dealRepeats(request: DealRequest): Promise<DealtRows> {
  const { config, baseFolder, folds, repeats, outerGroup, others = [] } = request;
  const { split, group } = config.data;
  const timed = split.by === "time" ? { blocks: split.blocks, gap: split.gap } : undefined;
  if (timed !== undefined) refuseRedealt(repeats, outerGroup);
  const first = await tableOf({ config, baseFolder });
  const { dataset, account } = first;
  const outer = outerGroup === undefined ? undefined : await outerGroups({ config, baseFolder }, outerGroup);
  const shared = await sharedWith(first, others);
  const among = shared.among ?? first.among;
  const rng = new Rng(split.seed ?? config.seed).split("crossval");
  const validationShare = split.validation / (split.train + split.validation);
  const groups = { group, outerGroup, outer, tries: folds * repeats };
  const deal = (_: unknown, r: number): DealtFold[] => {
    const stream = rng.split(`repeat/${r + 1}`);
    const options = { folds, validationShare, stratify: split.stratify, timed, outerGroup: outer, among };
    return dealFolds(dataset, options, stream).map((part, f) => {
      const name = repeats > 1 ? `repeat-${r + 1}-fold-${f + 1}` : `fold-${f + 1}`;
      return { name, repeat: r + 1, fold: f + 1, split: part, parts: foldParts(dataset, part, groups) };
    });
  };
  const dealt = afterLosses(
    () => account.losses,
    () => Array.from({ length: repeats }, deal).flat(),
  );
  const setAside = first.among === undefined ? 0 : dataset.rows - first.among.length;
  const units = timed === undefined ? (outer ?? dataset.group) : undefined;
  const rows = among === undefined ? dataset.rowIds.map((_, row) => row) : Array.from(among);
  return {
    ...{ folds: dealt, dataset, account, outer, setAside, leftOut: shared.leftOut },
    messages: [...dependenceMessages(dataset), ...shared.messages],
    most: units === undefined ? rows.length : new Set(rows.map((row) => units[row])).size,
    groupOf: byId(dataset, dataset.group),
    ...sitesOf(first, { outer, outerGroup }, dealt.slice(0, folds)),
  };
}

interface LoadedTable extends UsableTable {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly account: DataAccount;
}

/** The rows of a config before they are dealt out, whatever its own split, but for those that it sets aside by name. */
async function tableOf({ config, baseFolder }: LoadedConfig): Promise<LoadedTable> {
  const dataset = await loadDataset(undealt(config), baseFolder, loadOptions(config));
  const among = await namedForTraining(config, baseFolder, dataset);
  return { label: config.name, config, dataset, account: dataset.account, among };
}

function undealt({ data }: Config): Config["data"] {
  const { column: _column, file: _file, blocks: _blocks, gap: _gap, ...shares } = data.split;
  return { ...data, split: { ...shares, by: "random" } };
}

/** With the column of sites where features are harmonised by one. */
function loadOptions(config: Config): LoadOptions {
  const site = config.data.harmonise?.site;
  const key = "data.harmonise.site";
  return {
    absentModalities: takesAbsentModalities(config),
    open: openRows,
    ...(site === undefined ? {} : { extras: [{ key, column: site, kind: "text" as const, optional: false }] }),
  };
}

/** The rows that all configs can use. @returns no rows to choose among where they are all rows of the first */
async function sharedWith(
  first: LoadedTable,
  others: readonly LoadedConfig[],
): Promise<{ readonly among?: Int32Array; readonly messages: readonly string[]; readonly leftOut: readonly number[] }> {
  if (others.length === 0) return { messages: [], leftOut: [] };
  const tables: LoadedTable[] = [first];
  for (const other of others) tables.push(await tableOf(other));
  const labels = configLabels(tables.map(({ config }) => config));
  const named = tables.map((table, i) => ({ ...table, label: labels[i] }));
  const shared: SharedRows = sharedRows(named);
  const { rows, rowIds } = first.dataset;
  const chosen = rowIds.flatMap((id, row) => (shared.ids.has(id) ? [row] : []));
  return {
    ...(chosen.length === rows ? {} : { among: Int32Array.from(chosen) }),
    messages: [...sharedMessages(named, shared), ...splitMessages(named)],
    leftOut: shared.leftOut,
  };
}

/**
 * Rows that a split by file or column names for training or validation: a test set that was locked away is in no fold. Undefined
 * where the split names no rows.
 */
async function namedForTraining(
  config: Config,
  baseFolder: string,
  { rowIds }: Pick<Dataset, "rowIds">,
): Promise<Int32Array | undefined> {
  const { split } = config.data;
  if (split.by !== "file" && split.by !== "column") return undefined;
  const named = await loadDataset(config.data, baseFolder, loadOptions(config));
  const { train, validation } = makeSplit(named, split, new Rng(config.seed)).rowIds;
  const known = new Set([...train, ...validation]);
  return Int32Array.from(rowIds.flatMap((id, row) => (known.has(id) ? [row] : [])));
}

/** Whole groups are balanced as they are. @throws InputError where their rows were to be stratified */
export function refuseStratified({ data }: Config, outerGroup: string | undefined): void {
  const { stratify } = data.split;
  if (outerGroup === undefined || stratify === 0) return;
  throw new InputError(
    `data.split.stratify: ${stratify}: whole groups of --outer-group ${outerGroup} are balanced in the targets as they ` +
      "are, and cannot be stratified by rows; leave data.split.stratify out",
  );
}

/** Folds of a split by time are what the order makes them: there is nothing to draw. @throws InputError */
function refuseRedealt(repeats: number, outerGroup: string | undefined): void {
  if (repeats > 1) {
    throw new InputError(
      `--repeats ${repeats}: folds of data.split.by: time are the same every time; leave it out, or set data.split.by: random`,
    );
  }
  if (outerGroup === undefined) return;
  throw new InputError(
    `--outer-group ${outerGroup}: with data.split.by: time the folds are stretches of time; leave one of the two out ` +
      "(data.group keeps groups apart in either case)",
  );
}

/** Value of the column in each row. */
async function outerGroups(
  { config, baseFolder }: LoadedConfig,
  column: string,
): Promise<readonly string[] | undefined> {
  try {
    return (await loadDataset({ ...undealt(config), group: column }, baseFolder, loadOptions(config))).group;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message.replace(/^data\.group: /, "--outer-group: "));
  }
}

/** Column whose values are sites: what is tested as a whole, else what features are harmonised by, else the groups. */
export function siteColumn({ data }: Pick<Config, "data">, outerGroup: string | undefined): string | undefined {
  return outerGroup ?? data.harmonise?.site ?? data.group;
}

/** Groups of the table stand in the runs already. */
function sitesOf(
  { config, dataset }: { readonly config: Pick<Config, "data">; readonly dataset: Dataset },
  { outer, outerGroup }: { readonly outer: readonly string[] | undefined; readonly outerGroup: string | undefined },
  folds: readonly DealtFold[],
): Pick<DealtRows, "sites"> {
  const column = siteColumn(config, outerGroup);
  if (column === undefined || column === config.data.group) return {};
  const siteOf = byId(dataset, outer ?? dataset.labels.get(column));
  if (siteOf === undefined) return {};
  return {
    sites: siteFacts(
      column,
      siteOf,
      folds.map(({ split }) => split),
    ),
  };
}

function byId(
  { rowIds }: Pick<Dataset, "rowIds">,
  values: readonly (string | null)[] | undefined,
): ReadonlyMap<string, string> | undefined {
  if (values === undefined) return undefined;
  return new Map(rowIds.flatMap((id, row) => (values[row] === null ? [] : [[id, values[row]] as const])));
}
