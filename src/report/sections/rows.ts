import { likeliest } from "../../evaluation/class-metrics.js";
import { headlineOf } from "../../evaluation/headline.js";
import { pickRows } from "../../evaluation/row-values.js";
import { mean } from "../../math/descriptive.js";
import type { TargetPredictions } from "../../record/predictions.js";
import type { RunFiles } from "../../record/read-run.js";
import { amount } from "../amount.js";
import { atomRows } from "../atom-rows.js";
import { type HtmlValue, html, table } from "../html.js";
import { measuredParts } from "../information-found.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { type RowFacts, rowSentences, toldDifference } from "../sentences/rows.js";
import { formatBits, formatPercent } from "../text.js";
import { withUnit } from "../with-unit.js";

const shown = 5;

/** Sample-level atoms: the test rows where the modalities told most, and those where they misled. */
export function rowsSection(run: RunFiles): Section | null {
  const { ids, local } = run.test;
  if (local.size === 0 || ids.length === 0) return null;
  const columns = [...local.values()];
  const total = ids.map((_, i) => columns.reduce((sum, values) => sum + values[i], 0));
  // A row that lacks a modality has no atoms.
  const known = total.flatMap((t, i) => (Number.isNaN(t) ? [] : [i]));
  if (known.length === 0) return null;
  const order = known.toSorted((a, b) => total[b] - total[a] || a - b);
  const near = order.filter((i) => total[i] > 0 && isNear(run, i));
  const misled = order.filter((i) => total[i] < 0).toReversed();
  const facts = {
    ...{ testRows: ids.length, known: known.length, misled: misled.length, found: hasFound(run) },
    called: run.task.metrics.headline.name,
    farBut: order.slice(0, shown).filter((i) => total[i] > 0 && !isNear(run, i)).length,
    differing: differingMeans(run, known),
  };
  return {
    id: "rows",
    title: "Rows that tell most, and rows that mislead",
    reading: said(rowSentences, facts),
    figures: [],
    legend: html`Sample-level atoms in bits, of each row by a calibration that it took no part in. Negative: this row was
      misleading. Most informative: the largest sums among rows whose prediction is off by no more than the ${facts.called}${
        run.metrics.targets.length > 1 ? " of every target" : ""
      }, the largest first. Most misleading: the lowest sums, the lowest first.`,
    body: html`${near.length === 0 ? null : rowTable(run, "most informative", near.slice(0, shown), total)}
      ${misled.length === 0 ? null : rowTable(run, "most misleading", misled.slice(0, shown), total)}`,
  };
}

/** Whether the test rows, or those that the atoms are made of, show information. */
function hasFound({ pid }: RunFiles): boolean {
  return measuredParts(pid).at(-1)?.found === true;
}

/** Whether no target of a row is missed by more than the error of all test rows. */
function isNear({ task, metrics, test }: RunFiles, i: number): boolean {
  const { headline } = task.metrics;
  return [...test.targets].every(([name, { truth, prediction }]) => {
    const [cost] = headline.rowCosts([truth[i]], pickRows(prediction, truth.length, [i]));
    return headline.ofMeanCost(cost) <= headlineOf(metrics.test.perTarget[name], headline);
  });
}

/** Atoms of the test part beside the means of the rows', where these are others. */
function differingMeans(run: RunFiles, known: readonly number[]): RowFacts["differing"] {
  const { test, modalities } = run.pid;
  if (!test) return [];
  const atoms = new Map(atomRows(test, modalities).map(({ label, value }) => [label, value]));
  return localColumns(run).flatMap(([label, values]) => {
    const atom = atoms.get(label);
    const average = mean(known.map((i) => values[i]));
    if (typeof atom !== "number" || Math.abs(average - atom) <= toldDifference) return [];
    return [{ label, mean: average, atom }];
  });
}

function rowTable(run: RunFiles, title: string, rows: readonly number[], total: readonly number[]) {
  const local = localColumns(run);
  const targets = [...run.test.targets];
  return table(
    [
      [title, "text"],
      ...targets.flatMap(([name]) => [
        [withUnit(run.metrics, name), "number"] as const,
        ["predicted", "number"] as const,
      ]),
      ["sum (bits)", "number"],
      ...local.map(([name]) => [name, "number"] as const),
    ],
    rows.map((i) => [
      run.test.ids[i],
      ...targets.flatMap(([, rows]) => valueCells(run, rows, i)),
      formatBits(total[i]),
      ...local.map(([, values]) => formatBits(values[i])),
    ]),
  );
}

/** True value and prediction of a row; of classes the labels, and the probability of the one that is predicted. */
function valueCells(
  { metrics }: RunFiles,
  { truth, prediction }: TargetPredictions,
  i: number,
): [HtmlValue, HtmlValue] {
  const { classes } = metrics;
  if (classes === undefined) return [amount(truth[i], 4), amount(prediction[i], 4)];
  const own = pickRows(prediction, truth.length, [i]);
  const [best] = likeliest(own, classes.length);
  return [classes[truth[i]], `${classes[best]} (${formatPercent(own[best])})`];
}

/** Sample-level atoms in the order and the words of the atoms themselves. */
function localColumns({ pid, test }: RunFiles): [string, Float64Array][] {
  return atomRows(pid, pid.modalities).flatMap(({ key, label }) => {
    const values = test.local.get(key.replace(":", "."));
    return values === undefined ? [] : [[label, values] as [string, Float64Array]];
  });
}
