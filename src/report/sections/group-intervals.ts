import type { RunFiles } from "../../record/read-run.js";
import type { IntervalEvaluation } from "../../record/run-schemas.js";
import { type Html, html, table } from "../html.js";
import { formatCount, formatNumber, formatPercent, plural } from "../text.js";
import { withUnit } from "../with-unit.js";

type Group = NonNullable<IntervalEvaluation["targets"][string]["groups"]>[string];

/** Fewer test rows show no share. */
const fewestRows = 10;

/** Whether one width for all serves every group, and what widths of their own change. */
export function groupReading(run: RunFiles, target: string, column: string): Html[] {
  const found = groupsOf(run, target);
  if (found === null) return [];
  const own = found.groups.filter(([, { pooled, testRows }]) => !pooled && testRows >= fewestRows);
  if (own.length === 0) return [];
  const range = (pick: (group: Group) => number | null) => {
    const shares = own.map(([, group]) => pick(group) ?? 0);
    return html`${formatPercent(Math.min(...shares))} to ${formatPercent(Math.max(...shares))}`;
  };
  return [
    html`By ${column}: of the ${plural(own.length, "group")} with a width of their own and ${formatCount(fewestRows)} test rows or more,
      one width for all holds ${range((group) => group.achievedPooled)} of the rows, and their own widths hold
      <b>${range((group) => group.achieved)}</b>. Over all test rows the widths by ${column} hold ${formatPercent(found.achieved)}.`,
  ];
}

/** Half width and coverage of every group; those without a width of their own are folded away. */
export function groupTable(run: RunFiles, target: string, column: string): Html | null {
  const found = groupsOf(run, target);
  if (found === null) return null;
  const own = found.groups.filter(([, group]) => !group.pooled);
  const shared = found.groups.filter(([, group]) => group.pooled);
  const title = `${withUnit(run.metrics, target)} by ${column}`;
  return html`${own.length === 0 ? null : rows(title, own)}${
    shared.length === 0
      ? null
      : html`<details><summary>${plural(shared.length, "more group")} of ${column} with too few validation rows for a width of their
          own: the width of all rows holds for them</summary>${rows(title, shared)}</details>`
  }`;
}

function rows(title: string, groups: readonly (readonly [string, Group])[]): Html {
  const share = (value: number | null) => (value === null ? "\u2013" : formatPercent(value));
  return table(
    [
      [title, "text"],
      ["prediction ±", "number"],
      ["test rows inside", "number"],
      ["with one width for all", "number"],
      ["test rows", "number"],
      ["validation rows", "number"],
    ],
    groups.map(([name, { halfWidth, achieved, achievedPooled, testRows, validationRows }]) => [
      name === "" ? "(empty)" : name,
      halfWidth === null ? "unbounded" : formatNumber(halfWidth),
      share(achieved),
      share(achievedPooled),
      formatCount(testRows),
      formatCount(validationRows),
    ]),
  );
}

function groupsOf(run: RunFiles, target: string): { groups: [string, Group][]; achieved: number } | null {
  const found = run.metrics.intervals?.targets[target];
  return found?.groups === undefined ? null : { groups: Object.entries(found.groups), achieved: found.achieved };
}
