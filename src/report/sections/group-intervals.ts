import type { RunFiles } from "../../record/read-run.js";
import type { IntervalEvaluation } from "../../record/run-schemas.js";
import { amount, percent } from "../amount.js";
import { type Html, html, table } from "../html.js";
import { said } from "../sentence.js";
import { groupSentences } from "../sentences/intervals.js";
import { formatCount, plural } from "../text.js";
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
  const shares = (pick: (group: Group) => number | null) => own.map(([, group]) => pick(group) ?? 0);
  const facts = { column, fewestRows, own: shares((g) => g.achieved), pooled: shares((g) => g.achievedPooled) };
  return said(groupSentences, { ...facts, all: found.achieved });
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
      : html`<details><summary>${plural(shared.length, own.length === 0 ? "group" : "more group")} of ${column} with too few
          validation rows for a width of ${shared.length === 1 ? "its" : "their"} own: the width of all rows is used for
          ${shared.length === 1 ? "it" : "them"}</summary>${rows(title, shared)}</details>`
  }`;
}

function rows(title: string, groups: readonly (readonly [string, Group])[]): Html {
  return table(
    [
      [title, "text"],
      ["to either side", "number"],
      ["test rows inside", "number"],
      ["with one width for all", "number"],
      ["test rows", "number"],
      ["validation rows", "number"],
    ],
    groups.map(([name, { halfWidth, achieved, achievedPooled, testRows, validationRows }]) => [
      name === "" ? "(empty)" : name,
      amount(halfWidth, 3, "unbounded"),
      percent(achieved),
      percent(achievedPooled),
      formatCount(testRows),
      formatCount(validationRows),
    ]),
  );
}

function groupsOf(run: RunFiles, target: string): { groups: [string, Group][]; achieved: number } | null {
  const found = run.metrics.intervals?.targets[target];
  return found?.groups === undefined ? null : { groups: Object.entries(found.groups), achieved: found.achieved };
}
