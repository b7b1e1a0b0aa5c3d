import { z } from "zod";

import type { Config } from "../config/schema.js";
import { splitByFile } from "../config/split.js";
import { afterLosses } from "../data/account.js";
import type { Dataset, SavedSplit } from "../data/dataset.js";
import { loadDataset } from "../data/load-dataset.js";
import { dealFolds } from "../data/split/folds.js";
import { makeSplit } from "../data/split/split.js";
import { InputError } from "../errors.js";
import { pickRows } from "../evaluation/row-values.js";
import { csvText } from "../files/csv.js";
import { derivedSeed, Rng } from "../math/rng.js";
import { openRows } from "../modalities/kinds.js";
import { nearestInTime } from "../models/baselines/nearest-in-time.js";
import { observedColumn, predictionName, trueCell, valueColumns } from "../record/predictions.js";
import { takesAbsentModalities } from "../run/absence.js";
import type { StudyOutcome } from "./collect.js";
import { type FoldParts, foldParts, foldWarnings } from "./crossval-parts.js";
import { type CrossvalResults, crossvalFound, crossvalResults, type FoldRun } from "./crossval-results.js";
import { crossvalText, setAsideMessage } from "./crossval-text.js";
import { crossvalPage } from "./pages/crossval-page.js";
import { runStudy } from "./run-study.js";
import {
  type OpenStudy,
  orderMessages,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  splitPath,
  studyFiles,
  tableWarnings,
} from "./study.js";
import { trainingWarnings } from "./training-warnings.js";

export interface CrossvalRequest {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  readonly folds: number;
  /** Times that the whole is done with new folds. */
  readonly repeats: number;
  /** Column whose values are tested as a whole (sites, batches). */
  readonly outerGroup?: string;
}

export interface CrossvalOptions extends CrossvalRequest, StudyOptions {}

export type CrossvalResult = StudyOutcome<CrossvalResults>;

interface Fold {
  readonly name: string;
  readonly repeat: number;
  readonly fold: number;
  readonly split: SavedSplit;
  readonly parts: FoldParts;
}

/** What the plan of a study keeps of its folds; their rows are in split files. */
interface CrossvalFacts {
  /** Rows that `data.split` names for no training: they are in no fold. */
  readonly setAside: number;
  readonly folds: readonly Omit<Fold, "split">[];
  readonly warnings: readonly string[];
}

/**
 * Repeated K-fold cross-validation: one training per fold, its validation part inside the training rows.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function crossval(options: CrossvalOptions): Promise<CrossvalResult> {
  return runStudy(crossvalDesign(options), options);
}

/** The design of that study. @throws InputError for options that are none */
export function crossvalDesign(request: CrossvalRequest): StudyDesign<CrossvalResults> {
  const { config, baseFolder, folds, repeats, outerGroup } = request;
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new InputError(`--repeats ${repeats}: expected a whole number, at least 1`);
  }
  if (outerGroup !== undefined && config.data.split.stratify > 0) {
    throw new InputError(
      `data.split.stratify: ${config.data.split.stratify}: whole groups of --outer-group ${outerGroup} are balanced in the targets as they ` +
        "are, and cannot be stratified by rows; leave data.split.stratify out",
    );
  }
  const read = () => readTable(request);
  return { kind: "crossval", options: { folds, repeats, outerGroup }, config, baseFolder, read, open: openCrossval };
}

async function readTable(request: CrossvalRequest): Promise<StudyBasis> {
  const { dealt, account, messages, setAside } = await dealRepeats(request);
  const ofFolds = [...foldWarnings(dealt), ...fewFolds(request)];
  const warnings = [...tableWarnings(account), ...ofFolds];
  const facts: CrossvalFacts = { setAside, folds: dealt.map(({ split: _split, ...fold }) => fold), warnings };
  const splits = Object.fromEntries(dealt.map(({ name, split }) => [name, split]));
  return { account, warnings: ofFolds, messages, splits, facts };
}

/** Two models that learned from half of the rows each say little. */
function fewFolds({ folds, repeats }: CrossvalRequest): string[] {
  if (folds * repeats > 2) return [];
  return [
    "2 trainings, each on half of the rows: intervals have one degree of freedom and are very wide, and errors are those of half the " +
      "rows; --folds 5, or --repeats, tell more",
  ];
}

const optionsSchema = z.strictObject({ folds: z.int(), repeats: z.int(), outerGroup: z.string().optional() });
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<CrossvalFacts>();

/** A planned cross-validation. */
export function openCrossval({ config, options, facts, splits }: PlannedStudy): OpenStudy<CrossvalResults> {
  const { folds, repeats, outerGroup } = optionsSchema.parse(options);
  const { folds: dealt, warnings, setAside } = factsSchema.parse(facts);
  return {
    first: dealt.map(({ name }) => ({ name, config: foldConfig(config, name) })),
    conclude: (finished) => {
      const runs = dealt.map((fold, i): FoldRun => ({ ...finished[i], ...fold, split: splits[fold.name] }));
      const { atoms: atomsFrom, method: fusion } = config.model.fusion;
      const found = crossvalFound(runs, {
        ...{ folds, repeats, outerGroup: outerGroup ?? null, setAside, atomsFrom, fusion },
        warnings: [...warnings, ...trainingWarnings(runs)],
      });
      const tables = { [studyFiles.predictions]: predictionsText(runs) };
      const results = crossvalResults(found, studyFiles.results);
      const page = () => crossvalPage(config, found, finished);
      return { results, text: crossvalText(config.name, found), page, tables };
    },
  };
}

