import type { Dataset, SavedSplit } from "../data/dataset.js";
import { type UnfitPart, unfitMessage, unfitParts } from "../data/split/part-check.js";
import { type NamedGroups, type PartsSummary, summariseParts } from "../data/split/part-summary.js";
import { restoreSplit, type Split } from "../data/split/split.js";

/** What the parts of a fold hold, and what is wrong with them. */
export interface FoldParts {
  readonly parts: PartsSummary;
  readonly unfit: readonly UnfitPart[];
  /** Validation rows whose outer group has training rows too; left out where no groups are tested as a whole. */
  readonly validationOfTrainedGroups?: number;
}

/** Groups of the table and those that are tested as a whole. */
export interface FoldGroups {
  /** Column of the groups that straddle neither border, `data.group`. */
  readonly group: string | undefined;
  readonly outerGroup: string | undefined;
  /** Outer group of each row. */
  readonly outer: readonly string[] | undefined;
  /** Folds that are checked together. */
  readonly tries: number;
}

/**
 * Summarises the parts of a fold, and checks those inside it. Outer groups are counted in the test fold, the groups of the
 * table in the other parts. A test fold of few groups, or of other targets, is no fault: over the folds every group is
 * tested.
 */
export function foldParts(
  dataset: Pick<Dataset, "rowIds" | "targets" | "group" | "ordering">,
  saved: SavedSplit,
  { group, outerGroup, outer, tries }: FoldGroups,
): FoldParts {
  const split = restoreSplit(dataset, saved);
  const own = named(group, dataset.group);
  const whole = named(outerGroup, outer) ?? own;
  const { train, validation } = summariseParts(dataset, split, own ?? whole);
  const { test } = summariseParts(dataset, split, whole);
  const groupsIn = own === undefined ? [] : (["train", "validation"] as const);
  const unfit = unfitParts(dataset, split, { train, validation }, { tries, groupsIn });
  return { parts: { train, validation, test }, unfit, ...trainedGroups(split, outer) };
}

function trainedGroups(
  { train, validation }: Pick<Split, "train" | "validation">,
  outer: readonly string[] | undefined,
): Pick<FoldParts, "validationOfTrainedGroups"> {
  if (outer === undefined) return {};
  const trained = new Set(Array.from(train, (row) => outer[row]));
  return { validationOfTrainedGroups: validation.filter((row) => trained.has(outer[row])).length };
}

function named(column: string | undefined, of: readonly string[] | undefined): NamedGroups | undefined {
  return column === undefined || of === undefined ? undefined : { column, of };
}

/** Folds that are described; of others it is said how many there are. */
const mostDescribed = 3;

/** Folds that were asked for, and the most that there could be: groups that are tested whole, or rows. */
export interface FoldNumbers {
  readonly folds: number;
  readonly most: number;
}

/** What helps in a cross-validation, where every group is tested already. */
function remedy({ folds, most }: FoldNumbers): string {
  if (folds < most) return "More folds, or a larger data.split.validation, give these parts more rows and groups";
  return `A larger data.split.validation gives validation parts more rows and groups; there are ${most} groups, and no more folds than that`;
}

/** Sentences about folds whose parts are unfit. */
export function foldWarnings(
  folds: readonly { readonly name: string; readonly parts: FoldParts }[],
  numbers: FoldNumbers,
): string[] {
  const found = folds.flatMap(({ name, parts }) => {
    const message = unfitMessage(parts.unfit, remedy(numbers));
    return message === null ? [] : [`${name}: ${message}`];
  });
  const more = found.length - mostDescribed;
  return [
    ...found.slice(0, mostDescribed),
    ...(more > 0
      ? [`${more} more of ${folds.length} folds ${more === 1 ? "has" : "have"} such parts; results.json names them`]
      : []),
  ];
}

/** Folds from which on nobody asks for more. */
const enoughFolds = 5;

/** Two models that learned from half of the rows each say little. @param asked.timed whether folds are stretches of time */
export function fewFolds({
  folds,
  repeats,
  most,
  timed,
}: FoldNumbers & { readonly repeats: number; readonly timed: boolean }): string[] {
  if (folds * repeats > 2) return [];
  const better = Math.min(enoughFolds, most);
  const ways = [...(better > folds ? [`--folds ${better}`] : []), ...(timed ? [] : ["--repeats"])];
  const told =
    ways.length === 0
      ? ""
      : `; ${ways.join(", or ")}${ways.length > 1 ? "," : ""} ${ways.length > 1 ? "tell" : "tells"} more`;
  return [
    "2 trainings, each on half of the rows: intervals have one degree of freedom and are very wide, and errors are those of half the " +
      `rows${told}`,
  ];
}
