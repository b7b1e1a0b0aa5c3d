import { z } from "zod";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { encoded } from "../files/document.js";
import { mean } from "../math/descriptive.js";
import { isOwn, type OwnRows, ownRowsOf, ownRowsResults } from "./own-rows.js";
import { selectPage } from "./pages/select-page.js";
import {
  type AskedTrainings,
  heldToTrain,
  namedSplits,
  planWords,
  type SplitParts,
  setAsideWords,
  splitNames,
  splitWarnings,
  type Trainings,
  trainingsOf,
} from "./repeats.js";
import { runStudy } from "./run-study.js";
import { chosenSubset } from "./select-decision.js";
import { type SelectResults, selectDocument, selectResults, type TrainedSubset } from "./select-results.js";
import { lackingMessage, selectText } from "./select-text.js";
import {
  dependenceMessages,
  type FinishedRun,
  type OpenStudy,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  studyFiles,
  tableWarnings,
} from "./study.js";
import { loadStudyTable } from "./study-table.js";
import { subsetConfig, subsetName } from "./subset-config.js";
import { errorScales, rowCosts } from "./summarise.js";
import { trainingWarnings } from "./training-warnings.js";
import { type ConstantPrediction, completeSplits, type Variant, variantRuns } from "./variants.js";

/** `repeats` and `seeds` are those of `trainingsOf` where they are left out. */
export interface SelectRequest extends AskedTrainings {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Largest increase of the error that is accepted, as a share: 0.02 is 2 %. */
  readonly margin: number;
  /** Rows that decide; the test part is what is reported in any case. */
  readonly decideOn: "validation" | "test";
  /** own: every subset is trained on all rows that have it, too, beside those that have every modality. Default complete. */
  readonly rows?: "complete" | "own";
}

export interface SelectOptions extends SelectRequest, StudyOptions {}

/** From this many modalities on, subsets are searched greedily instead of all. */
export const greedyFrom = 7;

/**
 * Trains subsets of the modalities on the same rows of one split or several: all of them, or from 7 modalities on backward elimination (leave out
 * the one that is missed least, again and again), and compares errors and information. The subset that is kept and all modalities
 * are then trained again with seeds that decided nothing.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function select(options: SelectOptions) {
  return runStudy(selectDesign(options), options);
}

/** The design of that study. @throws InputError for options that are none */
export function selectDesign(request: SelectRequest): StudyDesign<SelectResults> {
  const { config, baseFolder, margin, decideOn, rows = "complete" } = request;
  const trainings = trainingsOf(config, request);
  if (!(margin >= 0 && margin <= 1)) throw new InputError(`--margin ${margin}: expected a share from 0 to 1, as 0.02`);
  const modalities = Object.keys(config.data.modalities).length;
  if (rows === "own" && modalities >= greedyFrom) {
    throw new InputError(
      `--rows own: ${modalities} modalities are searched by leaving one out at a time, and own rows are for subsets that are known from ` +
        `the start: at most ${greedyFrom - 1} modalities`,
    );
  }
  const read = () => readTable(request, trainings);
  const options = { ...trainings, margin, decideOn, rows };
  return { kind: "select", options, config, baseFolder, read, open: openSelect };
}

async function readTable({ config, baseFolder, rows }: SelectRequest, trainings: Trainings): Promise<StudyBasis> {
  const dataset = await loadStudyTable(config, baseFolder, rows === "own");
  const { splits, lacking, setAside } = completeSplits(dataset, config, trainings.repeats);
  const names = splitNames(trainings);
  const messages = [...dependenceMessages(dataset), ...searchMessages(config, trainings)];
  if (lacking > 0) messages.push(lackingMessage(lacking));
  if (setAside > 0) messages.push(setAsideWords(setAside));
  const checked = splits.map((split) => split.checked);
  const warnings = splitWarnings(checked, names);
  const smaller = rows === "own" ? allSubsets(Object.keys(config.data.modalities)).slice(1) : [];
  const { own, splits: ownSplits } = ownRowsOf(dataset, splits, names, smaller);
  if (rows === "own") messages.push(ownWords(own, trainings));
  const facts: SelectFacts = {
    ...{ own },
    ...{ lacking, setAside, warnings: [...tableWarnings(dataset.account), ...warnings] },
    splits: splits.map(({ constant, checked: { parts, unfit } }, r) => ({ name: names[r], parts, unfit, constant })),
  };
  const saved = splits.map(({ split }) => split);
  return {
    account: dataset.account,
    warnings,
    messages,
    splits: { ...namedSplits(names, saved), ...ownSplits },
    ...{ table: dataset, facts },
  };
}

function ownWords(own: readonly OwnRows[], { repeats, seeds }: Trainings): string {
  if (own.length === 0)
    return "--rows own: no subset has more rows than all modalities together; nothing more is trained";
  return `--rows own: ${own.length * repeats * seeds} further trainings, of subsets that more rows have`;
}

/** How many trainings there will be, where that is not seen at once. */
function searchMessages(config: Config, trainings: Trainings): string[] {
  const { repeats, seeds } = trainings;
  const modalities = Object.keys(config.data.modalities).length;
  const greedy = modalities >= greedyFrom;
  const subsets = greedy ? (modalities * (modalities + 1)) / 2 : 2 ** modalities - 1;
  const anew = 2 * seeds * repeats;
  if (repeats > 1) return [planWords(trainings, subsets, "subset", `, and up to ${anew} for the final figures`)];
  if (!greedy) return [];
  return [`${modalities} modalities: backward elimination trains ${subsets * seeds} networks, and then ${anew} anew`];
}

