import { conformalHalfWidth, coverage, coverageRange, sortedAbsoluteResiduals } from "../../evaluation/conformal.js";
import { z95 } from "../../math/descriptive.js";
import type { RunFiles } from "../../record/read-run.js";
import { amount, percent } from "../amount.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { type CoveragePoint, coverageSpec } from "../figures/coverage.js";
import type { TargetFindings } from "../findings.js";
import { type Html, html, oneAfterAnother, table } from "../html.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { type IntervalFacts, intervalSentences } from "../sentences/intervals.js";
import { formatNumber, formatPercent, plural } from "../text.js";
import { withUnit } from "../with-unit.js";
import { groupReading, groupTable } from "./group-intervals.js";
import { kindTables } from "./interval-tables.js";

const drawn = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const told = [0.5, 0.8, 0.9, 0.95];

/** Prediction intervals from the errors on validation rows, and how many test rows they hold. */
export async function intervalsSection(run: RunFiles, found: readonly TargetFindings[]): Promise<Section | null> {
  if (run.validation.ids.length < 20 || run.test.ids.length < 20) return null;
  const { coverage: asked = 0.9, group = null } = run.metrics.intervals ?? {};
  const parts = found.map((f) => ({ ...f, at: (level: number) => pointAt(run, f.target, level) }));
  return {
    id: "intervals",
    beside: found.length === 1,
    title: "How far off a prediction may be",
    reading: parts.flatMap((part) => [
      oneAfterAnother(said(intervalSentences, factsOf(run, part, part.at(asked)))),
      ...(group === null ? [] : groupReading(run, part.target, group)),
    ]),
    figures: await Promise.all(
      parts.map((part, i) =>
        drawFigure(
          `coverage-${i + 1}`,
          `Share of test rows inside the prediction intervals of ${part.target}`,
          figureWidth.third,
          (width) =>
            coverageSpec(
              drawn.map((level) => part.at(level).point),
              width,
            ),
        ),
      ),
    ),
    legend: legendOf(run, group),
    body: html`${parts.map((part) => [
      widthTable(run, part.target, asked, part.at),
      kindTables(run, part.target),
      scoreLine(run, part.target, part.unit),
      group === null ? null : groupTable(run, part.target, group),
    ])}`,
  };
}

function legendOf(run: RunFiles, group: string | null): Html {
  const rows = plural(run.validation.ids.length, "validation row");
  const many =
    group === null
      ? "not for each kind of row"
      : html`and those by ${group} do so for each ${group} that has
      intervals of its own`;
  const share = html`They hold at least the stated share of new rows on average, over draws of the validation rows and of
      rows like them, ${many}.${partOfRows(run)} Lines: 95 % interval of the observed share.`;
  if (!isByRow(run)) {
    return html`Split-conformal intervals: prediction plus or minus a quantile of the absolute errors on ${rows}, the same
      width for every row. ${share} The validation rows also chose when training stopped, which makes the intervals slightly
      narrow.`;
  }
  const grouped = run.validation.groups !== null;
  return html`Conformal intervals: quantiles of the errors on ${rows}, each error over the size that was expected of it,
      times the size expected of the row. ${share}${
        grouped ? html` Whole groups count as one: the share is that of rows of new groups.` : null
      } An error of a validation row is that of the epoch that the others judged best: the row had no say in it, but for the
      fusion weights and the length of the training, in which all had theirs.`;
}

/** How far one validation part may be from the stated share; nothing where groups, not rows, are counted. */
function partOfRows({ metrics, validation }: RunFiles): string {
  const { coverage: asked = 0.9, group = null } = metrics.intervals ?? {};
  const n = validation.ids.length;
  const range = group === null && validation.groups === null ? coverageRange(n, asked) : null;
  if (range === null) return "";
  const [low, high] = [range.low, range.high].map((share) => formatPercent(share));
  return (
    ` From one validation part of ${plural(n, "row")} to the next the share that ${formatPercent(asked)} intervals hold of ` +
    `new rows varies between ${low} and ${high} (95 % of such parts), and that of any kind of row by as much at least.`
  );
}

