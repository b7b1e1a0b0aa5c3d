import { z } from "zod";
import type { LoadedConfig } from "../../config/load.js";
import { encoded } from "../../files/document.js";
import { derivedSeed } from "../../math/rng.js";
import { plural } from "../../report/text.js";
import { dealRepeats } from "../crossval/deal.js";
import { fewFolds, foldWarnings } from "../crossval-parts.js";
import { setAsideMessage } from "../crossval-text.js";
import { nestedTunePage } from "../pages/nested-tune-page.js";
import { checkCount, heldToTrain } from "../repeats.js";
import { runStudy } from "../run-study.js";
import {
  type FinishedRun,
  type OpenStudy,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  type StudyRun,
  studyFiles,
  tableWarnings,
} from "../study.js";
import { trainingWarnings } from "../training-warnings.js";
import { innerSplits } from "./inner-splits.js";
import {
  type NestedTuneResults,
  nestedTuneDocument,
  nestedTuneResults,
  type TunedFold,
  type TuneFold,
} from "./nested-tune-results.js";
import { nestedTuneText } from "./nested-tune-text.js";
import { rungs } from "./rungs.js";
import { byName, onSplit, type Search, searched } from "./search.js";
import { checkedSpace, defaultSpace, type Space, valueAt } from "./space.js";
import { type DrawnTrials, drawTrials, type Trial } from "./trials.js";
import { rowsOf } from "./tune.js";

export interface NestedTuneRequest extends LoadedConfig {
  readonly folds: number;
  /** Times that the whole is done with new folds. */
  readonly repeats: number;
  /** Column whose values are tested as a whole, and kept whole inside every fold too. */
  readonly outerGroup?: string | undefined;
  /** Trials beside the config as it is, the same in every fold. */
  readonly trials: number;
  /** What is searched; `defaultSpace` if left out. */
  readonly space?: Space | undefined;
}

export interface NestedTuneOptions extends NestedTuneRequest, StudyOptions {}

/**
 * Cross-validates tuning: each outer fold searches settings inside the rows that are not tested, and its test fold, which chose nothing,
 * measures what it chose beside the config as it is (Varma & Simon 2006).
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function crossvalTune(options: NestedTuneOptions) {
  return runStudy(nestedTuneDesign(options), options);
}

/** The design of that study. @throws InputError for options that are none */
export function nestedTuneDesign(request: NestedTuneRequest): StudyDesign<NestedTuneResults> {
  const { config, baseFolder, folds, repeats, outerGroup, trials } = request;
  checkCount("--trials", trials, "trials");
  checkCount("--repeats", repeats, "times");
  const space = request.space ?? checkedSpace(defaultSpace, config);
  const read = () => readTable(request);
  return {
    kind: "crossval-tune",
    options: { folds, repeats, outerGroup, trials, space },
    ...{ config, baseFolder, read, open: openNestedTune },
  };
}

interface NestedTuneFacts {
  readonly setAside: number;
  readonly warnings: readonly string[];
  readonly folds: readonly TuneFold[];
}

const searchSplits = Math.max(...rungs.map(({ splits }) => splits));

/** Before the names of what belongs to a fold. */
const prefixOf = (fold: string) => `${fold}-`;

async function readTable(request: NestedTuneRequest): Promise<StudyBasis> {
  const { config, folds, repeats, trials } = request;
  const rows = await dealRepeats(request);
  const { dataset, outer, most, account } = rows;
  // Groups that are tested whole are kept whole inside the folds too: settings are chosen for groups that did not train.
  const kept = outer === undefined ? dataset : { ...dataset, group: outer };
  const inner = Object.assign(
    {},
    ...rows.folds.map(({ name, split }) =>
      innerSplits(kept, rowsOf(dataset.rowIds, split), config, { count: searchSplits, prefix: prefixOf(name) }),
    ),
  ) as ReturnType<typeof innerSplits>;
  const timed = config.data.split.by === "time";
  const ofFolds = [...foldWarnings(rows.folds, { folds, most }), ...fewFolds({ folds, repeats, most, timed })];
  const facts: NestedTuneFacts = {
    setAside: rows.setAside,
    warnings: [...tableWarnings(account), ...ofFolds],
    folds: rows.folds.map(({ name, repeat, fold, parts }) => ({ name, repeat, fold, ...parts })),
  };
  return {
    ...{ account, table: dataset },
    warnings: ofFolds,
    messages: [
      ...rows.messages,
      ...(rows.setAside === 0 ? [] : [setAsideMessage(rows.setAside)]),
      `${plural(trials, "trial")} on ${rungs.length} rungs inside each of ${rows.folds.length} folds`,
    ],
    splits: {
      ...Object.fromEntries(rows.folds.map(({ name, split }) => [name, split])),
      ...Object.fromEntries(Object.entries(inner).map(([name, { rowIds }]) => [name, rowIds])),
    },
    facts,
  };
}

