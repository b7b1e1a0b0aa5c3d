import type { Config } from "../config/schema.js";
import { afterLosses } from "../data/account.js";
import type { Dataset, SavedSplit } from "../data/dataset.js";
import type { UnfitPart } from "../data/split/part-check.js";
import type { PartsSummary } from "../data/split/part-summary.js";
import { makeSplit, restoreSplit, type Split } from "../data/split/split.js";
import { takeTargets } from "../data/target/target-transform.js";
import { InputError } from "../errors.js";
import { Rng } from "../math/rng.js";
import { plural } from "../report/text.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { studyDefaults } from "./defaults.js";

/** How often each model of a study is trained. */
export interface Trainings {
  /** Splits of the rows. */
  readonly repeats: number;
  /** Trainings on each split. */
  readonly seeds: number;
}

/** The same as it is asked for. */
export type AskedTrainings = { readonly [K in keyof Trainings]?: Trainings[K] | undefined };

/** Whether a config says how its rows are drawn, and not which they are. */
function isDrawn({ split: { by } }: Pick<Config["data"], "split">): boolean {
  return by === "random" || by === "group";
}

/**
 * Trainings of each model: 5 splits where rows are drawn, with one training each; on the one split that a file, a column or the
 * order fixes, 3 trainings.
 * @throws InputError for numbers that are none, and for several splits of rows by time
 */
export function trainingsOf({ data }: Pick<Config, "data">, asked: AskedTrainings): Trainings {
  const { repeats = isDrawn(data) ? studyDefaults.trainings.repeats : 1 } = asked;
  const { seeds = repeats > 1 ? 1 : studyDefaults.trainings.seeds } = asked;
  checkCount("--seeds", seeds, "trainings of each on every split");
  checkCount("--repeats", repeats, "splits");
  if (repeats > 1 && data.split.by === "time") {
    throw new InputError(
      `--repeats ${repeats}: a split by time (data.split.by: time) is the same every time; leave it out, or set data.split.by: random`,
    );
  }
  return { repeats, seeds };
}

/** @throws InputError for what is no number of trainings, splits or trials */
export function checkCount(option: string, value: number, what: string, most = 1000): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new InputError(`${option} ${value}: expected a whole number of ${what}, 1 to ${most}`);
}

/** Name of the split that all trainings of a study share, where there is one. */
const sharedSplit = "split";

/** Names of the splits of a study. */
export function splitNames({ repeats }: Pick<Trainings, "repeats">): string[] {
  return repeats === 1 ? [sharedSplit] : Array.from({ length: repeats }, (_, r) => `repeat-${r + 1}`);
}

/** Splits of a table, and rows that are in none of them. */
export interface RepeatedSplits {
  readonly splits: readonly Split[];
  /** Rows that a split by file or column keeps from training and validation, where splits are drawn anew. */
  readonly setAside: number;
}

/**
 * The config's own split, and others drawn as it was: whole groups, and classes or bins of the target in equal shares. Where a file
 * or column names the parts, several splits deal the rows that it names for training or validation, by the shares of `data.split`:
 * rows of its test part stay where they are.
 * @throws InputError for a table that cannot be split so, after what was lost of it
 */
export function repeatedSplits(dataset: Dataset, config: Config, repeats: number): RepeatedSplits {
  const { split } = config.data;
  return afterLosses(
    () => dataset.account.losses,
    () => {
      const own = makeSplit(dataset, split, new Rng(config.seed));
      if (repeats === 1) return { splits: [own], setAside: 0 };
      const named = isDrawn(config.data) ? null : own;
      const among = named === null ? all(dataset) : [...named.train, ...named.validation].sort((a, b) => a - b);
      const splits = Array.from({ length: repeats }, (_, r) => {
        if (named === null && r === 0) return own;
        return drawnAmong(dataset, among, config, `repeat/${r + 1}`);
      });
      return { splits, setAside: dataset.rows - among.length };
    },
  );
}

function all({ rows }: Pick<Dataset, "rows">): number[] {
  return Array.from({ length: rows }, (_, row) => row);
}

/**
 * Deals some of the rows by the shares of `data.split`, whole groups and strata kept; the others are in no part.
 * @param among ascending
 * @param label of the stream that deals them
 */
export function drawnAmong(
  dataset: Dataset,
  among: readonly number[],
  { data, seed }: Pick<Config, "data" | "seed">,
  label: string,
): Split {
  const { column: _column, file: _file, ...shares } = data.split;
  const { group } = dataset;
  const own = {
    ...{ rows: among.length, rowIds: among.map((row) => dataset.rowIds[row]) },
    targets: takeTargets(dataset.targets, [...among]),
    ...(group === undefined ? {} : { group: among.map((row) => group[row]) }),
  };
  const rng = new Rng(data.split.seed ?? seed).split(label);
  const { rowIds } = makeSplit(own, { ...shares, by: "random", seed: undefined }, rng);
  if (among.length === dataset.rows) return restoreSplit(dataset, rowIds);
  const dealt = new Set(among);
  const leftOut = dataset.rowIds.filter((_, row) => !dealt.has(row));
  return restoreSplit(dataset, { ...rowIds, leftOut });
}

/** Rows that did not train over rows that did. */
export function heldToTrain({ train, validation, test }: SavedSplit): number {
  return (validation.length + test.length) / train.length;
}

/** What results.json says of the parts of one split. */
export interface SplitParts {
  readonly name: string;
  readonly parts: PartsSummary;
  readonly unfit: readonly UnfitPart[];
}

/** Splits whose unfit parts are described; of others it is said how many there are. */
const mostDescribed = 3;

/** Sentences about the parts of several splits; of one split they are those of its parts. */
export function splitWarnings(checked: readonly CheckedParts[], names: readonly string[]): string[] {
  if (checked.length === 1) return [...checked[0].warnings];
  const found = checked.flatMap(({ warnings }, r) => warnings.map((warning) => `${names[r]}: ${warning}`));
  const more = found.length - mostDescribed;
  if (more <= 0) return found;
  const which = `${more} more of ${plural(checked.length, "split")} ${more === 1 ? "has" : "have"} such parts`;
  return [...found.slice(0, mostDescribed), `${which}; results.json names them`];
}

/** What is said of rows that several splits of named rows leave alone. */
export function setAsideWords(rows: number): string {
  return `${rows} ${rows === 1 ? "row that data.split sets aside is" : "rows that data.split sets aside are"} in no split`;
}

/** What is said before a study of several splits trains. @param what is trained: "subset" @param one trainings that one split would take */
export function planWords({ repeats, seeds }: Trainings, models: number, what: string, more = ""): string {
  const all = models * repeats * seeds;
  return (
    `${plural(models, what)}, ${plural(repeats, "split")}, ${plural(seeds, "training")} of each on every split: ${all} trainings${more}; ` +
    `--repeats 1 trains ${models * studyDefaults.trainings.seeds}, and speaks of one split alone`
  );
}

/** Row ids of the splits by their names. */
export function namedSplits(names: readonly string[], splits: readonly SavedSplit[]): Record<string, SavedSplit> {
  return Object.fromEntries(names.map((name, r) => [name, splits[r]]));
}
