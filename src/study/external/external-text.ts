import { said } from "../../report/sentence.js";
import { plural } from "../../report/text.js";
import { unitAfter, withUnit } from "../../report/with-unit.js";
import { shown } from "../../shown.js";
import type { ShownMetric } from "../../tasks/measured-task.js";
import { taskNamed } from "../../tasks/tasks.js";
import { metricText } from "../crossval/measure-tables.js";
import { differenceSentences } from "../crossval-sentences.js";
import { digits } from "../markdown.js";
import { heading, paragraph, type TextBlock, table } from "../text-blocks.js";
import type { ExternalComparison, ExternalModel } from "./external-comparison.js";
import { messageBlocks } from "./known-rows.js";
import type { RowInterval } from "./measure.js";

/** Several trained models on one table, for a terminal and a page. */
export function externalText(found: ExternalComparison): TextBlock[] {
  return [
    heading(externalTitle(found)),
    ...messageBlocks(found.messages),
    ...externalRows(found),
    ...found.targets.flatMap((target) => [...externalErrors(found, target), ...externalSentences(found, target)]),
    ...paragraph(
      "Models are those that were trained: the chance of training is not in the intervals, and that of the rows is that of rows like these.",
    ),
    ...found.targets.flatMap((target) => externalGroups(found, target)),
  ];
}

export function externalTitle({ models, on }: ExternalComparison): string {
  return `${models.length} models on ${shown(on)}`;
}

/** What is compared, on how many rows. */
export function externalRows({ models, rows, resampling }: ExternalComparison): TextBlock[] {
  const items = models.map(({ letter, label, folder, rows: own }) => {
    const more = own === rows ? "" : `; it can predict ${plural(own - rows, "more row")}, which another cannot`;
    // Labels that name the folder are of runs that nothing else tells apart.
    const place = label.endsWith(`(${folder})`) ? "" : ` (${shown(folder)})`;
    return `${letter}: ${shown(label)}${place}${more}`;
  });
  return [
    { kind: "list", items },
    ...paragraph(`${rows} rows that every model can predict. Intervals: 95 %, ${shown(resampling)}.`),
  ];
}

/** Metrics, the error with its interval, calibration and coverage of each model. */
export function externalErrors(found: ExternalComparison, target: string): TextBlock[] {
  const { metrics } = taskNamed(found.task);
  const own = found.models.map(({ letter, targets }) => ({ letter, ...targets[target] }));
  const line = (name: string, cell: (model: (typeof own)[number]) => string) => [name, ...own.map(cell)];
  const error = metrics.shown.find(({ key }) => key === metrics.headline.key);
  const of = (metric: ShownMetric) =>
    line(metric.name, (model) => {
      if (metric !== error) return metricText(metric, model.metrics[metric.key]);
      return withEnds(model.error, (value) => metricText(metric, value));
    });
  const level = own.find(({ coverage }) => coverage !== null)?.coverage?.level;
  return [
    table([
      [withUnit(found, target), ...own.map(({ letter }) => letter)],
      ...metrics.shown.map(of),
      ...metrics.calibration.shown.map(({ key, name }) =>
        line(name, ({ calibration }) => withEnds(calibration[key] ?? null, (value) => digits(value, 3))),
      ),
      ...(level === undefined
        ? []
        : [
            line(`held, of ${percent(level)}`, ({ coverage }) =>
              coverage === null ? "-" : withEnds(coverage.achieved, percent),
            ),
          ]),
    ]),
    ...paragraph(
      `Calibration: ${metrics.calibration.called}; ${metrics.calibration.shown.map(({ name, ideal }) => `${name} ${ideal}`).join(" and ")} where ` +
        "predictions need no correction." +
        (level === undefined ? "" : " Held: share of the rows inside their prediction interval or set."),
    ),
  ];
}

/** Errors of the models minus that of the first. */
export function externalSentences({ task, units, differences }: ExternalComparison, target: string): TextBlock[] {
  const { headline } = taskNamed(task).metrics;
  const items = differences.flatMap(({ target: of, model, reference, interval }) => {
    if (of !== target || interval === null) return [];
    const named = { error: headline.name, target: shown(target), unit: shown(unitAfter({ units }, target)) };
    return [
      said(differenceSentences, {
        ...interval,
        ...named,
        own: model,
        model: reference,
        level: "95 %",
        where: "on these rows",
      }).join(""),
    ];
  });
  return [{ kind: "list", items }];
}

/** A line per group with the error of each model; nothing where rows have no groups. */
export function externalGroups(found: ExternalComparison, target: string): TextBlock[] {
  const { byGroup, models, task } = found;
  if (byGroup === null || byGroup.groups.length === 0) return [];
  const { headline, shown: metrics } = taskNamed(task).metrics;
  const metric = metrics.find(({ key }) => key === headline.key);
  if (metric === undefined) return [];
  const { column, groups, fewer } = byGroup;
  const note =
    fewer.groups === 0 ? "" : ` (${fewer.groups} with fewer than 10 rows, ${plural(fewer.rows, "row")}, left out)`;
  return [
    ...paragraph(`${headline.name} of ${shown(target)} by ${shown(column)}${note}:`),
    table([
      [column, "rows", ...models.map(({ letter }) => letter)],
      ...groups.map(({ name, rows, models: own }) => [
        name,
        `${rows}`,
        ...models.map(({ letter }: ExternalModel) => metricText(metric, own[letter][target][headline.key])),
      ]),
    ]),
  ];
}

function withEnds(interval: RowInterval, text: (value: number) => string): string {
  return interval === null ? "-" : `${text(interval.value)} (${text(interval.low)} to ${text(interval.high)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