interface SelectFacts {
  readonly own: readonly OwnRows[];
  /** Rows that lack a modality. */
  readonly lacking: number;
  readonly setAside: number;
  readonly warnings: readonly string[];
  readonly splits: readonly (SplitParts & { readonly constant: ConstantPrediction })[];
}

const optionsSchema = z.strictObject({
  repeats: z.int(),
  seeds: z.int(),
  margin: z.number(),
  decideOn: z.enum(["validation", "test"]),
  rows: z.enum(["complete", "own"]),
});
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<SelectFacts>();

/** A planned selection. */
export function openSelect({ config, options, facts, splits: rows }: PlannedStudy): OpenStudy<SelectResults> {
  const { repeats, seeds, margin, decideOn, rows: asked } = optionsSchema.parse(options);
  const { own, lacking, setAside, warnings: known, splits: dealt } = factsSchema.parse(facts);
  const names = Object.keys(config.data.modalities);
  const greedy = names.length >= greedyFrom;
  const each = repeats * seeds;
  const splits = dealt.map(({ name, constant }) => ({ heldToTrain: heldToTrain(rows[name]), constant }));
  const decided = { config, margin, decideOn, splits };
  const runsOf = (subsets: readonly (readonly string[])[], label?: string) =>
    variantRuns(subsetVariants(config, subsets), { splits: dealt.map(({ name }) => name), seeds, label });
  return {
    first: [...runsOf(greedy ? [names] : allSubsets(names)), ...ownRuns(config, own, seeds)],
    next: (finished) => {
      const { searched, final } = sorted(finished, each);
      if (final.length > 0) return [];
      const smaller = greedy ? smallerSubsets(searched, decideOn) : [];
      if (smaller.length > 0) return runsOf(smaller);
      const chosen = chosenSubset(searched, decided);
      if (chosen.length === names.length) return [];
      return runsOf(chosen.length === 0 ? [names] : [names, chosen], finalLabel);
    },
    conclude: (finished) => {
      const { searched, final } = sorted(finished, each);
      const parts = dealt.map(({ constant: _constant, ...own }) => own);
      const compared = selectResults(searched, final, {
        ...{ ...decided, repeats, seeds, greedy, lacking, setAside, parts },
        ownRows:
          asked === "own" ? ownRowsResults(own, searched, finished.filter(isOwn), { splits, seed: config.seed }) : null,
      });
      const warnings = [...known, ...trainingWarnings(finished)];
      const [{ name: _name, ...first }] = parts;
      const results = encoded(selectDocument, { ...compared, ...first, warnings }, studyFiles.results);
      return {
        results,
        text: selectText(config.name, results),
        page: () => selectPage(config, results, finished),
      };
    },
  };
}

/** Trainings of subsets on all rows that have them. */
function ownRuns(config: Config, own: readonly OwnRows[], seeds: number) {
  return own.flatMap(({ modalities, splits }) =>
    variantRuns(
      subsetVariants(config, [modalities]).map(({ name, ...rest }) => ({ ...rest, name: `${name}-own` })),
      { splits, seeds },
    ),
  );
}

/** Subsets as variants of a config. */
export function subsetVariants(config: Config, subsets: readonly (readonly string[])[]): Variant[] {
  return subsets.map((subset) => ({ name: subsetName(subset, config), config: subsetConfig(config, subset) }));
}

/** Every subset but the empty one, large ones first. */
export function allSubsets(names: readonly string[]): string[][] {
  const subsets = Array.from({ length: 2 ** names.length - 1 }, (_, i) =>
    names.filter((_name, k) => ((i + 1) >> k) & 1),
  );
  return subsets.sort((a, b) => b.length - a.length);
}

/** In the names of trainings whose seeds decided nothing. */
const finalLabel = "final";

/** Finished trainings: those that decide, and those of the final figures. */
function sorted(finished: readonly FinishedRun[], each: number) {
  const isFinal = ({ name }: FinishedRun) => new RegExp(`-${finalLabel}-\\d+$`).test(name);
  return {
    searched: trainedSubsets(
      finished.filter((run) => !isFinal(run) && !isOwn(run)),
      each,
    ),
    final: trainedSubsets(finished.filter(isFinal), each),
  };
}

/** Finished runs by the subset that they were trained on, in their order. @param each trainings of a subset */
export function trainedSubsets(finished: readonly FinishedRun[], each: number): TrainedSubset[] {
  return Array.from({ length: finished.length / each }, (_, i) => {
    const runs = finished.slice(i * each, (i + 1) * each);
    return { modalities: Object.keys(runs[0].config.data.modalities), runs };
  });
}

/**
 * Backward elimination: of the smallest subsets so far, the one that errs least on the rows that decide, with one
 * modality after another left out; none when that has one modality only.
 */
export function smallerSubsets(trained: readonly TrainedSubset[], part: "validation" | "test"): string[][] {
  const size = Math.min(...trained.map(({ modalities }) => modalities.length));
  if (size === 1) return [];
  const { modalities } = trained
    .filter((subset) => subset.modalities.length === size)
    .reduce((best, subset) => (meanError(subset, part) < meanError(best, part) ? subset : best));
  return modalities.map((left) => modalities.filter((name) => name !== left));
}

/** Mean over seeds and targets of error over scale. */
function meanError({ runs }: TrainedSubset, part: "validation" | "test"): number {
  return mean(
    runs.map(({ files }) => {
      const scales = errorScales(files, part);
      const { ofMeanCost } = files.task.metrics.headline;
      return mean(rowCosts(files, part).map((costs, t) => ofMeanCost(mean(costs)) / scales[t]));
    }),
  );
}
