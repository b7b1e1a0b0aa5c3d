import type { Dataset, SavedSplit } from "../data/dataset.js";
import { compareErrors } from "../evaluation/compared-errors.js";
import type { Stored } from "../files/document.js";
import { Rng } from "../math/rng.js";
import type { ownRowsSchema } from "./results-schemas.js";
import type { ComparedSplit, TrainedSubset } from "./select-decision.js";
import { isSubset } from "./select-results.js";
import type { FinishedRun } from "./study.js";
import { evaluatedSplits } from "./summarise.js";
import { type CompleteSplit, completeRows } from "./variants.js";

/** A subset that has more rows than all modalities together, and the splits with them. */
export interface OwnRows {
  readonly modalities: readonly string[];
  /** Names of its splits, one beside each split of the study. */
  readonly splits: readonly string[];
  /** Rows of the first split: those that have the subset, and those that have every modality. */
  readonly rows: { readonly own: PartRows; readonly complete: PartRows };
}

interface PartRows {
  readonly train: number;
  readonly validation: number;
}

/** Name of a subset's own split beside one of the study. */
const ownName = (split: string, subset: number) => `${split}-own-${subset + 1}`;

/** Whether a training is one on a subset's own rows. */
export function isOwn({ config }: Pick<FinishedRun, "config">): boolean {
  return /-own-\d+\.json$/.test(config.data.split.file ?? "");
}

/**
 * Training and validation rows of every smaller subset with the rows that lack others; test rows stay the complete ones. Subsets
 * without further rows are left out.
 */
export function ownRowsOf(
  dataset: Dataset,
  complete: readonly CompleteSplit[],
  names: readonly string[],
  subsets: readonly (readonly string[])[],
): { readonly own: OwnRows[]; readonly splits: Record<string, SavedSplit> } {
  const splits: Record<string, SavedSplit> = {};
  const own = subsets.flatMap((modalities, k): OwnRows[] => {
    const has = completeRows(dataset, modalities);
    const ids = (rows: Int32Array) => Array.from(rows.filter(has), (row) => dataset.rowIds[row]);
    const saved = complete.map(({ split, whole }) => ({
      ...split,
      ...{ train: ids(whole.train), validation: ids(whole.validation) },
    }));
    const sizes = ({ train, validation }: SavedSplit): PartRows => ({
      train: train.length,
      validation: validation.length,
    });
    if (saved.every((split, r) => rowsOf(split) === rowsOf(complete[r].split))) return [];
    saved.forEach((split, r) => {
      splits[ownName(names[r], k)] = split;
    });
    const rows = { own: sizes(saved[0]), complete: sizes(complete[0].split) };
    return [{ modalities, splits: names.map((name) => ownName(name, k)), rows }];
  });
  return { own, splits };
}

function rowsOf({ train, validation }: SavedSplit): number {
  return train.length + validation.length;
}

/**
 * Compares trainings on a subset's own rows with those on complete rows, on the complete test rows.
 * @param trained on complete rows
 * @param runs    of every subset with further rows, in their order
 */
export function ownRowsResults(
  own: readonly OwnRows[],
  trained: readonly TrainedSubset[],
  runs: readonly FinishedRun[],
  { splits, seed }: { readonly splits: readonly ComparedSplit[]; readonly seed: number },
): Stored<typeof ownRowsSchema> {
  const each = runs.length / Math.max(1, own.length);
  return own.map(({ modalities, rows }, k) => {
    const beside = trained.find((subset) => isSubset(subset.modalities, modalities));
    if (beside === undefined) throw new RangeError(`${modalities.join(", ")} was not trained on complete rows`);
    const models = [beside.runs, runs.slice(k * each, (k + 1) * each)].map((all) => all.map(({ files }) => files));
    const { errors, changes } = compareErrors(evaluatedSplits(models, "test", splits), {
      rng: new Rng(seed).split("select/own"),
      error: models[0][0].task.metrics.headline,
    });
    return { modalities: [...modalities], rows, complete: errors[0], own: errors[1], change: changes[1] };
  });
}
