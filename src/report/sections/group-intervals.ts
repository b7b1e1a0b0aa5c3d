import { type Html, html, table } from "../html.js";
import type { RunFiles } from "../run-files.js";
import type { IntervalEvaluation } from "../run-schemas.js";
import { formatCount, formatNumber, formatPercent, joinWords } from "../text.js";

type Group = NonNullable<IntervalEvaluation["targets"][string]["groups"]>[string];

/** Whether one width for all serves every group, and what widths of their own change. */
export function groupReading(run: RunFiles, target: string, column: string): Html[] {
  const found = groupsOf(run, target);
  if (found === null) return [];
  const seen = found.groups.flatMap(([name, group]) =>
    group.achieved === null || group.achievedPooled === null
      ? []
      : [{ name, own: group.achieved, pooled: group.achievedPooled }],
  );
  if (seen.length === 0) return [];
  const range = (pick: (group: (typeof seen)[number]) => number) => {
    const shares = seen.map(pick);
    return html`${formatPercent(Math.min(...shares))} to ${formatPercent(Math.max(...shares))}`;
  };
  return [
    html`One width for all holds ${range((group) => group.pooled)} of the test rows, depending on ${column}; with a width for each
      ${column} it is ${range((group) => group.own)}, <b>${formatPercent(found.achieved)}</b> overall.`,
    ...shared(found.groups, column),
  ];
}

/** Half width and coverage of every group. */
export function groupTable(run: RunFiles, target: string, column: string): Html | null {
  const found = groupsOf(run, target);
  if (found === null) return null;
  const share = (value: number | null) => (value === null ? "\u2013" : formatPercent(value));
  return table(
    [
      [`${target} by ${column}`, "text"],
      ["prediction ±", "number"],
      ["test rows inside", "number"],
      ["with one width for all", "number"],
      ["test rows", "number"],
      ["validation rows", "number"],
    ],
    found.groups.map(([name, { halfWidth, pooled, achieved, achievedPooled, testRows, validationRows }]) => [
      name === "" ? "(empty)" : name,
      `${halfWidth === null ? "unbounded" : formatNumber(halfWidth)}${pooled ? " *" : ""}`,
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

function shared(groups: readonly (readonly [string, Group])[], column: string): Html[] {
  const pooled = groups.filter(([, group]) => group.pooled).map(([name]) => name);
  if (pooled.length === 0) return [];
  const named = pooled.slice(0, 5);
  const rest = pooled.length - named.length;
  return [
    html`Marked *: ${joinWords([...named, ...(rest > 0 ? [`${formatCount(rest)} more`] : [])])} ${pooled.length === 1 ? "has" : "have"} too
      few validation rows for a width of ${pooled.length === 1 ? "its" : "their"} own, so the width of all ${column} values holds.`,
  ];
}
