import { z } from "zod";
import type { Config } from "../config/schema.js";
import { encoded } from "../files/document.js";
import { type AblateResults, ablateDocument, ablateResults } from "./ablate-results.js";
import { ablateText } from "./ablate-text.js";
import { ablated, ablationsOf } from "./ablations.js";
import { ablatePage } from "./pages/ablate-page.js";
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
import {
  dependenceMessages,
  type OpenStudy,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  studyFiles,
  tableWarnings,
} from "./study.js";
import { loadStudyTable } from "./study-table.js";
import { trainingWarnings } from "./training-warnings.js";
import { configSplits, variantRuns } from "./variants.js";

/** `repeats` and `seeds` are those of `trainingsOf` where they are left out. */
export interface AblateRequest extends AskedTrainings {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Names of ablations; all that change something if left out. */
  readonly only?: readonly string[];
}

export interface AblateOptions extends AblateRequest, StudyOptions {}

/**
 * Trains a config whole and with one part after another left out, on the same rows, and compares error and atoms.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function ablate(options: AblateOptions) {
  return runStudy(ablateDesign(options), options);
}

/** The design of that study. @throws InputError for options that do not fit the config */
export function ablateDesign(request: AblateRequest): StudyDesign<AblateResults> {
  const { config, baseFolder, only } = request;
  const trainings = trainingsOf(config, request);
  const { variants } = variantsOf(config, only);
  const read = () => readTable(request, trainings, variants.length);
  return { kind: "ablate", options: { ...trainings, only }, config, baseFolder, read, open: openAblate };
}

async function readTable(
  { config, baseFolder }: AblateRequest,
  trainings: Trainings,
  variants: number,
): Promise<StudyBasis> {
  const dataset = await loadStudyTable(config, baseFolder);
  const { splits, setAside } = configSplits(dataset, config, trainings.repeats);
  const names = splitNames(trainings);
  const checked = splits.map((split) => split.checked);
  const warnings = splitWarnings(checked, names);
  const messages = [
    ...dependenceMessages(dataset),
    ...(trainings.repeats === 1 ? [] : [planWords(trainings, variants, "variant")]),
    ...(setAside === 0 ? [] : [setAsideWords(setAside)]),
  ];
  const facts: AblateFacts = {
    ...{ setAside, warnings: [...tableWarnings(dataset.account), ...warnings] },
    splits: checked.map(({ parts, unfit }, r) => ({ name: names[r], parts, unfit })),
  };
  const saved = splits.map(({ split }) => split);
  return { account: dataset.account, warnings, messages, splits: namedSplits(names, saved), table: dataset, facts };
}

interface AblateFacts {
  readonly setAside: number;
  readonly warnings: readonly string[];
  readonly splits: readonly SplitParts[];
}

const optionsSchema = z.strictObject({
  repeats: z.int(),
  seeds: z.int(),
  only: z.array(z.string()).optional(),
});
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<AblateFacts>();

/** A planned ablation. */
export function openAblate({ config, options, facts, splits: rows }: PlannedStudy): OpenStudy<AblateResults> {
  const { repeats, seeds, only } = optionsSchema.parse(options);
  const { setAside, warnings: known, splits } = factsSchema.parse(facts);
  const { variants, changes } = variantsOf(config, only);
  const each = repeats * seeds;
  const ratios = splits.map(({ name }) => heldToTrain(rows[name]));
  return {
    first: variantRuns(variants, { splits: splits.map(({ name }) => name), seeds }),
    conclude: (finished) => {
      const runs = variants.map((_, v) => finished.slice(v * each, (v + 1) * each));
      const warnings = [...known, ...trainingWarnings(finished)];
      const [{ name: _name, ...first }] = splits;
      const compared = ablateResults(
        { variants, changes, runs },
        { seed: config.seed, setAside, parts: splits, heldToTrain: ratios },
      );
      const results = encoded(ablateDocument, { ...compared, ...first, warnings }, studyFiles.results);
      return {
        results,
        text: ablateText(config.name, results),
        page: () => ablatePage(config, results, finished),
      };
    },
  };
}

/** The full config and those with a part left out, and what each changes. */
function variantsOf(config: Config, only?: readonly string[]) {
  const left = ablationsOf(config, only);
  return {
    variants: [
      { name: "full", config },
      ...left.map((ablation) => ({ name: ablation.name, config: ablated(config, ablation) })),
    ],
    changes: [{}, ...left.map(({ changes }) => changes)],
  };
}
