import type { AnyMetrics } from "../../evaluation/metrics.js";
import type { ResampledInterval } from "../../evaluation/paired.js";
import type { SplitInterval } from "../../evaluation/split-intervals.js";
import { hasDigits } from "../../report/metric-cells.js";
import { plural } from "../../report/text.js";
import { withUnit } from "../../report/with-unit.js";
import { shown } from "../../shown.js";
import type { ShownMetric } from "../../tasks/measured-task.js";
import { digits, fixed } from "../markdown.js";
import { paragraph, type TextBlock, table } from "../text-blocks.js";
import type { ArmFound, ArmInStudy } from "./arm.js";
import { fewestSiteRows, type SitesFound } from "./sites.js";

/** A value of a metric as a cell. */
export function metricText(metric: ShownMetric, value: number | null | undefined): string {
  return hasDigits(metric) ? digits(value) : fixed(value);
}

/** The ends of an interval as a cell: "2.91 to 3.40". */
export function endsText(interval: SplitInterval | null | undefined, text: (value: number) => string): string {
  return interval === null || interval === undefined ? "-" : `${text(interval.low)} to ${text(interval.high)}`;
}

/** A difference with its interval as a cell: "-0.31 (-0.52 to -0.10)". */
export function differenceText(
  interval: ResampledInterval | null | undefined,
  text: (value: number) => string,
): string {
  return interval === null || interval === undefined ? "-" : `${text(interval.value)} (${endsText(interval, text)})`;
}

/** Three digits; differences near 0 are none worth an exponent. */
const short = (value: number) => (Math.abs(value) < 1e-9 ? "0" : digits(value, 3));

/** Every metric of one target with its interval, beside that of all tested rows together and of the linear baseline. */
export function measureBlocks(arm: ArmFound, target: string): TextBlock[] {
  const { task, targets } = arm;
  const { shown: metrics, calibration } = task.metrics;
  const found = targets[target];
  const linear = task.baselines.linear.name;
  const differences = found.metricDifferences[linear];
  const rows = metrics.map((metric) => {
    const text = (value: number) => metricText(metric, value);
    const interval = found.intervals[metric.key];
    const change = hasDigits(metric) ? short : (value: number) => fixed(value);
    return [
      ...[metric.name, metricText(metric, interval?.value), endsText(interval, text)],
      metricText(metric, found.pooled.pidreg[metric.key]),
      ...(differences === undefined ? [] : [differenceText(differences[metric.key], change)]),
    ];
  });
  const lines = calibration.shown.map(({ key, name }) => {
    const interval = found.calibration.intervals[key];
    const pooled = found.calibration.pooled[key];
    const text = (value: number) => digits(value, 3);
    return [
      ...[name, digits(interval?.value, 3), endsText(interval, text), digits(pooled, 3)],
      ...(differences === undefined ? [] : ["-"]),
    ];
  });
  const heads = [
    "mean of folds",
    "95 %",
    "all rows together",
    ...(differences === undefined ? [] : [`minus ${linear} (95 %)`]),
  ];
  return [
    table([[`${withUnit(arm, target)}, pidreg`, ...heads], ...rows, ...lines]),
    ...paragraph(calibrationText(arm)),
    ...paragraph(coverageText(arm, target)),
  ];
}

/** What the lines about calibration are. */
function calibrationText({ task }: ArmFound): string {
  const { shown: lines, called } = task.metrics.calibration;
  const ideal = lines.map(({ name, ideal: best }) => `${name} ${best}`).join(" and ");
  return `Calibration: ${called}; ${ideal} where predictions need no correction.`;
}