const optionsSchema = z.strictObject({
  folds: z.int(),
  repeats: z.int(),
  outerGroup: z.string().optional(),
  trials: z.int(),
  space: z.custom<Space>(),
});
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<NestedTuneFacts>();

/** A planned cross-validation that tunes inside every fold. */
export function openNestedTune({ config, options, facts, splits }: PlannedStudy): OpenStudy<NestedTuneResults> {
  const { folds, repeats, outerGroup = null, trials, space } = optionsSchema.parse(options);
  const { setAside, warnings: known, folds: dealt } = factsSchema.parse(facts);
  const smallest = Math.min(...Object.values(splits).map(({ train }) => train.length));
  const drawn = drawTrials(config, space, smallest);
  const searches = dealt.map(({ name }) => searchOf(name, { drawn, trials, splits }));
  const nextOf = (finished: ReadonlyMap<string, FinishedRun>) =>
    searches.flatMap((search, f): readonly StudyRun[] => {
      const state = searched(search, finished);
      if (state.next !== undefined) return state.next;
      const { name } = dealt[f];
      return finished.has(outerName(name, "config")) ? [] : outerRuns(name, [...drawn(0, 1), state.chosen]);
    });
  return {
    first: nextOf(new Map()),
    next: (finished) => nextOf(byName(finished)),
    conclude: (finished) => {
      const runs = byName(finished);
      const tuned = dealt.map((fold, f) => tunedFold(fold, searches[f], runs, heldToTrain(splits[fold.name])));
      const outer = finished.filter(({ name }) =>
        tuned.some(({ config: own, tuned: best }) => name === own.name || name === best.name),
      );
      const warnings = [...known, ...trainingWarnings(outer)];
      const asked = { folds, repeats, outerGroup, asked: { trials }, space, setAside, warnings };
      const found = nestedTuneResults(tuned, { ...asked, ownValue: (key) => valueAt(config, key) });
      const results = encoded(nestedTuneDocument, found, studyFiles.results);
      return {
        results,
        text: nestedTuneText(config.name, results),
        page: () => nestedTunePage(config, results, outer),
      };
    },
  };
}

interface SearchIn {
  readonly drawn: DrawnTrials;
  readonly trials: number;
  readonly splits: PlannedStudy["splits"];
}

function searchOf(fold: string, { drawn, trials, splits }: SearchIn): Search {
  const names = Object.keys(splits).filter((name) => name.startsWith(`${prefixOf(fold)}inner`));
  const inner = names.map((name) => ({ name, rows: splits[name].train.length }));
  return { trials: drawn, most: trials, inner, spending: null };
}

function outerName(fold: string, role: "config" | "tuned"): string {
  return `${fold}-${role}`;
}

/** The trainings on an outer fold, with the seed that `crossval` gives it: of the config alone where it was chosen. */
function outerRuns(fold: string, [own, chosen]: readonly Trial[]): StudyRun[] {
  const seed = derivedSeed(own.config.seed, `crossval/${fold}`);
  const run = (role: "config" | "tuned", { config }: Trial): StudyRun => ({
    name: outerName(fold, role),
    config: onSplit(config, { split: fold, seed, title: outerName(fold, role) }),
  });
  return [run("config", own), ...(chosen.trial === 0 ? [] : [run("tuned", chosen)])];
}

function tunedFold(
  fold: TuneFold,
  search: Search,
  finished: ReadonlyMap<string, FinishedRun>,
  ratio: number,
): TunedFold {
  const state = searched(search, finished);
  const config = finished.get(outerName(fold.name, "config"));
  if (state.next !== undefined || config === undefined) throw new RangeError(`${fold.name}: is not finished`);
  const { found, chosen } = state;
  const tuned = finished.get(outerName(fold.name, "tuned")) ?? config;
  return { ...fold, heldToTrain: ratio, own: found[0], chosen, config, tuned };
}
