import { targetNames } from "../config/data.js";
import { afterLosses } from "../data/account.js";
import { InputError } from "../errors.js";
import { checkSizes } from "../run/part-sizes.js";
import type { StudyDesign } from "./study.js";

/**
 * The same study, which refuses a table before anything is written where a part of one of its splits has fewer rows than a
 * training needs. Executors of a caller's own that need fewer take the design as it is.
 */
export function countingRows<R extends object>(design: StudyDesign<R>): StudyDesign<R> {
  const { config, read } = design;
  const targets = targetNames(config.data).length;
  return {
    ...design,
    read: async () => {
      const basis = await read();
      const splits = Object.entries(basis.splits);
      afterLosses(
        () => basis.account.losses,
        () => {
          for (const [name, split] of splits) {
            const label = splits.length === 1 ? "" : `${name}: `;
            prefixed(label, () => checkSizes(config, split, targets));
          }
        },
      );
      return basis;
    },
  };
}

function prefixed(label: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InputError) || label === "") throw error;
    throw new InputError(`${label}${error.message}`);
  }
}
