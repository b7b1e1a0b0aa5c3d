import { InputError } from "../../errors.js";
import type { Target } from "../dataset.js";
import { type PartName, partNames, type Split } from "../split/split.js";

const titles = { train: "training", validation: "validation", test: "test" } as const;

/** Most absent classes of a part that are named. */
const mostNamed = 8;

/** What classes of few rows leave to do. */
function remedies(labels: readonly string[]): string {
  const classes = labels.length === 1 ? "the class" : "these classes";
  return (
    "Deal the rows out another way (data.split: another seed, larger parts, or by: column), write rare classes as one, or leave " +
    `${classes} out with data.missingValues: [${labels.map((label) => `"${label}"`).join(", ")}]`
  );
}

/**
 * Of a class that a part lacks nothing is learned, chosen or tested.
 * @returns a sentence per target and part that names the classes and what helps; none where every part has every class
 */
export function absentClassFaults(targets: readonly Target[], split: Pick<Split, PartName>): string[] {
  return targets.flatMap((target) =>
    partNames.flatMap((part) => {
      const absent = split[part].length === 0 ? [] : absentClasses(target, split[part]);
      return absent.length === 0 ? [] : [absentSentence(target, part, absent)];
    }),
  );
}

/** @throws InputError with all that `absentClassFaults` says */
export function refuseAbsentClasses(targets: readonly Target[], split: Pick<Split, PartName>): void {
  const faults = absentClassFaults(targets, split);
  if (faults.length > 0) throw new InputError(faults);
}

/** Classes without a row among some. */
function absentClasses({ values, classes = [] }: Target, rows: Int32Array): number[] {
  const seen = new Set(Array.from(rows, (row) => values[row]));
  return [...classes.keys()].filter((y) => !seen.has(y));
}

function absentSentence({ name, values, classes = [] }: Target, part: PartName, absent: readonly number[]): string {
  const whole = (y: number) => values.filter((value) => value === y).length;
  const named = absent.slice(0, mostNamed);
  const more = absent.length > named.length ? ` and ${absent.length - named.length} more` : "";
  const list = named.map((y) => `"${classes[y]}" (${whole(y)})`).join(", ");
  const labels = named.map((y) => classes[y]);
  if (absent.length > 1) {
    return (
      `data.target: classes ${list}${more} of "${name}" have no row in the ${titles[part]} part (in brackets their rows in the whole table). ` +
      `${remedies(labels)}.`
    );
  }
  return (
    `data.target: class "${labels[0]}" of "${name}" has no row in the ${titles[part]} part (${whole(absent[0])} in the whole table). ` +
    `${remedies(labels)}.`
  );
}