/** Whether the intervals are of a version that knows how large the errors of a row are. */
function isByRow({ metrics }: RunFiles): boolean {
  return Object.values(metrics.intervals?.targets ?? {}).some(({ curve }) => curve !== undefined);
}

interface IntervalAt {
  readonly halfWidth: number;
  readonly point: CoveragePoint;
}

function pointAt(run: RunFiles, target: string, level: number): IntervalAt {
  const test = run.test.targets.get(target);
  if (test === undefined) throw new Error(`no predictions of "${target}"`);
  const { halfWidth, achieved: observed } = recordedAt(run, target, level) ?? recomputedAt(run, target, level);
  const [low, high] = wilson(observed, test.truth.length);
  return { halfWidth: halfWidth ?? Number.POSITIVE_INFINITY, point: { level, observed, low, high } };
}

/** What metrics.json says; undefined of runs of versions that recorded one level only. */
function recordedAt({ metrics }: RunFiles, target: string, level: number) {
  const found = metrics.intervals?.targets[target];
  if (found?.curve === undefined) return undefined;
  return level === metrics.intervals?.coverage ? found : found.curve.find((point) => point.level === level);
}

function recomputedAt(run: RunFiles, target: string, level: number) {
  const validation = run.validation.targets.get(target);
  const test = run.test.targets.get(target);
  if (validation === undefined || test === undefined) throw new Error(`no predictions of "${target}"`);
  const halfWidth = conformalHalfWidth(sortedAbsoluteResiduals(validation.truth, validation.prediction), level);
  return { halfWidth, achieved: coverage(test.truth, test.prediction, halfWidth) };
}

/** 95 % interval of a share (Wilson 1927): stays within 0 and 1, and right near them. */
export function wilson(share: number, n: number): [number, number] {
  const z = z95;
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

function factsOf(run: RunFiles, { target, unit }: TargetFindings, { halfWidth, point }: IntervalAt): IntervalFacts {
  const { level: asked, observed, low, high } = point;
  const rows = { rows: run.test.ids.length, validationRows: run.validation.ids.length };
  return { target, unit, asked, halfWidth, ...rows, observed, low, high, byRow: byRowOf(run, target) };
}

function byRowOf({ metrics }: RunFiles, target: string): IntervalFacts["byRow"] {
  const found = metrics.intervals?.targets[target];
  if (found?.curve === undefined || found.scale === undefined) return null;
  const { scale, byPrediction = [], byTruth = [] } = found;
  const shares = (fifths: readonly { readonly achieved: number }[]) => fifths.map(({ achieved }) => achieved);
  return {
    ratio: scale.most / scale.least,
    constant: scale.constant,
    byPrediction: shares(byPrediction),
    byTruth: shares(byTruth),
  };
}

/** The proper scores of the predictive distributions. */
function scoreLine({ metrics }: RunFiles, target: string, unit: string): Html | null {
  const { crps, logScore } = metrics.test.perTarget[target];
  if (typeof crps !== "number" || typeof logScore !== "number") return null;
  return html`<p>Of ${target} as a distribution: CRPS <b>${formatNumber(crps)}${unit}</b> (of a prediction without
      uncertainty it is the mean absolute error), log score ${formatNumber(logScore)} nats a row. Of both, lower is better.</p>`;
}

/** Whether intervals of a level hold what they should, by the 95 % interval of the share that they hold. */
export function heldAt({ level, low, high }: CoveragePoint): string {
  if (high < level) return "too few";
  return level < low ? "more than they need to" : "as they should";
}

function widthTable(run: RunFiles, target: string, asked: number, at: (level: number) => IntervalAt): Html {
  const levels = [...new Set([...told, asked])].sort((a, b) => a - b);
  return table(
    [
      [withUnit(run.metrics, target), "text"],
      ["to either side", "number"],
      ["test rows inside", "number"],
      ["95 % interval", "text"],
      ["", "text"],
    ],
    levels.map((level) => {
      const { halfWidth, point } = at(level);
      return [
        `${formatPercent(level)} interval`,
        amount(halfWidth, 3, "unbounded"),
        percent(point.observed),
        [percent(point.low), " to ", percent(point.high)],
        Number.isFinite(halfWidth) ? heldAt(point) : "",
      ];
    }),
  );
}