/** Whether intervals, or sets of classes, held as many rows as they were to. */
function coverageText({ targets }: ArmFound, target: string): string {
  const { coverage } = targets[target];
  if (coverage === null) return "";
  const { level, achieved, interval, halfWidth, setSize } = coverage;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const what = setSize === undefined ? "prediction intervals" : "sets of classes";
  const wide =
    setSize !== undefined
      ? `, ${digits(setSize, 3)} classes in a set on average`
      : halfWidth === null || halfWidth === undefined
        ? ""
        : `, at ± ${digits(halfWidth, 3)} on average`;
  const ends =
    interval === null
      ? ""
      : ` (mean over the folds ${percent(interval.value)}, 95 %: ${percent(interval.low)} to ${percent(interval.high)})`;
  return `The ${what} of ${shown(target)} are to hold ${percent(level)} of new rows and held ${percent(achieved)} of the tested ones${ends}${wide}.`;
}

/** A line per fold of the first repeat: its metrics, calibration and coverage. */
export function foldErrors({ repeats, ...arm }: ArmInStudy): TextBlock[] {
  const { task, runs } = arm;
  const first = runs.filter(({ repeat }) => repeat === 1);
  const which = repeats > 1 ? " (first repeat; results.json has all)" : "";
  return [
    ...paragraph(`Fold by fold${which}:`),
    ...Object.keys(arm.targets).map((target) =>
      table([
        [withUnit(arm, target), "rows", ...measureHeads(arm)],
        ...first.map(({ fold, files: { metrics, test } }) => {
          const { truth, prediction } = test.targets.get(target) ?? { truth: [], prediction: [] };
          const calibration = task.metrics.calibration.measure(truth, prediction);
          const achieved = metrics.intervals?.targets[target]?.achieved ?? metrics.sets?.achieved ?? null;
          return [
            `fold ${fold}`,
            `${metrics.test.n}`,
            ...measureCells(arm, metrics.test.perTarget[target], { calibration, achieved }),
          ];
        }),
      ]),
    ),
  ];
}

/** Most sites of a table in a terminal. */
const mostSites = 40;

/** A line per site; nothing where rows have none. */
export function siteErrors(arm: ArmInStudy): TextBlock[] {
  const { sites: found } = arm;
  if (found === null) return [];
  const { column, sites } = found;
  const listed = sites.toSorted((a, b) => b.rows - a.rows).slice(0, mostSites);
  const inOrder = sites.filter((site) => listed.includes(site));
  return [
    ...paragraph(`By ${shown(column)}, the tested rows of each, all folds together${sitesNote(found, listed.length)}:`),
    ...Object.keys(arm.targets).map((target) =>
      table([
        [`${column}: ${withUnit(arm, target)}`, "rows", ...measureHeads(arm)],
        ...inOrder.map(({ site, rows, targets }) => {
          const { metrics, calibration, achieved } = targets[target];
          return [site, `${rows}`, ...measureCells(arm, metrics, { calibration, achieved })];
        }),
      ]),
    ),
  ];
}

function sitesNote({ fewer, sites }: SitesFound, listed: number): string {
  const more = sites.length - listed;
  const notes = [
    ...(fewer.sites === 0
      ? []
      : [`${fewer.sites} with fewer than ${fewestSiteRows} rows, ${plural(fewer.rows, "row")}, left out`]),
    ...(more === 0 ? [] : [`${more} smaller ones in results.json`]),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

function measureHeads({ task }: ArmFound): string[] {
  const { shown: metrics, calibration } = task.metrics;
  return [
    ...metrics.map(({ name }) => name),
    ...calibration.shown.map(({ name }) => name.replace("calibration ", "")),
    "held",
  ];
}

function measureCells(
  { task }: ArmFound,
  measured: AnyMetrics,
  { calibration, achieved }: { readonly calibration: AnyMetrics; readonly achieved: number | null },
): string[] {
  return [
    ...task.metrics.shown.map((metric) => metricText(metric, measured[metric.key])),
    ...task.metrics.calibration.shown.map(({ key }) => digits(calibration[key], 3)),
    achieved === null ? "-" : `${(100 * achieved).toFixed(0)} %`,
  ];
}
