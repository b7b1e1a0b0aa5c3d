import { createHash } from "node:crypto";
import { parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { documentText } from "../files/json.js";
import { mean } from "../math/descriptive.js";
import { type SelectResults, selectResults, type TrainedSubset } from "./select-results.js";
import { lackingMessage, selectText } from "./select-text.js";
import { Study, type StudyOptions, studyFiles } from "./study.js";
import { errorScales, squaredErrors } from "./summarise.js";
import { checkSeeds, fixCompleteSplit, trainVariants } from "./variants.js";

export interface SelectOptions extends StudyOptions {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Trainings of each subset. */
  readonly seeds: number;
  /** Largest increase of the error that is accepted, as a share: 0.02 is 2 %. */
  readonly margin: number;
  /** Rows that decide; the test part is what is reported in any case. */
  readonly decideOn: "validation" | "test";
}

/** From this many modalities on, subsets are searched greedily instead of all. */
export const greedyFrom = 7;

/**
 * Trains subsets of the modalities on the same rows: all of them, or from 7 modalities on backward elimination (leave out
 * the one that is missed least, again and again), and compares errors and information.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function select(options: SelectOptions) {
  const { config, baseFolder, seeds, margin, decideOn } = options;
  checkSeeds(seeds);
  if (!(margin >= 0 && margin <= 1)) throw new InputError(`--margin ${margin}: expected a share from 0 to 1, as 0.02`);
  const plan = { kind: "select", options: { seeds, margin, decideOn }, config, baseFolder } as const;
  return Study.with(plan, options, async (study) => {
    const { file: splitFile, lacking, checked } = await fixCompleteSplit(study, config, baseFolder);
    for (const warning of checked.warnings) options.onMessage?.(`WARNING: ${warning}`);
    if (lacking > 0) options.onMessage?.(lackingMessage(lacking));
    const names = Object.keys(config.data.modalities);
    const greedy = names.length >= greedyFrom;
    if (greedy) {
      const subsets = (names.length * (names.length + 1)) / 2;
      options.onMessage?.(`${names.length} modalities: backward elimination trains ${subsets * seeds} networks`);
    }
    const train = async (subsets: readonly (readonly string[])[]): Promise<TrainedSubset[]> => {
      const variants = subsets.map((modalities) => ({
        name: subsetName(modalities, config),
        config: subsetConfig(config, modalities),
      }));
      const runs = await trainVariants(study, variants, { seeds, splitFile });
      return subsets.map((modalities, i) => ({ modalities, runs: runs[i] }));
    };
    const trained = greedy ? await eliminate(names, train, decideOn) : await train(allSubsets(names));
    const compared = selectResults(trained, { config, seeds, margin, decideOn, greedy, lacking });
    const results: SelectResults = { ...compared, ...checked };
    const text = selectText(config.name, results);
    await study.finish({ [studyFiles.results]: documentText(results, studyFiles.results), [studyFiles.report]: text });
    return { folder: study.folder.path, results, text };
  });
}

/** Every subset but the empty one, large ones first. */
export function allSubsets(names: readonly string[]): string[][] {
  const subsets = Array.from({ length: 2 ** names.length - 1 }, (_, i) =>
    names.filter((_name, k) => ((i + 1) >> k) & 1),
  );
  return subsets.sort((a, b) => b.length - a.length);
}

/** Backward elimination by the error on the rows that decide. */
async function eliminate(
  names: readonly string[],
  train: (subsets: readonly (readonly string[])[]) => Promise<TrainedSubset[]>,
  part: "validation" | "test",
): Promise<TrainedSubset[]> {
  const all = await train([names]);
  let current: readonly string[] = names;
  while (current.length > 1) {
    const smaller = await train(current.map((left) => current.filter((name) => name !== left)));
    all.push(...smaller);
    current = smaller.reduce((best, subset) =>
      meanError(subset, part) < meanError(best, part) ? subset : best,
    ).modalities;
  }
  return all;
}

/** Mean over seeds and targets of RMSE over scale. */
function meanError({ runs }: TrainedSubset, part: "validation" | "test"): number {
  return mean(
    runs.map(({ files }) => {
      const scales = errorScales(files, part);
      return mean(squaredErrors(files, part).map((squared, t) => Math.sqrt(mean(squared)) / scales[t]));
    }),
  );
}

/** The config with some of its modalities only. */
function subsetConfig(config: Config, modalities: readonly string[]): Config {
  const pick = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => modalities.includes(name)));
  const { data, model } = config;
  const encoder = { ...model.encoder, modalities: pick(model.encoder.modalities) };
  const kept = data.harmonise?.modalities?.filter((name) => modalities.includes(name));
  const harmonise = kept?.length === 0 ? undefined : data.harmonise && { ...data.harmonise, modalities: kept };
  const columns = { ...data, harmonise, modalities: pick(data.modalities) };
  const tree = { ...config, data: columns, model: { ...model, encoder } };
  return parseConfig(tree, `modalities ${modalities.join(", ")}`);
}

/** Longest folder names, of modalities and of their places; every file system takes 255 bytes, the seed among them. */
const longestNames = { modalities: 120, places: 200 };

/** The modalities of a subset as a folder name: their names, or where that is long their places, or a digest of them. */
export function subsetName(modalities: readonly string[], { data }: Pick<Config, "data">): string {
  const joined = modalities.join("+");
  if (Buffer.byteLength(joined) <= longestNames.modalities) return joined;
  const places = Object.keys(data.modalities).flatMap((name, k) => (modalities.includes(name) ? [k + 1] : []));
  const placed = `modalities-${places.join("-")}`;
  if (placed.length <= longestNames.places) return placed;
  const digest = createHash("sha256").update(placed).digest("hex").slice(0, 16);
  return `${modalities.length}-modalities-${digest}`;
}
