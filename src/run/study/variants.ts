import type { Config } from "../../config/schema.js";
import { afterLosses } from "../../data/account.js";
import type { Modality } from "../../data/dataset.js";
import { loadDataset } from "../../data/load-dataset.js";
import { makeSplit, type Split } from "../../data/split.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { RunFolder } from "../../record/run-folder.js";
import { takesAbsentModalities } from "../absence.js";
import { derivedSeed, type FinishedRun, type Study, studyFiles } from "./study.js";

/** A config to be compared with others on the same rows. */
export interface Variant {
  readonly name: string;
  readonly config: Config;
}

/**
 * Writes the rows of a config's own split into the study, for runs that must all use them: a split drawn anew would
 * depend on the seed of the run, and on which rows have gaps in the columns of its modalities.
 * @param options.absentModalities whether rows that lack whole modalities take part
 * @returns path of the file
 */
export async function fixSplit(
  study: Study,
  config: Config,
  baseFolder: string,
  options: { readonly absentModalities?: boolean } = {},
): Promise<string> {
  const { rowIds } = await splitTable(study, config, baseFolder, options);
  return writeSplit(study, rowIds);
}

/**
 * The same for runs that drop modalities: only rows that have every modality, so that all runs can be compared on them.
 * @returns path of the file, and how many rows lack a modality and are in no part of it
 * @throws InputError when no row of a part has every modality
 */
export async function fixCompleteSplit(
  study: Study,
  config: Config,
  baseFolder: string,
): Promise<{ readonly file: string; readonly lacking: number }> {
  const absentModalities = takesAbsentModalities(config);
  const { dataset, rowIds } = await splitTable(study, config, baseFolder, { absentModalities });
  const lacking = new Set(
    dataset.rowIds.filter((_, row) => dataset.modalities.some((modality) => lacks(modality, row))),
  );
  const complete = (part: keyof typeof rowIds) => {
    const kept = rowIds[part].filter((id) => !lacking.has(id));
    if (kept.length > 0) return kept;
    throw new InputError(`no row of the ${part} part has every modality; subsets are compared on such rows`);
  };
  const parts = { train: complete("train"), validation: complete("validation"), test: complete("test") };
  return { file: await writeSplit(study, parts), lacking: lacking.size };
}

/** The table of a config and its own split; what was lost is told first. */
async function splitTable(
  study: Study,
  config: Config,
  baseFolder: string,
  options: { readonly absentModalities?: boolean },
) {
  const dataset = await study.readTable(() => loadDataset(config.data, baseFolder, options));
  study.warn(dataset.account);
  return afterLosses(
    () => dataset.account.losses,
    () => ({ dataset, rowIds: makeSplit(dataset, config.data.split, new Rng(config.seed)).rowIds }),
  );
}

function lacks({ columns, values }: Modality, row: number): boolean {
  const width = columns.length;
  return values.subarray(row * width, (row + 1) * width).every(Number.isNaN);
}

async function writeSplit(study: Study, rowIds: Split["rowIds"]): Promise<string> {
  const splits = new RunFolder(study.folder.file(studyFiles.splits));
  await splits.create();
  await splits.writeJson("split.json", rowIds);
  return splits.file("split.json");
}

/**
 * Trains every variant once per seed on the rows of a split file. Seed 1 is the config's own.
 * @returns per variant its finished runs, in the order of the seeds
 */
export async function trainVariants(
  study: Study,
  variants: readonly Variant[],
  { seeds, splitFile }: { readonly seeds: number; readonly splitFile: string },
): Promise<FinishedRun[][]> {
  const runs = variants.flatMap(({ name, config }) =>
    Array.from({ length: seeds }, (_, s) => {
      const seed = s === 0 ? config.seed : derivedSeed(config.seed, `seed/${s + 1}`);
      const split = { ...config.data.split, by: "file", column: undefined, stratify: 0, file: splitFile } as const;
      const title = `${config.name} ${name}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, "-").slice(0, 100);
      return {
        name: `${name}-seed-${s + 1}`,
        config: { ...config, name: title, seed, data: { ...config.data, split } },
      };
    }),
  );
  const finished = await study.train(runs);
  return variants.map((_, v) => finished.slice(v * seeds, (v + 1) * seeds));
}

/** @throws InputError */
export function checkSeeds(seeds: number): void {
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= 1000) return;
  throw new InputError(`--seeds ${seeds}: expected a whole number of trainings per variant, at least 1`);
}
