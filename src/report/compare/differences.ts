import { taskNamed } from "../../tasks/tasks.js";
import { Amount } from "../amount.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { html, table } from "../html.js";
import { modalityColour } from "../palette.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { dotsSpec } from "../study/dots.js";
import { formatCount, formatNumber } from "../text.js";
import { withUnit } from "../with-unit.js";
import type { Comparison } from "./comparison.js";
import { amount, comparedSentences } from "./difference-sentences.js";

/** Whether groups differ, row by row. */
export async function differencesSection(comparison: Comparison): Promise<Section | null> {
  const { differences, targets, groups } = comparison;
  const { name } = taskNamed(comparison.task).metrics.headline;
  if (differences.length === 0) return null;
  const title = (target: string) => `difference of ${name} from ${groups[0].letter}, ${withUnit(comparison, target)}`;
  const drawn = targets.filter((target) => differences.some((d) => d.target === target && d.interval !== null));
  return {
    id: "differences",
    title: "Whether they differ on the same rows",
    reading: differences.flatMap((difference) => said(comparedSentences, { ...difference, error: name })),
    figures: await Promise.all(
      drawn.map((target, i) =>
        drawFigure(
          `differences-${i + 1}`,
          `${title(target)}: ${differences
            .filter((d) => d.target === target)
            .map((d) => `${d.group} ${amount(d)}`)
            .join("; ")}`,
          drawn.length === 1 ? figureWidth.full : figureWidth.half,
          (width) => dotsSpec(dots(comparison, target), { title: title(target), width, reference: 0 }),
        ),
      ),
    ),
    legend: html`Test rows that both runs of a pair have, matched by id, so that what makes a row hard for both cancels. Lines: 95 %
      intervals; where runs differ in their splits, the interval allows for training parts that overlap. What was drawn to
      make them stands in the last column.`,
    body: table(
      [
        [name, "text"],
        ["difference", "number"],
        ["95 % interval", "number"],
        ["pairs of runs", "number"],
        ["rows in common", "number"],
        ["interval", "text"],
      ],
      differences.map((d) => [
        `${targets.length === 1 ? "" : `${d.target}: `}${d.group} minus ${d.reference}`,
        d.interval === null ? "\u2013" : new Amount(d.interval.value),
        d.interval === null ? "\u2013" : [new Amount(d.interval.low), " to ", new Amount(d.interval.high)],
        formatCount(d.pairs),
        formatCount(d.rows),
        d.note,
      ]),
    ),
  };
}

function dots({ groups, differences }: Comparison, target: string) {
  return differences.flatMap((d) => {
    if (d.target !== target || d.interval === null) return [];
    const { value, low, high } = d.interval;
    const index = groups.findIndex(({ letter }) => letter === d.group);
    return [{ label: d.group, colour: modalityColour(index), value, low, high, note: formatNumber(value) }];
  });
}
