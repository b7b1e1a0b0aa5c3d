import { headlineOf } from "../../evaluation/headline.js";
import type { AnyMetrics } from "../../evaluation/metrics.js";
import { resamplingOf, resamplingWords } from "../../evaluation/resampling.js";
import { atomRows, informationRows, intervalLevel, intervalText, totalRow, withInterval } from "../atom-rows.js";
import { checkFindings } from "../check-sentences.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { barsSpec } from "../figures/bars.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, html, oneAfterAnother, table } from "../html.js";
import { checkLeftOutSentence, latentCheckFacts } from "../latent-check.js";
import { metricCells, metricHeads } from "../metric-cells.js";
import { colour, modalityColour } from "../palette.js";
import { codeWords } from "../run-warnings.js";
import type { Figure, Section } from "../section.js";
import { wilson } from "../sections/intervals.js";
import { said } from "../sentence.js";
import { type Dot, dotsSpec, dotsText } from "../study/dots.js";
import { reportOf } from "../tasks/task-reports.js";
import { formatBits, formatCount, formatNumber, formatPercent, joinWords } from "../text.js";
import { unitAfter, withUnit } from "../with-unit.js";
import type { EvaluatedTable } from "./evaluated.js";
import { tableErrorSentences } from "./sentences.js";

/** The sections of the report of a run on another table. */
export async function evaluationSections(found: EvaluatedTable): Promise<Section[]> {
  const sections = [
    await verdictSection(found),
    found.pid === null ? null : await atomsSection(found, found.pid),
    await predictionsSection(found),
    await intervalsSection(found),
    tableSection(found),
    warningsSection(found),
  ];
  return sections.filter((section) => section !== null);
}

async function verdictSection(found: EvaluatedTable): Promise<Section> {
  const { targets, task, groups } = found;
  const resampled = resamplingWords(resamplingOf(found.table.rows, groups), "of the table");
  return {
    id: "verdict",
    title: "How well it predicts this table",
    reading: targets.map((target) => oneAfterAnother(said(tableErrorSentences, errorFacts(found, target)))),
    figures: await Promise.all(targets.map((target, t) => errorFigure(found, target, t))),
    body: html`${targets.map((target) => errorTable(found, target))}`,
    legend: html`Interval of ${task.metrics.headline.name}: 95 %, ${resampled}; that of the run's own test part is in the run's report.
      The run's baselines are not part of its model and are not evaluated here.`,
  };
}

