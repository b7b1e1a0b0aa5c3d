import type { Config } from "../config/schema.js";
import type { Dataset } from "../data/dataset.js";
import { partTitles } from "../data/split/part-summary.js";
import { type PartName, partNames, type Split } from "../data/split/split.js";
import { InputError } from "../errors.js";
import { plural } from "../report/text.js";
import { minAtomRows } from "../training/atoms/atoms.js";

/** Rows, or row ids, of the parts of a split. */
export type PartSizes = Readonly<Record<PartName, { readonly length: number }>>;

/** The fewest rows of each part. @param targets number of targets */
function fewestRows({ model }: Pick<Config, "model">, targets: number): Readonly<Record<PartName, number>> {
  return { train: model.latentDim + 1, validation: minAtomRows, test: targets + 2 };
}

/**
 * Which parts of a split lack the rows that a training needs, all of them, so that who mends one is not told of the next; with what all parts
 * need together where that is more than one of them lacks.
 * @param targets number of targets
 * @returns sentences that name the part, its rows and how many it needs; none where every part has them
 */
export function sizeFaults(config: Pick<Config, "model">, parts: PartSizes, targets: number): string[] {
  const fewest = fewestRows(config, targets);
  const short = partNames.filter((part) => parts[part].length < fewest[part]);
  const faults = short.map((part) => tooFew(part, parts[part].length, { fewest: fewest[part], ...config.model }));
  const rows = partNames.reduce((sum, part) => sum + parts[part].length, 0);
  const needed = partNames.reduce((sum, part) => sum + fewest[part], 0);
  if (short.length === 0 || (short.length === 1 && rows >= needed)) return faults;
  return [...faults, together({ rows, needed, fewest })];
}

function tooFew(part: PartName, rows: number, { fewest, latentDim }: { fewest: number; latentDim: number }): string {
  const has = `the ${partTitles[part]} part has ${rows === 0 ? "no rows" : plural(rows, "row")}`;
  if (part === "train") {
    return (
      `${has}, too few for model.latentDim = ${latentDim}: use more rows, or a latentDim well below the number of ` +
      "training rows"
    );
  }
  if (part === "validation") {
    return (
      `${has}; sample-level atoms are fitted on it, and need at least ${fewest}. Enlarge data.split.validation, and lower ` +
      "data.split.train by as much"
    );
  }
  return `${has}; its atoms need at least ${fewest}, two more than there are targets. Enlarge data.split.test`;
}

interface Together {
  readonly rows: number;
  readonly needed: number;
  readonly fewest: Readonly<Record<PartName, number>>;
}

/** What all parts need, and whether the rows can be dealt out so. */
function together({ rows, needed, fewest }: Together): string {
  const { train, validation, test } = fewest;
  const latents = rows - validation - test - 1;
  const smaller = latents < 1 ? "" : `, or set model.latentDim to ${latents} or less, and data.split to match`;
  return (
    `a training needs at least ${train} training rows (model.latentDim + 1), ${validation} validation rows and ${test} test rows, together ` +
    `${needed}; these parts have ${rows}: ${rows < needed ? `use more rows${smaller}` : "deal them out by data.split"}`
  );
}

/** @throws InputError with all faults of parts, a line each; nothing where there is none */
export function refuseFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new InputError(faults);
}

/**
 * Errors and atoms are measured on validation and test part: a target that is the same in all their rows leaves nothing.
 * @returns sentences that name the target and the part
 */
export function varyFaults({ targets }: Pick<Dataset, "targets">, split: Pick<Split, PartName>): string[] {
  return (["validation", "test"] as const).flatMap((part) => {
    const rows = split[part];
    // One row is too few in any case.
    if (rows.length < 2) return [];
    const constant = targets.filter(
      ({ values, classes }) => classes === undefined && rows.every((row) => values[row] === values[rows[0]]),
    );
    return constant.map(
      ({ name, values }) =>
        `target "${name}" is ${values[rows[0]]} in all ${rows.length} rows of the ${part} part: there is nothing to know about it there. ` +
        "Deal the rows out another way (data.split)",
    );
  });
}
