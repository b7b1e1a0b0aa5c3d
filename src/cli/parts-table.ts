import { orderRange, type PartsSummary, partTitles, shortNumber } from "../data/split/part-summary.js";
import { partNames } from "../data/split/split.js";
import { type Units, withUnit } from "../report/with-unit.js";
import { alignTable } from "./table.js";

/** Rows, number of groups, mean and standard deviation of each target in every part, for a terminal. */
export function partsTable(parts: PartsSummary, units: Units = {}): string {
  const targets = Object.keys(parts.train?.targets ?? {});
  const column = parts.train?.groups?.column;
  const order = parts.train?.order?.column;
  const rows = targets.flatMap((target) =>
    partNames.flatMap((name) => {
      const part = parts[name];
      if (part === undefined) return [];
      const { mean, sd } = part.targets[target];
      return [
        [
          targets.length > 1 ? `${target}: ${partTitles[name]}` : partTitles[name],
          String(part.rows),
          ...(column === undefined ? [] : [String(part.groups?.count ?? "")]),
          shortNumber(mean),
          sd === null ? "-" : shortNumber(sd),
          ...(order === undefined ? [] : [part.order === undefined ? "" : orderRange(part.order)]),
        ],
      ];
    }),
  );
  const title = targets.length > 1 ? "parts" : `parts: ${withUnit({ units }, targets[0])}`;
  return alignTable([
    [title, "rows", ...(column === undefined ? [] : ["groups"]), "mean", "sd", ...(order === undefined ? [] : [order])],
    ...rows,
  ]);
}
