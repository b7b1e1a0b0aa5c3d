import type { RunFiles } from "../../record/read-run.js";
import type { IntervalEvaluation } from "../../record/run-schemas.js";
import { amount, percent } from "../amount.js";
import { type Html, type HtmlValue, html, table } from "../html.js";
import { formatCount, joinWords } from "../text.js";
import { withUnit } from "../with-unit.js";

/** metrics.json.intervals of one target. */
export type TargetIntervals = IntervalEvaluation["targets"][string];

/** Coverage for kinds of rows: by fifths, by the modalities that rows lack, by group of rows that depend on one another. */
export function kindTables(run: RunFiles, target: string): Html | null {
  const found = run.metrics.intervals?.targets[target];
  if (found === undefined) return null;
  const { byPrediction = [], byTruth = [], byMissing = [], byUnit = {} } = found;
  const units = Object.entries(byUnit);
  const named = withUnit(run.metrics, target);
  return html`${byPrediction.length === 0 ? null : fifths(`predicted ${named}`, byPrediction)}${
    byTruth.length === 0 ? null : fifths(`true ${named}`, byTruth)
  }${
    byMissing.length === 0
      ? null
      : rows(
          "rows without",
          byMissing.map((row) => [lacking(row.missing), row]),
        )
  }${
    units.length === 0
      ? null
      : html`<details><summary>by group of at least ten test rows</summary>${rows("group", units)}</details>`
  }`;
}

const lacking = (names: readonly string[]) => (names.length === 0 ? "(complete)" : joinWords(names));

type Covered = Pick<NonNullable<TargetIntervals["byPrediction"]>[number], "rows" | "achieved" | "halfWidth">;

function fifths(title: string, parts: NonNullable<TargetIntervals["byPrediction"]>): Html {
  return rows(
    title,
    parts.map((part) => [[amount(part.from), " to ", amount(part.to)], part] as const),
  );
}

function rows(title: string, parts: readonly (readonly [HtmlValue, Covered])[]): Html {
  return table(
    [
      [title, "text"],
      ["to either side", "number"],
      ["test rows inside", "number"],
      ["test rows", "number"],
    ],
    parts.map(([name, { halfWidth, achieved, rows: count }]) => [
      name,
      amount(halfWidth, 3, "unbounded"),
      percent(achieved),
      formatCount(count),
    ]),
  );
}
