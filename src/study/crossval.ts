import { z } from "zod";

import { type DataConfig, targetNames } from "../config/data.js";
import type { LoadedConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { splitByFile } from "../config/split.js";
import type { SavedSplit } from "../data/dataset.js";
import { InputError } from "../errors.js";
import { derivedSeed } from "../math/rng.js";
import type { StudyOutcome } from "./collect.js";
import { configLabels } from "./compare/compare-groups.js";
import { groupLetters } from "./compare/letters.js";
import { type ArmFound, armFound, type FoldRun, testedCount } from "./crossval/arm.js";
import { type DealtFold, dealRepeats, refuseStratified, siteColumn } from "./crossval/deal.js";
import {
  checkedExtras,
  type ExtraOptions,
  extraRuns,
  shareSplits,
  smallerShares,
  trainingsMessage,
} from "./crossval/extras.js";
import { curveFound } from "./crossval/learning-curve.js";
import { compareArms, type NamedArm } from "./crossval/paired.js";
import { permutationFound } from "./crossval/permutations.js";
import { predictionsText } from "./crossval/predictions-table.js";
import { type SiteFacts, sitesById } from "./crossval/sites.js";
import { shareName } from "./crossval/train-shares.js";
import { fewFolds, foldWarnings } from "./crossval-parts.js";
import { type CrossvalFound, type CrossvalResults, crossvalResults } from "./crossval-results.js";
import { crossvalText, setAsideMessage } from "./crossval-text.js";
import { crossvalPage } from "./pages/crossval-page.js";
import { runStudy } from "./run-study.js";
import {
  type FinishedRun,
  type OpenStudy,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  type StudyRun,
  splitPath,
  studyFiles,
  tableWarnings,
} from "./study.js";
import { trainingWarnings } from "./training-warnings.js";

export interface CrossvalRequest extends LoadedConfig {
  /** Further configs, which are trained on the same folds and compared with the first. */
  readonly others?: readonly LoadedConfig[] | undefined;
  readonly folds: number;
  /** Times that the whole is done with new folds. */
  readonly repeats: number;
  /** Column whose values are tested as a whole (sites, batches). */
  readonly outerGroup?: string;
  /** Shares of the training rows to train on, for a learning curve; all rows are always among them. */
  readonly trainShares?: readonly number[] | undefined;
  /** Times that everything is trained again on permuted targets. */
  readonly permutations?: number | undefined;
}

export interface CrossvalOptions extends CrossvalRequest, StudyOptions {}

export type CrossvalResult = StudyOutcome<CrossvalResults>;

/** What the plan of a study keeps of its folds; their rows are in split files. */
interface CrossvalFacts {
  /** Rows that `data.split` names for no training: they are in no fold. */
  readonly setAside: number;
  readonly folds: readonly Omit<DealtFold, "split">[];
  readonly warnings: readonly string[];
  /** Where rows have a site beside `data.group`. */
  readonly sites?: SiteFacts;
  /** Of several configs, the rows of each that another cannot use. */
  readonly leftOut?: readonly number[];
}

/**
 * Repeated K-fold cross-validation: one training per fold, its validation part inside the training rows; of several configs one
 * each, on the same folds.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function crossval(options: CrossvalOptions): Promise<CrossvalResult> {
  return runStudy(crossvalDesign(options), options);
}

/** The design of that study. @throws InputError for options that are none */
export function crossvalDesign(request: CrossvalRequest): StudyDesign<CrossvalResults> {
  const { config, baseFolder, others = [], folds, repeats, outerGroup } = request;
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new InputError(`--repeats ${repeats}: expected a whole number, at least 1`);
  }
  refuseStratified(config, outerGroup);
  const extras = checkedExtras(request, config, 1 + others.length);
  const read = () => readTable(request, extras);
  const options = { folds, repeats, outerGroup, ...extras };
  return { kind: "crossval", options, config, baseFolder, others, read, open: openCrossval };
}

