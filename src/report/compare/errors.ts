import { baselineLabel } from "../../models/baselines/nearest-in-time.js";
import { barsSpec } from "../figures/bars.js";
import { type Html, html, table } from "../html.js";
import { modalityColour } from "../palette.js";
import { drawFigure, figureWidth, type Section } from "../section.js";
import { formatNumber, formatShare, joinWords } from "../text.js";
import { unitAfter, withUnit } from "../with-unit.js";
import type { Comparison, MetricsSpread } from "./comparison.js";
import { distinctBaselines } from "./distinct-baselines.js";
import { spreadEnds, spreadText } from "./spread-text.js";

/** Test errors of every group with their spread over runs, and of the baselines. */
export async function errorsSection(comparison: Comparison): Promise<Section> {
  const { targets } = comparison;
  const several = comparison.groups.some(({ runs }) => runs.length > 1);
  return {
    id: "errors",
    title: "How well each predicts",
    reading: targets.map((target) => reading(comparison, target)),
    figures: await Promise.all(
      targets.map((target, i) =>
        drawFigure(
          `errors-${i + 1}`,
          `Test RMSE of ${target}: ${bars(comparison, target)
            .map(({ label, note }) => `${label} ${note}`)
            .join("; ")}`,
          targets.length === 1 ? figureWidth.full : figureWidth.half,
          (width) => barsSpec(bars(comparison, target), `test RMSE, ${withUnit(comparison, target)}`, width),
        ),
      ),
    ),
    legend: html`Baselines carry the letter of the first group whose rows they predicted. ${several ? "± and thin lines: standard deviation over the runs of a group, each on its own test rows. " : null}Groups
      that tested different rows are compared by the differences below, not by these numbers.`,
    body: html`${targets.map((target) => errorTable(comparison, target))}`,
  };
}

function bars({ groups }: Comparison, target: string) {
  return groups.map(({ letter, test }, i) => ({
    label: letter,
    colour: modalityColour(i),
    value: test[target].rmse?.mean ?? null,
    ...spreadEnds(test[target].rmse),
    note: spreadText(test[target].rmse, formatNumber),
  }));
}

function reading({ groups, units }: Comparison, target: string): Html {
  const parts = groups.map(
    ({ letter, test }) => `${spreadText(test[target].mae, formatNumber)}${unitAfter({ units }, target)} in ${letter}`,
  );
  return html`The mean absolute error of <b>${target}</b> on test rows is ${joinWords(parts)}.`;
}

function errorTable(comparison: Comparison, target: string): Html {
  const line = (name: string, { mae, rmse, r2, pearson }: MetricsSpread) => [
    name,
    spreadText(mae, formatNumber),
    spreadText(rmse, formatNumber),
    spreadText(r2, formatShare),
    spreadText(pearson, formatShare),
  ];
  return table(
    [
      [withUnit(comparison, target), "text"],
      ["MAE", "number"],
      ["RMSE", "number"],
      ["R²", "number"],
      ["Pearson", "number"],
    ],
    [
      ...comparison.groups.map(({ letter, test }) => line(letter, test[target])),
      ...distinctBaselines(comparison, target).map(({ name, letter, test }) =>
        line(`${baselineLabel(name)} (${letter})`, test),
      ),
    ],
  );
}
