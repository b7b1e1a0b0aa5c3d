import { z } from "zod";
import type { Config } from "../config/schema.js";
import { afterLosses } from "../data/account.js";
import type { Dataset } from "../data/dataset.js";
import { restoreSplit } from "../data/split/split.js";
import { InputError } from "../errors.js";
import { encoded } from "../files/document.js";
import { plural } from "../report/text.js";
import { type DealtFold, type DealtRows, dealRepeats, refuseStratified } from "./crossval/deal.js";
import { fewFolds, foldParts, foldWarnings } from "./crossval-parts.js";
import { type NestedFold, type NestedResults, nestedDocument, nestedResults } from "./nested-results.js";
import { nestedText } from "./nested-text.js";
import { nestedPage } from "./pages/nested-page.js";
import { heldToTrain, namedSplits, setAsideWords } from "./repeats.js";
import { runStudy } from "./run-study.js";
import { allSubsets, greedyFrom, smallerSubsets, subsetVariants } from "./select.js";
import type { TrainedSubset } from "./select-decision.js";
import { lackingMessage } from "./select-text.js";
import {
  type FinishedRun,
  type OpenStudy,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  splitPath,
  studyFiles,
  tableWarnings,
} from "./study.js";
import { trainingWarnings } from "./training-warnings.js";
import { notIn } from "./tune/inner-splits.js";
import { completeRows, completeSplit, variantRuns } from "./variants.js";

export interface NestedRequest {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  readonly folds: number;
  /** Times that the whole is done with new folds. */
  readonly repeats: number;
  /** Column whose values (sites, batches) are tested as a whole, by what was chosen without them. */
  readonly outerGroup?: string | undefined;
  /** Trainings of each subset in every fold. */
  readonly seeds: number;
  /** Largest increase of the error that is accepted, as a share. */
  readonly margin: number;
}

export interface NestedOptions extends NestedRequest, StudyOptions {}

/**
 * Nested selection: inside each outer fold the subsets are trained, compared and chosen from on the fold's own validation part; the
 * outer test fold, which decided nothing, measures what was chosen (Varma & Simon 2006).
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function selectNested(options: NestedOptions) {
  return runStudy(nestedDesign(options), options);
}

/** The design of that study. @throws InputError for options that are none */
export function nestedDesign(request: NestedRequest): StudyDesign<NestedResults> {
  const { config, baseFolder, folds, repeats, outerGroup, seeds, margin } = request;
  refuseStratified(config, outerGroup);
  for (const [option, value] of Object.entries({ repeats, seeds })) {
    if (Number.isInteger(value) && value >= 1 && value <= 1000) continue;
    throw new InputError(`--${option} ${value}: expected a whole number, 1 to 1000`);
  }
  if (!(margin >= 0 && margin <= 1)) throw new InputError(`--margin ${margin}: expected a share from 0 to 1, as 0.02`);
  if (repeats > 1 && config.data.split.by === "time") {
    throw new InputError(
      `--repeats ${repeats}: folds of data.split.by: time are the same every time; leave it out, or set data.split.by: random`,
    );
  }
  const read = () => readTable(request);
  const options = { folds, repeats, outerGroup, seeds, margin };
  return { kind: "select-nested", options, config, baseFolder, read, open: openNested };
}

interface NestedFacts {
  readonly lacking: number;
  readonly setAside: number;
  readonly warnings: readonly string[];
  readonly folds: readonly NestedFold[];
}

