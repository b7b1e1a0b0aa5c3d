import { InputError } from "../../errors.js";
import type { Target } from "../dataset.js";
import { type PartName, partNames, type Split } from "../split/split.js";

const titles = { train: "training", validation: "validation", test: "test" } as const;

/** What a class of few rows leaves to do. */
function remedies(label: string): string {
  return (
    "Deal the rows out another way (data.split: another seed, larger parts, or by: column), write rare classes as one, or leave " +
    `the class out with data.missingValues: ["${label}"]`
  );
}

/**
 * Of a class that a part lacks nothing is learned, chosen or tested.
 * @throws InputError naming class, part and what helps
 */
export function refuseAbsentClasses(targets: readonly Target[], split: Pick<Split, PartName>): void {
  for (const { name, values, classes = [] } of targets) {
    for (const part of partNames) {
      if (split[part].length === 0) continue;
      const seen = new Set(Array.from(split[part], (row) => values[row]));
      const absent = classes.findIndex((_, y) => !seen.has(y));
      if (absent < 0) continue;
      const rows = values.filter((value) => value === absent).length;
      throw new InputError(
        `data.target: class "${classes[absent]}" of "${name}" has no row in the ${titles[part]} part (${rows} in the whole table). ` +
          `${remedies(classes[absent])}.`,
      );
    }
  }
}
