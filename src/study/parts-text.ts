import {
  groupCount,
  orderRange,
  type PartSummary,
  type PartsSummary,
  partTitles,
  shortNumber,
} from "../data/split/part-summary.js";
import { partNames } from "../data/split/split.js";
import { shown } from "../shown.js";
import { paragraph, type TextBlock, table } from "./text-blocks.js";

/** A part with its name in a table of parts. */
interface NamedPart {
  readonly name: string;
  readonly part: PartSummary;
}

/** The parts that all trainings of a study share: those of its split, or of the first of several. */
export function splitTables({
  parts,
  repeats,
}: {
  readonly parts: PartsSummary;
  readonly repeats: number;
}): TextBlock[] {
  const which = "The first split; the others are drawn in the same way, and results.json has all:";
  return [...paragraph(repeats === 1 ? "" : which), sharedParts(parts)];
}

function sharedParts(parts: PartsSummary): TextBlock {
  const named = partNames.flatMap((name) => {
    const part = parts[name];
    return part === undefined ? [] : [{ name: partTitles[name], part }];
  });
  return partsTable("part", named);
}

/** What is wrong with parts, said where it is seen. */
export function warningBlocks(warnings: readonly string[]): TextBlock[] {
  return warnings.map((warning) => ({
    kind: "warning",
    text: `${shown(warning)}${warning.endsWith(".") ? "" : "."}`,
  }));
}

/** A line per part: rows, groups, and mean ± standard deviation of every target. */
export function partsTable(heading: string, parts: readonly NamedPart[]): TextBlock {
  const targets = Object.keys(parts[0]?.part.targets ?? {});
  const order = parts.find(({ part }) => part.order !== undefined)?.part.order?.column;
  const grouped = parts.some(({ part }) => part.groups !== undefined);
  return table([
    [
      heading,
      "rows",
      ...(grouped ? ["groups"] : []),
      ...(order === undefined ? [] : [shown(order)]),
      ...targets.map((target) => `${target}, mean ± sd`),
    ],
    ...parts.map(({ name, part }) => [
      name,
      String(part.rows),
      ...(grouped ? [part.groups === undefined ? "-" : groupCount(part.groups)] : []),
      ...(order === undefined ? [] : [part.order === undefined ? "-" : orderRange(part.order)]),
      ...targets.map((target) => {
        const { mean, sd } = part.targets[target];
        return `${shortNumber(mean)} ± ${sd === null ? "-" : shortNumber(sd)}`;
      }),
    ]),
  ]);
}
