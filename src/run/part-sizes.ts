import type { Config } from "../config/schema.js";
import type { Dataset } from "../data/dataset.js";
import type { PartName, Split } from "../data/split/split.js";
import { InputError } from "../errors.js";
import { minAtomRows } from "../training/atoms/atoms.js";

/** Rows, or row ids, of the parts of a split. */
export type PartSizes = Readonly<Record<PartName, { readonly length: number }>>;

/**
 * Whether the parts of a split have the rows that a training needs.
 * @param targets number of targets
 * @throws InputError naming the part, its rows and how many it needs
 */
export function checkSizes(
  { model }: Pick<Config, "model">,
  { train, validation, test }: PartSizes,
  targets: number,
): void {
  const { latentDim } = model;
  if (train.length <= latentDim) {
    throw new InputError(
      `the training part has ${train.length} rows, too few for model.latentDim = ${latentDim}: ` +
        "use more rows, or a latentDim well below the number of training rows",
    );
  }
  if (validation.length < minAtomRows) {
    throw new InputError(
      `the validation part has ${validation.length} rows; sample-level atoms are fitted on it, and need at least ` +
        `${minAtomRows}. Enlarge data.split.validation, and lower data.split.train by as much`,
    );
  }
  const needed = targets + 2;
  if (test.length < needed) {
    const counted = test.length === 0 ? "no rows" : test.length === 1 ? "1 row" : `${test.length} rows`;
    throw new InputError(
      `the test part has ${counted}; its atoms need at least ${needed}, two more than there are targets. Enlarge data.split.test`,
    );
  }
}

/**
 * Errors and atoms are measured on validation and test part: a target that is the same in all their rows leaves nothing.
 * @throws InputError naming the target and the part
 */
export function checkVaries({ targets }: Dataset, split: Split): void {
  for (const part of ["validation", "test"] as const) {
    const rows = split[part];
    const constant = targets.find(
      ({ values, classes }) => classes === undefined && rows.every((row) => values[row] === values[rows[0]]),
    );
    if (constant === undefined) continue;
    throw new InputError(
      `target "${constant.name}" is ${constant.values[rows[0]]} in all ${rows.length} rows of the ${part} part: there is nothing ` +
        "to know about it there. Deal the rows out another way (data.split)",
    );
  }
}