async function readTable(request: CrossvalRequest, extras: ExtraOptions): Promise<StudyBasis> {
  const { folds, repeats, config } = request;
  const rows = await dealRepeats(request);
  const { folds: dealt, account, setAside, sites, leftOut, most } = rows;
  const messages = [
    ...rows.messages,
    ...(setAside === 0 ? [] : [setAsideMessage(setAside)]),
    ...trainingsMessage(extras, dealt.length, folds),
  ];
  const timed = config.data.split.by === "time";
  const ofFolds = [...foldWarnings(dealt, { folds, most }), ...fewFolds({ folds, repeats, most, timed })];
  const warnings = [...tableWarnings(account), ...ofFolds];
  const facts: CrossvalFacts = {
    ...{ setAside, folds: dealt.map(({ split: _split, ...fold }) => fold), warnings },
    ...(sites === undefined ? {} : { sites }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
  const whole = Object.fromEntries(dealt.map(({ name, split }) => [name, split]));
  const splits = { ...whole, ...shareSplits(rows, extras, config) };
  return { account, warnings: ofFolds, messages, splits, table: rows.dataset, facts };
}

const optionsSchema = z.strictObject({
  folds: z.int(),
  repeats: z.int(),
  outerGroup: z.string().optional(),
  trainShares: z.array(z.number()).optional(),
  permutations: z.int().optional(),
});
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<CrossvalFacts>();

/** A planned cross-validation. */
export function openCrossval(planned: PlannedStudy): OpenStudy<CrossvalResults> {
  const { config, others = [] } = planned;
  const { folds, repeats, outerGroup, ...extras } = optionsSchema.parse(planned.options);
  const { folds: dealt, warnings, setAside } = factsSchema.parse(planned.facts);
  const configs = [config, ...others];
  const letters = lettersOf(configs);
  const runName = (arm: number, fold: string) => (others.length === 0 ? fold : `${letters[arm].toLowerCase()}-${fold}`);
  const ofArms = configs.flatMap((own, arm) =>
    dealt.map(({ name }): StudyRun => ({ name: runName(arm, name), config: foldConfig(own, name) })),
  );
  const beside = { config, folds: dealt, outerGroup, foldConfig: (name: string) => foldConfig(config, name) };
  return {
    first: [...ofArms, ...extraRuns(beside, extras)],
    conclude: (finished) => {
      const arms = crossvalArms(planned, finished);
      const [{ found: first }] = arms;
      const rows = testedCount(first.runs);
      const found = {
        ...first,
        ...{ folds, repeats, outerGroup: outerGroup ?? null, setAside, rows },
        warnings: [...warnings, ...first.warnings],
        ...(others.length === 0 ? {} : { compared: compareArms(arms) }),
        ...extrasFound(planned, first, finished.slice(ofArms.length)),
      };
      const predicted = arms.map(({ letter, found: { runs } }) => ({ letter, runs }));
      const tables = { [studyFiles.predictions]: predictionsText(predicted) };
      const results = crossvalResults(found, studyFiles.results);
      // Trainings on permuted targets have nothing to show one by one.
      const shownRuns = finished.filter((run) => run.config.data.permuteTargets === undefined);
      const page = () => crossvalPage(configs, found, shownRuns);
      return { results, text: crossvalText(config.name, found), page, tables };
    },
  };
}

/** What the folds of each config found. @param finished the trainings of the plan, in its order */
export function crossvalArms(
  { config, others = [], options, facts, splits }: PlannedStudy,
  finished: readonly FinishedRun[],
): NamedArm[] {
  const { repeats, outerGroup } = optionsSchema.parse(options);
  const { folds: dealt, sites, leftOut } = factsSchema.parse(facts);
  const configs = [config, ...others];
  const [letters, labels] = [lettersOf(configs), configLabels(configs)];
  const firstFolds = dealt.filter(({ repeat }) => repeat === 1).map(({ name }) => splits[name]);
  const siteOf = sites === undefined ? null : sitesById(sites, firstFolds);
  return configs.map((own, arm) => {
    const trained = finished.slice(arm * dealt.length, (arm + 1) * dealt.length);
    const runs = foldRuns(dealt, trained, (fold) => splits[fold]);
    const { atoms: atomsFrom, method: fusion } = own.model.fusion;
    const site = siteColumn(own, outerGroup) ?? null;
    const found = armFound(runs, { atomsFrom, fusion, repeats, site, siteOf, warnings: trainingWarnings(runs) });
    return { letter: letters[arm], label: labels[arm], leftOut: leftOut?.[arm] ?? 0, found };
  });
}

/** Learning curve and permutation test, where they are asked for. @param finished the trainings after those of the configs */
function extrasFound(
  { config, options, facts, splits }: PlannedStudy,
  all: ArmFound,
  finished: readonly FinishedRun[],
): Pick<CrossvalFound, "curve" | "permutation"> {
  const { repeats, outerGroup, ...extras } = optionsSchema.parse(options);
  const { folds: dealt } = factsSchema.parse(facts);
  const shares = smallerShares(extras);
  const { atomsFrom, fusion } = all;
  const points = shares.map((share, s) => {
    const trained = finished.slice(s * dealt.length, (s + 1) * dealt.length);
    const runs = foldRuns(dealt, trained, (fold) => splits[shareName(share, fold)]);
    return { share, found: armFound(runs, { atomsFrom, fusion, repeats, site: null, siteOf: null, warnings: [] }) };
  });
  const { permutations = 0, trainShares } = extras;
  const first = dealt.filter(({ repeat }) => repeat === 1).length;
  const permuted = finished.slice(shares.length * dealt.length);
  const named = { groups: config.data.group ?? null, within: outerGroup ?? null };
  const folds = Array.from({ length: permutations }, (_, p) => permuted.slice(p * first, (p + 1) * first));
  return {
    ...(trainShares === undefined ? {} : { curve: curveFound([...points, { share: 1, found: all }]) }),
    ...(permutations === 0 ? {} : { permutation: permutationFound(all, folds, named) }),
  };
}

/** Finished trainings as folds. @param splitOf the rows of a fold by its name */
function foldRuns(
  dealt: CrossvalFacts["folds"],
  trained: readonly FinishedRun[],
  splitOf: (fold: string) => SavedSplit,
): FoldRun[] {
  return dealt.map(
    (fold, i): FoldRun => ({ ...trained[i], ...fold, name: trained[i].name, split: splitOf(fold.name) }),
  );
}

function lettersOf(configs: readonly Config[]): string[] {
  return groupLetters(configs.length, new Set(configs.flatMap(({ data }) => namesIn(data))));
}

/** Names that no letter of a config may be mistaken for, in small letters. */
function namesIn(data: DataConfig): string[] {
  return [...Object.keys(data.modalities), ...targetNames(data)].map((name) => name.toLowerCase());
}

function foldConfig(config: Config, name: string): Config {
  const file = splitPath(name);
  const split = splitByFile(config.data.split, file);
  const seed = derivedSeed(config.seed, `crossval/${name}`);
  return { ...config, name: `${config.name} ${name}`.slice(0, 100), seed, data: { ...config.data, split } };
}
