import { z } from "zod";
import type { Config } from "../config/schema.js";
import { afterLosses } from "../data/account.js";
import type { Dataset, SavedSplit } from "../data/dataset.js";
import { loadDataset } from "../data/load-dataset.js";
import { dealFolds } from "../data/split/folds.js";
import { makeSplit, restoreSplit } from "../data/split/split.js";
import { InputError } from "../errors.js";
import { encoded } from "../files/document.js";
import { Rng } from "../math/rng.js";
import { openRows } from "../modalities/open-rows.js";
import { plural } from "../report/text.js";
import { takesAbsentModalities } from "../run/absence.js";
import { foldParts, foldWarnings } from "./crossval-parts.js";
import { type NestedFold, type NestedResults, nestedDocument, nestedResults } from "./nested-results.js";
import { nestedText } from "./nested-text.js";
import { nestedPage } from "./pages/nested-page.js";
import { heldToTrain, namedSplits, setAsideWords } from "./repeats.js";
import { runStudy } from "./run-study.js";
import { allSubsets, greedyFrom, smallerSubsets, subsetVariants } from "./select.js";
import type { TrainedSubset } from "./select-decision.js";
import { lackingMessage } from "./select-text.js";
import {
  dependenceMessages,
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
import { completeRows, completeSplit, variantRuns } from "./variants.js";

export interface NestedRequest {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  readonly folds: number;
  /** Times that the whole is done with new folds. */
  readonly repeats: number;
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
  const { config, baseFolder, folds, repeats, seeds, margin } = request;
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
  const options = { folds, repeats, seeds, margin };
  return { kind: "select-nested", options, config, baseFolder, read, open: openNested };
}

interface NestedFacts {
  readonly lacking: number;
  readonly setAside: number;
  readonly warnings: readonly string[];
  readonly folds: readonly NestedFold[];
}

async function readTable(request: NestedRequest): Promise<StudyBasis> {
  const { config, baseFolder } = request;
  const absentModalities = takesAbsentModalities(config);
  const dataset = await loadDataset(undivided(config.data), baseFolder, { absentModalities, open: openRows });
  const { account } = dataset;
  const { dealt, setAside, most } = afterLosses(
    () => account.losses,
    () => dealNested(dataset, request),
  );
  const isComplete = completeRows(dataset);
  const lacking = Array.from({ length: dataset.rows }, (_, row) => row).filter((row) => !isComplete(row)).length;
  const folds = dealt.map(({ split: _split, ...fold }) => fold);
  const warnings = foldWarnings(
    folds.map((fold) => ({ name: fold.name, parts: fold })),
    { folds: request.folds, most },
  );
  const facts: NestedFacts = { lacking, setAside, warnings: [...tableWarnings(account), ...warnings], folds };
  const messages = [
    ...dependenceMessages(dataset),
    costWords(request),
    ...(lacking === 0 ? [] : [lackingMessage(lacking)]),
    ...(setAside === 0 ? [] : [setAsideWords(setAside)]),
  ];
  const names = folds.map(({ name }) => name);
  const splits = namedSplits(
    names,
    dealt.map(({ split }) => split),
  );
  return { account, warnings, messages, splits, facts };
}

/** Rows that a time split would leave out are dealt out by `dealFolds`; those that a file or column names are told by it. */
function undivided(data: Config["data"]): Config["data"] {
  if (data.split.by !== "time") return data;
  const { blocks: _blocks, gap: _gap, ...shares } = data.split;
  return { ...data, split: { ...shares, by: "random" } };
}

function dealNested(dataset: Dataset, { config, folds, repeats }: NestedRequest) {
  const { split, group } = config.data;
  const named = split.by === "file" || split.by === "column" ? makeSplit(dataset, split, new Rng(config.seed)) : null;
  const among = named === null ? undefined : Int32Array.from([...named.train, ...named.validation]).sort();
  const rng = new Rng(split.seed ?? config.seed).split("crossval");
  const options = {
    ...{ folds, among, stratify: split.stratify, validationShare: split.validation / (split.train + split.validation) },
    timed: split.by === "time" ? { blocks: split.blocks, gap: split.gap } : undefined,
  };
  const ofGroups = { group, outerGroup: undefined, outer: undefined, tries: folds * repeats };
  const dealt = Array.from({ length: repeats }, (_, r) =>
    dealFolds(dataset, options, rng.split(`repeat/${r + 1}`)).map((saved, f) => {
      const { split: rows, constant } = completeSplit(dataset, restoreSplit(dataset, saved), config, folds * repeats);
      const name = repeats > 1 ? `repeat-${r + 1}-fold-${f + 1}` : `fold-${f + 1}`;
      const own = { ...rows, leftOut: notIn(dataset, rows) };
      return { name, repeat: r + 1, fold: f + 1, constant, split: own, ...foldParts(dataset, own, ofGroups) };
    }),
  );
  const rows = among ?? Int32Array.from({ length: dataset.rows }, (_, row) => row);
  const units = split.by === "time" ? undefined : dataset.group;
  return {
    dealt: dealt.flat(),
    setAside: dataset.rows - rows.length,
    most: units === undefined ? rows.length : new Set(Array.from(rows, (row) => units[row])).size,
  };
}

function notIn({ rowIds }: Pick<Dataset, "rowIds">, { train, validation, test }: SavedSplit): string[] {
  const dealt = new Set([...train, ...validation, ...test]);
  return rowIds.filter((id) => !dealt.has(id));
}

function costWords({ config, folds, repeats, seeds }: NestedRequest): string {
  const modalities = Object.keys(config.data.modalities).length;
  const subsets = modalities >= greedyFrom ? (modalities * (modalities + 1)) / 2 : 2 ** modalities - 1;
  return `${plural(subsets, "subset")} in each of ${folds * repeats} outer folds: ${subsets * folds * repeats * seeds} trainings`;
}

const optionsSchema = z.strictObject({ folds: z.int(), repeats: z.int(), seeds: z.int(), margin: z.number() });
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
