import { baselineLabel } from "../../models/baselines/nearest-in-time.js";
import { taskNamed } from "../../tasks/tasks.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { barsSpec } from "../figures/bars.js";
import { type Html, html, table } from "../html.js";
import { errorsOf, hasDigits, metricFormat, metricHeads } from "../metric-cells.js";
import { modalityColour } from "../palette.js";
import type { Section } from "../section.js";
import { formatNumber, joinWords } from "../text.js";
import { unitAfter, withUnit } from "../with-unit.js";
import type { Comparison, MetricsSpread } from "./comparison.js";
import { distinctBaselines } from "./distinct-baselines.js";
import { ownRowsText } from "./own-rows-text.js";
import { spreadCell, spreadEnds, spreadText } from "./spread-text.js";

/** Test errors of every group with their spread over runs, and of the baselines. */
export async function errorsSection(comparison: Comparison): Promise<Section> {
  const { targets } = comparison;
  const { name } = taskNamed(comparison.task).metrics.headline;
  const several = comparison.groups.some(({ runs }) => runs.length > 1);
  return {
    id: "errors",
    title: "How well each predicts",
    reading: [
      ...targets.map((target) => reading(comparison, target)),
      ...ownRowsText(comparison).map((text) => html`${text}`),
    ],
    figures: await Promise.all(
      targets.map((target, i) =>
        drawFigure(
          `errors-${i + 1}`,
          `Test ${name} of ${target}: ${bars(comparison, target)
            .map(({ label, note }) => `${label} ${note}`)
            .join("; ")}`,
          targets.length === 1 ? figureWidth.full : figureWidth.half,
          (width) => barsSpec(bars(comparison, target), `test ${name}, ${withUnit(comparison, target)}`, width),
        ),
      ),
    ),
    legend: html`Baselines carry the letter of the first group whose rows they predicted. ${several ? "± and thin lines: standard deviation over the runs of a group, each on its own test rows. " : null}Groups
      that tested different rows are compared by the differences below, not by these numbers.`,
    body: html`${targets.map((target) => errorTable(comparison, target))}`,
  };
}

function bars({ task, groups }: Comparison, target: string) {
  const { key } = taskNamed(task).metrics.headline;
  return groups.map(({ letter, test }, i) => ({
    label: letter,
    colour: modalityColour(i),
    value: test[target][key]?.mean ?? null,
    ...spreadEnds(test[target][key]),
    note: spreadText(test[target][key], formatNumber),
  }));
}

/** The first error of the task in every group. */
function reading({ task, groups, units }: Comparison, target: string): Html {
  const [{ key, called, inUnit }] = errorsOf(taskNamed(task).metrics);
  const unit = inUnit ? unitAfter({ units }, target) : "";
  const parts = groups.map(({ letter, test }) => `${spreadText(test[target][key], formatNumber)}${unit} in ${letter}`);
  return html`The ${called} of <b>${target}</b> on test rows is ${joinWords(parts)}.`;
}

function errorTable(comparison: Comparison, target: string): Html {
  const { shown } = taskNamed(comparison.task).metrics;
  const line = (name: string, spread: MetricsSpread) => [
    name,
    ...shown.map((metric) => {
      const value = spread[metric.key] ?? null;
      return hasDigits(metric) ? spreadCell(value) : spreadText(value, metricFormat(metric));
    }),
  ];
  return table(
    [[withUnit(comparison, target), "text"], ...metricHeads(shown)],
    [
      ...comparison.groups.map(({ letter, test }) => line(letter, test[target])),
      ...distinctBaselines(comparison, target).map(({ name, letter, test }) =>
        line(`${baselineLabel(name)} (${letter})`, test),
      ),
    ],
  );
}
