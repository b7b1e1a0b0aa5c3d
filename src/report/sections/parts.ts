import type { OrderOfPart, PartsOfRun } from "../../record/data-schemas.js";
import { amount } from "../amount.js";
import { type Html, html, table } from "../html.js";
import { formatCount, plural } from "../text.js";
import { type Units, withUnit } from "../with-unit.js";

const titles = { train: "training", validation: "validation", test: "test" } as const;

/** Rows, groups and targets of every part, one table per target; null for a run that did not record them. */
export function partsTables(parts: PartsOfRun | undefined, units: Units | undefined): Html | null {
  const targets = Object.keys(parts?.train?.targets ?? {});
  if (parts === undefined || targets.length === 0) return null;
  return html`${targets.map((target) => partsTable(parts, target, withUnit({ units }, target)))}`;
}

function rangeText({ from, to, stretches }: OrderOfPart): string {
  return `${from} to ${to}${stretches === 1 ? "" : `, ${plural(stretches, "stretch", "stretches")}`}`;
}

function partsTable(parts: PartsOfRun, target: string, heading: string): Html {
  const grouped = parts.train?.groups !== undefined;
  const names = ["train", "validation", "test"] as const;
  const order = parts.train?.order;
  return table(
    [
      [heading, "text"],
      ["rows", "number"],
      ...(grouped ? [["groups", "number"] as const] : []),
      ...(order === undefined ? [] : [[order.column, "text"] as const]),
      ["mean", "number"],
      ["standard deviation", "number"],
      ["lowest", "number"],
      ["highest", "number"],
    ],
    names.flatMap((name) => {
      const { rows = 0, groups, order: own, targets = {} } = parts[name] ?? {};
      if (!Object.hasOwn(targets, target)) return [];
      const { mean, sd, min, max } = targets[target];
      return [
        [
          titles[name],
          formatCount(rows),
          ...(grouped ? [groups === undefined ? "" : formatCount(groups.count)] : []),
          ...(order === undefined ? [] : [own === undefined ? "" : rangeText(own)]),
          ...[mean, sd, min, max].map((value) => amount(value)),
        ],
      ];
    }),
  );
}
