import { z } from "zod";
import type { Config } from "../config/schema.js";
import { loadDataset } from "../data/load-dataset.js";
import { encoded } from "../files/document.js";
import { openRows } from "../modalities/kinds.js";
import { takesAbsentModalities } from "../run/absence.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { type AblateResults, ablateDocument, ablateResults } from "./ablate-results.js";
import { ablateText } from "./ablate-text.js";
import { ablated, ablationsOf } from "./ablations.js";
import { ablatePage } from "./pages/ablate-page.js";
import { runStudy } from "./run-study.js";
import {
  type OpenStudy,
  orderMessages,
  type PlannedStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyOptions,
  studyFiles,
  tableWarnings,
} from "./study.js";
import { trainingWarnings } from "./training-warnings.js";
import { checkSeeds, configSplit, sharedSplit, variantRuns } from "./variants.js";

export interface AblateRequest {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Trainings of each variant. */
  readonly seeds: number;
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
  const { config, baseFolder, seeds, only } = request;
  checkSeeds(seeds);
  variantsOf(config, only);
  const read = () => readTable(request);
  return { kind: "ablate", options: { seeds, only }, config, baseFolder, read, open: openAblate };
}

async function readTable({ config, baseFolder }: AblateRequest): Promise<StudyBasis> {
  const absentModalities = takesAbsentModalities(config);
  const dataset = await loadDataset(config.data, baseFolder, { absentModalities, open: openRows });
  const { split, checked } = configSplit(dataset, config);
  const { warnings } = checked;
  const facts: CheckedParts = { ...checked, warnings: [...tableWarnings(dataset.account), ...warnings] };
  return {
    account: dataset.account,
    warnings,
    messages: orderMessages(dataset),
    splits: { [sharedSplit]: split },
    facts,
  };
}

const optionsSchema = z.strictObject({ seeds: z.int(), only: z.array(z.string()).optional() });
/** What `readTable` worked out; study.json is held against its digest. */
const factsSchema = z.custom<CheckedParts>();

/** A planned ablation. */
export function openAblate({ config, options, facts }: PlannedStudy): OpenStudy<AblateResults> {
  const { seeds, only } = optionsSchema.parse(options);
  const checked = factsSchema.parse(facts);
  const { variants, changes } = variantsOf(config, only);
  return {
    first: variantRuns(variants, seeds),
    conclude: (finished) => {
      const runs = variants.map((_, v) => finished.slice(v * seeds, (v + 1) * seeds));
      const warnings = [...checked.warnings, ...trainingWarnings(finished)];
      const compared = ablateResults(variants, changes, runs, config.seed);
      const results = encoded(ablateDocument, { ...compared, ...checked, warnings }, studyFiles.results);
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
