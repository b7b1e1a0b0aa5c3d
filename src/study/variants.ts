import type { Config } from "../config/schema.js";
import { splitByFile } from "../config/split.js";
import { afterLosses } from "../data/account.js";
import type { Dataset, SavedSplit } from "../data/dataset.js";
import { valuesOf } from "../data/rows.js";
import { makeSplit, partNames } from "../data/split/split.js";
import { storesOf } from "../data/stores.js";
import { InputError } from "../errors.js";
import { mean } from "../math/descriptive.js";
import { derivedSeed, Rng } from "../math/rng.js";
import { type CheckedParts, checkParts } from "../run/checked-parts.js";
import { type StudyRun, splitPath } from "./study.js";

/** A config to be compared with others on the same rows. */
export interface Variant {
  readonly name: string;
  readonly config: Config;
}

/** The rows that all trainings of a study use, and what its parts hold. */
export interface FixedSplit {
  readonly split: SavedSplit;
  readonly checked: CheckedParts;
}

/** Name of the split that all trainings of a study share. */
export const sharedSplit = "split";

/**
 * The rows of a config's own split, for runs that must all use them: a split drawn anew would depend on the seed of the
 * run, and on which rows have gaps in the columns of its modalities.
 * @throws InputError for a table that cannot be split so, after what was lost of it
 */
export function configSplit(dataset: Dataset, config: Config): FixedSplit {
  const split = splitOf(dataset, config);
  return { split: split.rowIds, checked: checkParts(dataset, split, config.data) };
}

/**
 * The same for runs that drop modalities: only rows that have every modality, so that all runs can be compared on them.
 * @returns the split, and how many rows lack a modality and are in no part of it
 * @throws InputError when no row of a part has every modality
 */
export function completeSplit(
  dataset: Dataset,
  config: Config,
): FixedSplit & { readonly lacking: number; readonly constant: ConstantPrediction } {
  const split = splitOf(dataset, config);
  const stores = storesOf(dataset).map(({ gaps, shape }) => ({ gaps, values: valuesOf(shape) }));
  const isComplete = (row: number) => stores.every(({ gaps, values }) => gaps[row] < values);
  const [train, validation, test] = partNames.map((part) => {
    const kept = split[part].filter(isComplete);
    if (kept.length > 0) return kept;
    throw new InputError(`no row of the ${part} part has every modality; subsets are compared on such rows`);
  });
  const ids = (rows: Int32Array) => Array.from(rows, (row) => dataset.rowIds[row]);
  return {
    split: { ...split.rowIds, train: ids(train), validation: ids(validation), test: ids(test) },
    lacking: dataset.rows - train.length - validation.length - test.length,
    checked: checkParts(dataset, { train, validation, test }, config.data),
    constant: constantPrediction(dataset, train),
  };
}

/** What is predicted from no modality, per target: the mean of the training rows, of classes their shares. */
export type ConstantPrediction = Readonly<Record<string, readonly number[]>>;

function constantPrediction({ targets }: Pick<Dataset, "targets">, train: Int32Array): ConstantPrediction {
  const means = targets.map(({ name, values, classes }) => {
    const own = Array.from(train, (row) => values[row]).filter((value) => !Number.isNaN(value));
    const share = (_: unknown, k: number) => own.filter((value) => value === k).length / own.length;
    return [name, classes === undefined ? [mean(own)] : classes.map(share)];
  });
  return Object.fromEntries(means);
}

function splitOf(dataset: Dataset, config: Config) {
  return afterLosses(
    () => dataset.account.losses,
    () => makeSplit(dataset, config.data.split, new Rng(config.seed)),
  );
}

/**
 * The trainings of variants on the rows of the shared split: each once per seed, those of a variant one after the other.
 * Seed 1 is the config's own.
 * @param label "seed", or of trainings with seeds of their own another word
 */
export function variantRuns(variants: readonly Variant[], seeds: number, label = "seed"): StudyRun[] {
  return variants.flatMap(({ name, config }) =>
    Array.from({ length: seeds }, (_, s) => {
      const own = label === "seed" && s === 0;
      const seed = own ? config.seed : derivedSeed(config.seed, `${label}/${s + 1}`);
      const file = splitPath(sharedSplit);
      const split = splitByFile(config.data.split, file);
      const title = `${config.name} ${name}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, "-").slice(0, 100);
      return {
        name: `${name}-${label}-${s + 1}`,
        config: { ...config, name: title, seed, data: { ...config.data, split } },
      };
    }),
  );
}

/** @throws InputError */
export function checkSeeds(seeds: number): void {
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= 1000) return;
  throw new InputError(`--seeds ${seeds}: expected a whole number of trainings per variant, at least 1`);
}
