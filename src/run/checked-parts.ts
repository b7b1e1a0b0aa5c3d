import type { Config } from "../config/schema.js";
import type { Dataset } from "../data/dataset.js";
import { splitRemedy, type UnfitPart, unfitMessage, unfitParts } from "../data/split/part-check.js";
import { type PartsSummary, summariseParts } from "../data/split/part-summary.js";
import type { PartName, Split } from "../data/split/split.js";

/** The parts of a split with what is wrong with them. */
export interface CheckedParts {
  readonly parts: PartsSummary;
  readonly unfit: readonly UnfitPart[];
  /** Sentences about unfit parts; empty where every part is fit. */
  readonly warnings: readonly string[];
}

/**
 * Summarises and checks the parts on which a model is trained, chosen and tested.
 * @param data which column names the groups of the data set, and how it was split
 * @param tries splits that are looked at together
 */
export function checkParts(
  dataset: Pick<Dataset, "targets" | "group" | "ordering">,
  split: Pick<Split, PartName>,
  { group: column, split: { by } }: Pick<Config["data"], "group" | "split">,
  tries = 1,
): CheckedParts {
  const { group: of } = dataset;
  const groups = of === undefined || column === undefined ? undefined : { column, of };
  const parts = summariseParts(dataset, split, groups);
  const unfit = unfitParts(dataset, split, parts, { tries });
  const message = unfitMessage(unfit, splitRemedy(groups?.column, by === "time"));
  return { parts, unfit, warnings: message === null ? [] : [message] };
}
