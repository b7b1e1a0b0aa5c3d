import { z } from "zod";
import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import { poolJobs } from "../../executors/pool.js";
import { encoded } from "../../files/document.js";
import { duration } from "../../report/duration.js";
import { plural } from "../../report/text.js";
import { checkParts } from "../../run/checked-parts.js";
import { studyDefaults } from "../defaults.js";
import { tunePage } from "../pages/tune-page.js";
import { checkCount, namedSplits, splitWarnings } from "../repeats.js";
import { runStudy } from "../run-study.js";
import {
  dependenceMessages,
  type OpenStudy,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  studyFiles,
  tableWarnings,
} from "../study.js";
import { loadStudyTable } from "../study-table.js";
import { trainingWarnings } from "../training-warnings.js";
import { configSplits } from "../variants.js";
import { bestConfig, trialsTable } from "./best-config.js";
import type { SearchClock } from "./budget.js";
import { type FinalTrainings, finalRuns, isFinal, ownSplit } from "./final.js";
import { foundOf, type TuneFacts } from "./found.js";
import { dealtAnew, innerSplits } from "./inner-splits.js";
import { rungs } from "./rungs.js";
import { byName, type Cut, type Search, searched } from "./search.js";
import { secondsLeft } from "./seconds-left.js";
import { checkedSpace, defaultSpace, type Space } from "./space.js";
import { drawTrials, type Trial } from "./trials.js";
import { type TuneResults, tuneDocument } from "./tune-results.js";
import { tuneText } from "./tune-text.js";
import { cutWords } from "./tune-words.js";

export interface TuneRequest {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Trials besides the config as it is; by default as many as the budget allows, 27 without one. */
  readonly trials?: number | undefined;
  /** Time that the trainings of the search may take by the clock; those of the final figures come after it. */
  readonly budgetSeconds?: number | undefined;
  /** Trainings at a time, by which a budget goes; as many as there are cores if left out. */
  readonly jobs?: number | undefined;
  /** What is searched; `defaultSpace` if left out. */
  readonly space?: Space | undefined;
  /** Splits of the final figures, and trainings on each; 5 with one each, of rows in time one with 3. */
  readonly repeats?: number | undefined;
  readonly seeds?: number | undefined;
}

export interface TuneOptions extends TuneRequest, StudyOptions {
  readonly jobs?: number;
}

/**
 * Searches settings of a config inside the rows that it trains and validates on, and measures what was chosen on its test part.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function tune(options: TuneOptions) {
  return runStudy(tuneDesign(options), options);
}

/** Trials where a budget of time decides how many are begun, at most. */
const mostTrials = 10_000;

/** The design of that study. @throws InputError for options that are none */
export function tuneDesign(request: TuneRequest): StudyDesign<TuneResults> {
  const { config, baseFolder, trials, budgetSeconds, jobs, space } = request;
  const drawn = dealtAnew(config);
  const { repeats = drawn ? studyDefaults.tune.repeats : 1 } = request;
  const { seeds = drawn ? 1 : studyDefaults.trainings.seeds } = request;
  checkCount("--trials", trials ?? 1, "trials", mostTrials);
  checkCount("--repeats", repeats, "splits of the final figures");
  checkCount("--seeds", seeds, "trainings on each of them");
  if (repeats > 1 && !drawn) {
    throw new InputError(`--repeats ${repeats}: rows of data.split.by: time are split in one way; leave it out`);
  }
  const budget = budgetSeconds === undefined ? {} : { budgetSeconds, atOnce: poolJobs(jobs) };
  const options: TuneAsked = {
    ...{
      trials: trials ?? (budgetSeconds === undefined ? studyDefaults.tune.trials : mostTrials),
      ...budget,
      repeats,
      seeds,
    },
    space: space ?? checkedSpace(defaultSpace, config),
  };
  const read = () => readTable(config, baseFolder, options);
  return { kind: "tune", options: { ...options }, config, baseFolder, read, open: openTune };
}

/** Inner splits of the search. */
const searchSplits = Math.max(...rungs.map(({ splits }) => splits));

async function readTable(config: Config, baseFolder: string, asked: TuneAsked): Promise<StudyBasis> {
  const dataset = await loadStudyTable(config, baseFolder);
  const [own] = configSplits(dataset, config, 1).splits;
  const { train, validation } = rowsOf(dataset.rowIds, own.split);
  const count = dealtAnew(config) ? searchSplits + asked.repeats : 1;
  const inner = innerSplits(dataset, { train, validation }, config, { count, prefix: "" });
  const names = Object.keys(inner);
  const checked = Object.values(inner).map((split) => checkParts(dataset, split, config.data, count));
  const warnings = [...own.checked.warnings, ...splitWarnings(checked, names)];
  const { parts, unfit } = own.checked;
  const facts: TuneFacts = {
    ...{ parts, unfit, warnings: [...tableWarnings(dataset.account), ...warnings] },
    inner: checked.map((of, i) => ({ name: names[i], parts: of.parts, unfit: of.unfit })),
  };
  const saved = Object.values(inner).map(({ rowIds }) => rowIds);
  return {
    ...{ account: dataset.account, table: dataset },
    warnings,
    messages: [...dependenceMessages(dataset), planWords(asked)],
    splits: { [ownSplit]: own.split, ...namedSplits(names, saved) },
    facts,
  };
}