function errorFacts({ task, metrics, ownTest, rows, ...named }: EvaluatedTable, target: string) {
  const { headline } = task.metrics;
  const { value, low, high } = rows.get(target)?.error ?? { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  const own = headlineOf(ownTest.perTarget[target], headline);
  return { target, unit: unitAfter(named, target), name: headline.name, rows: metrics.n, value, low, high, own };
}

function errorFigure(found: EvaluatedTable, target: string, index: number): Promise<Figure> {
  const { value, low, high, own, name } = errorFacts(found, target);
  const dots: Dot[] = [
    { label: "this table", colour: modalityColour(0), value, low, high, note: formatNumber(value) },
    { label: "own test part", colour: colour("ink"), value: own, low: null, high: null, note: formatNumber(own) },
    ...found.byMissing
      .filter(({ missing }) => missing.length > 0)
      .map(({ missing, metrics }): Dot => {
        const error = headlineOf(metrics.perTarget[target], found.task.metrics.headline);
        const label = `without ${joinWords(missing)} (${formatCount(metrics.n)})`;
        return { label, colour: modalityColour(1), value: error, low: null, high: null, note: formatNumber(error) };
      }),
  ];
  const title = `${name} of ${withUnit(found, target)}`;
  const width = found.targets.length === 1 ? figureWidth.full : figureWidth.half;
  return drawFigure(`errors-${index + 1}`, dotsText(dots, title), width, (wide) =>
    dotsSpec(dots, { title, width: wide }),
  );
}

function errorTable(found: EvaluatedTable, target: string): Html {
  const { shown } = found.task.metrics;
  const line = (name: string, rows: number, metrics: AnyMetrics) => [
    name,
    formatCount(rows),
    ...metricCells(shown, metrics),
  ];
  const { metrics, corrected, byMissing, ownTest } = found;
  return table(
    [[withUnit(found, target), "text"], ["rows", "number"], ...metricHeads(shown)],
    [
      line("this table", metrics.n, metrics.perTarget[target]),
      ...(corrected === null ? [] : [line("bias-corrected", corrected.n, corrected.perTarget[target])]),
      ...byMissing.map(({ missing, metrics: part }) =>
        line(
          missing.length === 0 ? "with every modality" : `without ${joinWords(missing)}`,
          part.n,
          part.perTarget[target],
        ),
      ),
      line("the run's own test part", ownTest.n, ownTest.perTarget[target]),
    ],
  );
}

async function atomsSection(found: EvaluatedTable, pid: NonNullable<EvaluatedTable["pid"]>): Promise<Section> {
  const rows = atomRows(pid, pid.modalities);
  const drawn = foremost(rows, ({ value }) => value);
  const title = `information about ${joinWords(found.targets)} (bits, rows of the table)`;
  const bars = drawn.shown.map((row) => ({
    ...row,
    note: withInterval(row).replace(" to ", "\u2013"),
    shortNote: formatBits(row.value),
  }));
  const description = `${title}: ${rows.map((row) => `${row.label} ${withInterval(row)}`).join("; ")}`;
  const level = formatPercent(intervalLevel(pid));
  const total = totalRow(pid);
  return {
    id: "atoms",
    title: "What each modality contributes on this table",
    reading: [
      html`All modalities together tell <b>${withInterval(total)} bits</b> about ${joinWords(found.targets)} on rows of this table.`,
      ...checkReading(found, pid),
    ],
    figures: [await drawFigure("atoms", description, figureWidth.full, (width) => barsSpec(bars, title, width))],
    legend: html`Bars: estimate; thin lines: ${level} interval. The rows of the table that have every modality (${formatCount(pid.n ?? found.table.rows)}), read off by the
      model of the run and recalibrated on them. ${cutNote(drawn, "the most bits")}`,
    body: table(
      [
        ["information about the target", "text"],
        ["bits", "number"],
        [`${level} interval`, "number"],
      ],
      [total, ...informationRows(pid, pid.modalities), ...rows].map((row) => [
        row.label,
        formatBits(row.value),
        intervalText(row) ?? "\u2013",
      ]),
    ),
  };
}

function checkReading({ targets }: EvaluatedTable, pid: NonNullable<EvaluatedTable["pid"]>): Html[] {
  const { check, checkLeftOut } = pid;
  if (check !== undefined)
    return checkFindings(latentCheckFacts({ ...pid, check }, targets)).map((text) => html`${text}`);
  return checkLeftOut === undefined ? [] : [html`${checkLeftOutSentence(checkLeftOut)}`];
}

/** What the task draws of predictions beside truth; null for one that draws nothing. */
async function predictionsSection(found: EvaluatedTable): Promise<Section | null> {
  const { predictionFigures } = reportOf(found.task);
  if (predictionFigures === undefined) return null;
  const drawn = await Promise.all(
    found.targets.map((target, t) => {
      const rows = found.rows.get(target);
      return rows === undefined ? [] : predictionFigures({ target, name: withUnit(found, target), ...rows }, t);
    }),
  );
  return {
    id: "predictions",
    title: "Predictions against truth",
    reading: [],
    figures: drawn.flat(),
    legend: html`Rows of the table. Error: prediction minus truth; middle: mean error by true value with 95 % intervals (Student's t).`,
  };
}

/** How many rows of the table the run's intervals hold. */
async function intervalsSection(found: EvaluatedTable): Promise<Section | null> {
  const { intervals, targets } = found;
  if (intervals === null) return null;
  const parts = targets.flatMap((target) => {
    const own = intervals.targets[target];
    if (own === undefined) return [];
    const [low, high] = wilson(own.achieved, found.table.rows);
    return [{ target, ...own, low, high }];
  });
  const dots = parts.map(({ target, achieved, low, high }): Dot => {
    const [value, from, to] = [achieved, low, high].map((share) => 100 * share);
    return { label: target, colour: modalityColour(0), value, low: from, high: to, note: formatPercent(achieved) };
  });
  const title = `rows inside the ${formatPercent(intervals.coverage)} intervals, %`;
  const reference = 100 * intervals.coverage;
  return {
    id: "intervals",
    title: "How far off a prediction may be",
    reading: parts.map(
      ({ target, achieved, low, high }) =>
        html`${formatPercent(achieved)} of the rows are inside the ${formatPercent(intervals.coverage)} intervals of ${target} (95 % interval of that share ${formatPercent(low)}
          to ${formatPercent(high)}).`,
    ),
    figures: [
      await drawFigure("coverage", dotsText(dots, title), figureWidth.half, (width) =>
        dotsSpec(dots, { title, width, reference }),
      ),
    ],
    legend: html`The intervals were made of the errors on the run's validation rows: they hold that share of rows like those, and need not of
      rows from elsewhere. Dashed: the share that they are to hold.`,
    body: table(
      [
        ["target", "text"],
        ["to either side", "number"],
        ["rows inside", "number"],
        ["95 % interval", "number"],
      ],
      parts.map(({ target, halfWidth, achieved, low, high }) => [
        withUnit(found, target),
        halfWidth === null ? "unbounded" : formatNumber(halfWidth),
        formatPercent(achieved),
        `${formatPercent(low)} to ${formatPercent(high)}`,
      ]),
    ),
  };
}

/** Which table it was, and what is to be known of its rows. */
function tableSection({ table: given, run, messages }: EvaluatedTable): Section {
  return {
    id: "table",
    title: "The table",
    reading: [html`${formatCount(given.rows)} rows of <code>${given.title}</code>, predicted by the run ${run.name}.`],
    figures: [],
    body: html`${table(
      [
        ["", "text"],
        ["", "text"],
      ],
      [
        ["file", given.file],
        ["SHA-256", given.checksum],
        ["rows evaluated", formatCount(given.rows)],
        ["run", run.folder],
      ],
    )}${messages.length === 0 ? null : html`<ul>${messages.map((text) => html`<li>${text}</li>`)}</ul>`}`,
  };
}

function warningsSection({ warnings }: EvaluatedTable): Section {
  return {
    id: "warnings",
    title: "Warnings",
    reading: warnings.length === 0 ? [html`None: the checks of this table found nothing to warn of.`] : [],
    figures: [],
    ...(warnings.length === 0
      ? {}
      : {
          body: html`<ul class="warnings">${warnings.map(({ code, text }) => html`<li><b>${codeWords(code)}</b>: ${text}</li>`)}</ul>`,
        }),
  };
}
