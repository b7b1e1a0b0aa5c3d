import type { Config } from "../../config/schema.js";
import { documentText } from "../../files/json.js";
import { takesAbsentModalities } from "../absence.js";
import { ablateResults } from "./ablate-results.js";
import { ablateText } from "./ablate-text.js";
import { ablated, ablationsOf } from "./ablations.js";
import { Study, type StudyOptions, studyFiles } from "./study.js";
import { checkSeeds, fixSplit, trainVariants, type Variant } from "./variants.js";

export interface AblateOptions extends StudyOptions {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Trainings of each variant. */
  readonly seeds: number;
  /** Names of ablations; all that change something if left out. */
  readonly only?: readonly string[];
}

/**
 * Trains a config whole and with one part after another left out, on the same rows, and compares error and atoms.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function ablate(options: AblateOptions) {
  const { config, baseFolder, seeds, only } = options;
  checkSeeds(seeds);
  const left = ablationsOf(config, only);
  const variants: Variant[] = [
    { name: "full", config },
    ...left.map((ablation) => ({ name: ablation.name, config: ablated(config, ablation) })),
  ];
  const plan = { kind: "ablate", options: { seeds, only }, config, baseFolder } as const;
  return Study.with(plan, options, async (study) => {
    const load = { absentModalities: takesAbsentModalities(config) };
    const { file: splitFile, checked } = await fixSplit(study, config, baseFolder, load);
    const runs = await trainVariants(study, variants, { seeds, splitFile });
    const changes = [{}, ...left.map((ablation) => ablation.changes)];
    const results = { ...ablateResults(variants, changes, runs, config.seed), ...checked };
    const text = ablateText(config.name, results);
    await study.finish({ [studyFiles.results]: documentText(results, studyFiles.results), [studyFiles.report]: text });
    return { folder: study.folder.path, results, text };
  });
}
