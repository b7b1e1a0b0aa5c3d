import type { Config } from "../config/schema.js";
import { splitByFile } from "../config/split.js";
import type { Dataset, SavedSplit } from "../data/dataset.js";
import { valuesOf } from "../data/rows.js";
import { partTitles } from "../data/split/part-summary.js";
import { partNames, type Split } from "../data/split/split.js";
import { storesOf } from "../data/stores.js";
import { InputError } from "../errors.js";
import { mean } from "../math/descriptive.js";
import { derivedSeed } from "../math/rng.js";
import { joinWords } from "../report/text.js";
import { type CheckedParts, checkParts } from "../run/checked-parts.js";
import { repeatedSplits } from "./repeats.js";
import { type StudyRun, splitPath } from "./study.js";

/** A config to be compared with others on the same rows. */
export interface Variant {
  readonly name: string;
  readonly config: Config;
}

/** Rows that trainings of a study share, and what their parts hold. */
export interface FixedSplit {
  readonly split: SavedSplit;
  readonly checked: CheckedParts;
}

/**
 * The rows of a config's own split and of others like it, for runs that must all use them: a split drawn anew would depend on the
 * seed of the run, and on which rows have gaps in the columns of its modalities.
 * @throws InputError for a table that cannot be split so, after what was lost of it
 */
export function configSplits(dataset: Dataset, config: Config, repeats: number) {
  const { splits, setAside } = repeatedSplits(dataset, config, repeats);
  const checked = (split: Split): FixedSplit => ({
    split: split.rowIds,
    checked: checkParts(dataset, split, config.data, repeats),
  });
  return { splits: splits.map(checked), setAside };
}

/** A split of the rows that have every modality. */
export interface CompleteSplit extends FixedSplit {
  readonly constant: ConstantPrediction;
  /** The same with the rows that lack a modality, which are in no part of the other. */
  readonly whole: Split;
}

/**
 * The same for runs that drop modalities: only rows that have every modality, so that all runs can be compared on them.
 * @returns the splits, and how many rows lack a modality and are in no part of them
 * @throws InputError when no row of a part has every modality
 */
export function completeSplits(dataset: Dataset, config: Config, repeats: number) {
  const { splits, setAside } = repeatedSplits(dataset, config, repeats);
  const isComplete = completeRows(dataset);
  return {
    splits: splits.map((split) => completeSplit(dataset, split, config, repeats)),
    setAside,
    lacking: Array.from({ length: dataset.rows }, (_, row) => row).filter((row) => !isComplete(row)).length,
  };
}

/** Whether a row has some value of every modality, or of those that are named. */
export function completeRows(dataset: Dataset, names?: readonly string[]): (row: number) => boolean {
  const stores = storesOf(dataset)
    .filter(({ name }) => names === undefined || names.includes(name))
    .map(({ gaps, shape }) => ({ gaps, values: valuesOf(shape) }));
  return (row) => stores.every(({ gaps, values }) => gaps[row] < values);
}

/** The complete rows of a split. @throws InputError when no row of a part has every modality */
export function completeSplit(dataset: Dataset, whole: Split, { data }: Config, tries: number): CompleteSplit {
  const isComplete = completeRows(dataset);
  const [train, validation, test] = partNames.map((part) => whole[part].filter(isComplete));
  const lacking = partNames.filter((_, p) => [train, validation, test][p].length === 0);
  if (lacking.length > 0) {
    const parts = joinWords(
      lacking.map((part) => partTitles[part]),
      undefined,
      "or",
    );
    throw new InputError(`no row of the ${parts} part has every modality; subsets are compared on such rows`);
  }
  const ids = (rows: Int32Array) => Array.from(rows, (row) => dataset.rowIds[row]);
  return {
    split: { ...whole.rowIds, train: ids(train), validation: ids(validation), test: ids(test) },
    checked: checkParts(dataset, { train, validation, test }, data, tries),
    constant: constantPrediction(dataset, train),
    whole,
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

/** Which trainings of variants there are. */
export interface VariantTrainings {
  /** Names of all splits of the study. */
  readonly splits: readonly string[];
  /** The one of them that is trained on; all if left out. */
  readonly only?: string;
  /** Trainings on each of them. */
  readonly seeds: number;
  /** "seed", or of trainings with seeds of their own another word. */
  readonly label?: string;
}

/**
 * The trainings of variants, all on the same rows of every split: those of a variant one after the other, split by split, each once
 * per seed. Seed 1 of the first split is the config's own.
 */
export function variantRuns(
  variants: readonly Variant[],
  { splits, only, seeds, label = "seed" }: VariantTrainings,
): StudyRun[] {
  return variants.flatMap(({ name, config }) =>
    splits.flatMap((split, r) =>
      Array.from({ length: only === undefined || only === split ? seeds : 0 }, (_, s) => {
        const own = label === "seed" && r === 0 && s === 0;
        const stream = `${r === 0 ? "" : `${split}/`}${label}/${s + 1}`;
        const seed = own ? config.seed : derivedSeed(config.seed, stream);
        const rows = splitByFile(config.data.split, splitPath(split));
        const title = `${config.name} ${name}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, "-").slice(0, 100);
        return {
          name: `${name}-${splits.length === 1 ? "" : `${split}-`}${label}-${s + 1}`,
          config: { ...config, name: title, seed, data: { ...config.data, split: rows } },
        };
      }),
    ),
  );
}