/** Rows of a split by their ids. */
export function rowsOf(
  rowIds: readonly string[],
  { train, validation }: { train: readonly string[]; validation: readonly string[] },
) {
  const index = new Map(rowIds.map((id, row) => [id, row]));
  const find = (ids: readonly string[]) => Int32Array.from(ids, (id) => index.get(id) ?? -1);
  return { train: find(train), validation: find(validation) };
}

function planWords({ trials, budgetSeconds, atOnce = 1, repeats, seeds }: TuneAsked): string {
  const final = `then ${2 * (repeats * seeds + 1)} trainings for the final figures`;
  if (budgetSeconds === undefined) return `${plural(trials, "trial")} on ${rungs.length} rungs, ${final}`;
  const most = trials < mostTrials ? `at most ${trials} trials, as far` : "as many trials";
  return (
    `${most} as ${duration(budgetSeconds)} of search allow, ${atOnce} at a time, ${final}, which the budget does not cover; how many ` +
    "are begun depends on how fast this machine is now, --trials alone does not"
  );
}

interface TuneAsked {
  readonly trials: number;
  readonly budgetSeconds?: number | undefined;
  readonly atOnce?: number | undefined;
  readonly space: Space;
  readonly repeats: number;
  readonly seeds: number;
}

const optionsSchema = z.strictObject({
  trials: z.int(),
  budgetSeconds: z.number().optional(),
  atOnce: z.int().optional(),
  space: z.custom<Space>(),
  repeats: z.int(),
  seeds: z.int(),
});
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<TuneFacts>();

/** A planned search. */
export function openTune({ config, options, facts, splits }: PlannedStudy): OpenStudy<TuneResults> {
  const asked = optionsSchema.parse(options);
  const known = factsSchema.parse(facts);
  const names = known.inner.map(({ name }) => name);
  const { repeats, seeds } = asked;
  const final: FinalTrainings = { splits: names.slice(-repeats), seeds };
  const search = searchOf(config, asked, { names: names.slice(0, searchSplits), splits, final });
  const first = searched(search, new Map());
  return {
    first: first.next ?? [],
    next: (finished) => {
      const found = searched(search, byName(finished));
      if (found.next !== undefined) return found.next;
      if (finished.some(({ name }) => name.startsWith("test-"))) return [];
      return finalOf(search, found.chosen, final);
    },
    told: (finished) => {
      const found = searched(search, byName(finished));
      if (found.next !== undefined || search.spending === null || finished.some(isFinal)) return undefined;
      const { length } = finalOf(search, found.chosen, final);
      return endOfSearch({ ...found, seconds: search.spending.seconds }, length);
    },
    secondsLeft: (finished) => secondsLeft(search, { trials: asked.trials, final, finished }),
    conclude: (finished) => {
      const warnings = [...known.warnings, ...trainingWarnings(finished.filter(isFinal))];
      const found = foundOf(search, byName(finished), { config, asked: { ...asked, final }, facts: known, splits });
      const results = encoded(tuneDocument, { ...found, warnings }, studyFiles.results);
      return {
        results,
        text: tuneText(config.name, results),
        page: () => tunePage(config, results, finished),
        tables: { [studyFiles.best]: bestConfig(config, results), [studyFiles.trials]: trialsTable(results) },
      };
    },
  };
}

function finalOf(search: Search, chosen: Trial, final: FinalTrainings) {
  return finalRuns([...search.trials(0, 1), ...(chosen.trial === 0 ? [] : [chosen])], final);
}

/** What is said when a search with a budget is over: how far it came, and what follows. */
function endOfSearch(
  { cut, clock, seconds }: { readonly cut: Cut | undefined; readonly clock: SearchClock; readonly seconds: number },
  final: number,
): string {
  const ended = cut === undefined ? "another bracket does not fit" : cutWords(cut);
  return (
    `the search took ${duration(clock.spent)} of ${duration(seconds)}: ${ended}; ${plural(final, "training")} for the final figures ` +
    `${final === 1 ? "follows" : "follow"}, about ${duration(clock.secondsOfFinal(final))}`
  );
}

interface SearchRows {
  /** Inner splits of the search. */
  readonly names: readonly string[];
  readonly splits: PlannedStudy["splits"];
  readonly final: FinalTrainings;
}

function searchOf(config: Config, asked: TuneAsked, { names, splits, final }: SearchRows): Search {
  const { trials, budgetSeconds, atOnce = 1, space } = asked;
  const inner = names.map((name) => ({ name, rows: splits[name].train.length }));
  const smallest = Math.min(...Object.values(splits).map(({ train }) => train.length));
  return {
    ...{ trials: drawTrials(config, space, smallest), most: trials, inner },
    spending:
      budgetSeconds === undefined
        ? null
        : { seconds: budgetSeconds, atOnce, final: 2 * (final.splits.length * final.seeds + 1) },
  };
}