async function readTable(request: NestedRequest): Promise<StudyBasis> {
  const { config, folds: parts, repeats } = request;
  const { account, dataset, folds: whole, outer, setAside, most, messages: ofRows } = await dealRepeats(request);
  const dealt = afterLosses(
    () => account.losses,
    () => whole.map((fold) => completeFold(dataset, fold, { ...request, outer })),
  );
  const isComplete = completeRows(dataset);
  const lacking = Array.from({ length: dataset.rows }, (_, row) => row).filter((row) => !isComplete(row)).length;
  const folds = dealt.map(({ split: _split, ...fold }) => fold);
  const timed = config.data.split.by === "time";
  const warnings = [
    ...foldWarnings(
      folds.map((fold) => ({ name: fold.name, parts: fold })),
      { folds: parts, most },
    ),
    ...fewFolds({ folds: parts, repeats, most, timed }),
  ];
  const facts: NestedFacts = { lacking, setAside, warnings: [...tableWarnings(account), ...warnings], folds };
  const messages = [
    ...ofRows,
    costWords(request),
    ...(lacking === 0 ? [] : [lackingMessage(lacking)]),
    ...(setAside === 0 ? [] : [setAsideWords(setAside)]),
  ];
  const names = folds.map(({ name }) => name);
  const splits = namedSplits(
    names,
    dealt.map(({ split }) => split),
  );
  return { account, warnings, messages, splits, table: dataset, facts };
}

/** A fold of the rows that have every modality, with what it holds. */
function completeFold(
  dataset: Dataset,
  { name, repeat, fold, split }: DealtFold,
  { config, folds, repeats, outerGroup, outer }: NestedRequest & Pick<DealtRows, "outer">,
) {
  const tries = folds * repeats;
  const { split: rows, constant } = completeSplit(dataset, restoreSplit(dataset, split), config, tries);
  const own = { ...rows, leftOut: notIn(dataset, rows) };
  const groups = { group: config.data.group, outerGroup, outer, tries };
  return { name, repeat, fold, constant, split: own, ...foldParts(dataset, own, groups) };
}

function costWords({ config, folds, repeats, seeds }: NestedRequest): string {
  const modalities = Object.keys(config.data.modalities).length;
  const subsets = modalities >= greedyFrom ? (modalities * (modalities + 1)) / 2 : 2 ** modalities - 1;
  return `${plural(subsets, "subset")} in each of ${folds * repeats} outer folds: ${subsets * folds * repeats * seeds} trainings`;
}

const optionsSchema = z.strictObject({
  folds: z.int(),
  repeats: z.int(),
  outerGroup: z.string().optional(),
  seeds: z.int(),
  margin: z.number(),
});
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<NestedFacts>();

/** A planned nested selection. */
export function openNested({ config, options, facts, splits: rows }: PlannedStudy): OpenStudy<NestedResults> {
  const asked = optionsSchema.parse(options);
  const { lacking, setAside, warnings: known, folds } = factsSchema.parse(facts);
  const names = Object.keys(config.data.modalities);
  const greedy = names.length >= greedyFrom;
  const splits = folds.map(({ name }) => name);
  const { seeds } = asked;
  return {
    first: variantRuns(subsetVariants(config, greedy ? [names] : allSubsets(names)), { splits, seeds }),
    next: (finished) => {
      if (!greedy) return [];
      return splits.flatMap((only) => {
        const smaller = smallerSubsets(trainedIn(only, finished), "validation");
        return variantRuns(subsetVariants(config, smaller), { splits, only, seeds });
      });
    },
    conclude: (finished) => {
      const trained = folds.map((fold) => ({
        ...fold,
        heldToTrain: heldToTrain(rows[fold.name]),
        trained: trainedIn(fold.name, finished),
      }));
      const warnings = [...known, ...trainingWarnings(finished)];
      const found = nestedResults(trained, { config, ...asked, greedy, lacking, setAside, warnings });
      const results = encoded(nestedDocument, found, studyFiles.results);
      return {
        results,
        text: nestedText(config.name, results),
        page: () => nestedPage(config, results, finished),
      };
    },
  };
}

/** The subsets that were trained in a fold, all modalities first. */
function trainedIn(fold: string, finished: readonly FinishedRun[]): TrainedSubset[] {
  const runs = finished.filter(({ config }) => config.data.split.file === splitPath(fold));
  const subsets = new Map<string, { modalities: string[]; runs: FinishedRun[] }>();
  for (const run of runs) {
    const modalities = Object.keys(run.config.data.modalities);
    const key = JSON.stringify(modalities);
    const subset = subsets.get(key) ?? { modalities, runs: [] };
    subset.runs.push(run);
    subsets.set(key, subset);
  }
  return [...subsets.values()];
}
