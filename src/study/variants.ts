import type { Config } from "../config/schema.js";
import { afterLosses } from "../data/account.js";
import type { Modality } from "../data/dataset.js";
import { loadDataset } from "../data/load-dataset.js";
import { makeSplit, partNames, type Split } from "../data/split/split.js";
import { InputError } from "../errors.js";
import { derivedSeed, Rng } from "../math/rng.js";
import { RunFolder } from "../record/run-folder.js";
import { takesAbsentModalities } from "../run/absence.js";
import { type CheckedParts, checkParts } from "../run/checked-parts.js";
import { type FinishedRun, type Study, studyFiles } from "./study.js";

/** A config to be compared with others on the same rows. */
export interface Variant {
  readonly name: string;
  readonly config: Config;
}

/** The rows that all trainings of a study use. */
export interface FixedSplit {
  /** Path of the split file. */
  readonly file: string;
  readonly checked: CheckedParts;
}

/**
 * Writes the rows of a config's own split into the study, for runs that must all use them: a split drawn anew would
 * depend on the seed of the run, and on which rows have gaps in the columns of its modalities.
 * @param options.absentModalities whether rows that lack whole modalities take part
 * @returns path of the file, and what its parts hold
 */
export async function fixSplit(
  study: Study,
  config: Config,
  baseFolder: string,
  options: { readonly absentModalities?: boolean } = {},
): Promise<FixedSplit> {
  const { dataset, split } = await splitTable(study, config, baseFolder, options);
  return { file: await writeSplit(study, split.rowIds), checked: checkParts(dataset, split, config.data.group) };
}

/**
 * The same for runs that drop modalities: only rows that have every modality, so that all runs can be compared on them.
 * @returns the split, and how many rows lack a modality and are in no part of it
 * @throws InputError when no row of a part has every modality
 */
export async function fixCompleteSplit(
  study: Study,
  config: Config,
  baseFolder: string,
): Promise<FixedSplit & { readonly lacking: number }> {
  const absentModalities = takesAbsentModalities(config);
  const { dataset, split } = await splitTable(study, config, baseFolder, { absentModalities });
  const isComplete = (row: number) => !dataset.modalities.some((modality) => lacks(modality, row));
  const [train, validation, test] = partNames.map((part) => {
    const kept = split[part].filter(isComplete);
    if (kept.length > 0) return kept;
    throw new InputError(`no row of the ${part} part has every modality; subsets are compared on such rows`);
  });
  const ids = (rows: Int32Array) => Array.from(rows, (row) => dataset.rowIds[row]);
  const file = await writeSplit(study, { train: ids(train), validation: ids(validation), test: ids(test) });
  const lacking = dataset.rows - train.length - validation.length - test.length;
  return { file, lacking, checked: checkParts(dataset, { train, validation, test }, config.data.group) };
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
    () => ({ dataset, split: makeSplit(dataset, config.data.split, new Rng(config.seed)) }),
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