/** The rows of every fold, as row ids, and what became of the others. */
async function dealRepeats({ config, baseFolder, folds, repeats, outerGroup }: CrossvalRequest) {
  const { split, ...data } = config.data;
  // Whatever shares the config's own split has: rows are dealt out anew, but for those that it sets aside by name.
  const { column: _column, file: _file, blocks, gap, ...shares } = split;
  const all = { ...data, split: { ...shares, by: "random" } } as const;
  const load = { absentModalities: takesAbsentModalities(config) };
  const dataset = await loadDataset(all, baseFolder, { ...load, open: openRows });
  const outer = outerGroup === undefined ? undefined : await groupsOf({ ...all, group: outerGroup }, baseFolder, load);
  const among = await namedForTraining(config, baseFolder, dataset, load);
  const setAside = among === undefined ? 0 : dataset.rows - among.length;
  const rng = new Rng(split.seed ?? config.seed).split("crossval");
  const validationShare = split.validation / (split.train + split.validation);
  const { stratify } = split;
  const timed = split.by === "time" ? { blocks, gap } : undefined;
  if (timed !== undefined) refuseRedealt(repeats, outerGroup);
  const groups = { group: data.group, outerGroup, outer, tries: folds * repeats };
  const deal = (_: unknown, r: number): Fold[] => {
    const stream = rng.split(`repeat/${r + 1}`);
    const parts = dealFolds(dataset, { folds, validationShare, stratify, timed, outerGroup: outer, among }, stream);
    return parts.map((part, f) => {
      const name = repeats > 1 ? `repeat-${r + 1}-fold-${f + 1}` : `fold-${f + 1}`;
      return { name, repeat: r + 1, fold: f + 1, split: part, parts: foldParts(dataset, part, groups) };
    });
  };
  const { account } = dataset;
  return {
    dealt: afterLosses(
      () => account.losses,
      () => Array.from({ length: repeats }, deal).flat(),
    ),
    account,
    setAside,
    messages: [...orderMessages(dataset), ...(setAside === 0 ? [] : [setAsideMessage(setAside)])],
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
  load: { readonly absentModalities: boolean },
): Promise<Int32Array | undefined> {
  const { split } = config.data;
  if (split.by !== "file" && split.by !== "column") return undefined;
  const named = await loadDataset(config.data, baseFolder, { ...load, open: openRows });
  const { train, validation } = makeSplit(named, split, new Rng(config.seed)).rowIds;
  const known = new Set([...train, ...validation]);
  return Int32Array.from(rowIds.flatMap((id, row) => (known.has(id) ? [row] : [])));
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

async function groupsOf(
  data: Config["data"],
  baseFolder: string,
  load: { readonly absentModalities: boolean },
): Promise<readonly string[] | undefined> {
  try {
    return (await loadDataset(data, baseFolder, { ...load, open: openRows })).group;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message.replace(/^data\.group: /, "--outer-group: "));
  }
}

function foldConfig(config: Config, name: string): Config {
  const file = splitPath(name);
  const split = splitByFile(config.data.split, file);
  const seed = derivedSeed(config.seed, `crossval/${name}`);
  return { ...config, name: `${config.name} ${name}`.slice(0, 100), seed, data: { ...config.data, split } };
}

/** Every row as often as it was tested, with the prediction of the model that did not see it. */
function predictionsText(runs: readonly FoldRun[]): string {
  const { task, metrics } = runs[0].files;
  const { targets, classes } = metrics;
  const row = ["id", "repeat", "fold"];
  const baselines = [task.baselines.linear.name, nearestInTime.name].filter((name) => name in metrics.baselines);
  const header = [
    ...row,
    ...targets.flatMap((name) => [
      observedColumn(name, row),
      ...valueColumns(`${name}.${predictionName(classes)}`, classes),
      ...baselines.flatMap((baseline) => valueColumns(`${name}.${baseline}`, classes)),
    ]),
  ];
  const lines = runs.flatMap(({ files, repeat, fold }) =>
    files.test.ids.map((id, i) => [
      id,
      repeat,
      fold,
      ...targets.flatMap((name) => {
        const values = files.test.targets.get(name);
        const cells = (of: Float64Array | undefined) =>
          of === undefined ? (classes ?? [""]).map(() => null) : [...pickRows(of, files.test.ids.length, [i])];
        const own = [trueCell(values?.truth[i] ?? Number.NaN, classes), ...cells(values?.prediction)];
        return [...own, ...baselines.flatMap((baseline) => cells(values?.baselines.get(baseline)))];
      }),
    ]),
  );
  return csvText(header, lines, studyFiles.predictions);
}
