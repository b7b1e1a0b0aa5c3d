import { hasDigits } from "../../report/metric-cells.js";
import { said } from "../../report/sentence.js";
import { unitAfter, withUnit } from "../../report/with-unit.js";
import { shown } from "../../shown.js";
import { differenceSentences } from "../crossval-sentences.js";
import { digits, fixed } from "../markdown.js";
import type { MeanSd } from "../results-schemas.js";
import { paragraph, type TextBlock, table } from "../text-blocks.js";
import { differenceText, metricText } from "./measure-tables.js";
import type { ComparedArms } from "./paired.js";

/** Several configs on the same folds: their errors side by side, and every metric of each minus that of the first. */
export function comparedBlocks(compared: ComparedArms): TextBlock[] {
  const { arms } = compared;
  const [reference] = arms;
  const names = arms.map(({ letter, label, leftOut }) => {
    const lost = leftOut === 0 ? "" : `; ${leftOut} of its rows are left out, which another config cannot use`;
    return `${letter}: ${shown(label)}${lost}`;
  });
  return [
    { kind: "list", items: names },
    ...Object.keys(reference.found.targets).flatMap((target) => [
      errorTable(compared, target),
      differenceTable(compared, target),
      ...sentences(compared, target),
    ]),
    ...paragraph(
      "Differences are paired by repeat and fold: every config was trained and tested on the same rows. Intervals are corrected for the " +
        "overlap of the training parts (Nadeau & Bengio 2003)." +
        (arms.length > 2 ? ` No correction is made for ${arms.length - 1} comparisons.` : ""),
    ),
  ];
}

/** Mean ± standard deviation over the folds, of each config and of its linear baseline. */
function errorTable({ arms }: ComparedArms, target: string): TextBlock {
  const [{ found: first }] = arms;
  const { shown: metrics } = first.task.metrics;
  const linear = first.task.baselines.linear.name;
  const cell = (value: MeanSd | null | undefined, text: (value: number) => string) =>
    value === null || value === undefined ? "-" : `${text(value.mean)} ± ${value.sd === null ? "-" : text(value.sd)}`;
  const lines = ["pidreg", linear].flatMap((model) =>
    arms.flatMap(({ letter, found }) => {
      const own = found.targets[target].models[model];
      if (own === undefined) return [];
      const name = model === "pidreg" ? letter : `${model} (${letter})`;
      return [[name, ...metrics.map((metric) => cell(own[metric.key], (value) => metricText(metric, value)))]];
    }),
  );
  return table([[withUnit(first, target), ...metrics.map(({ name }) => name)], ...lines]);
}

function differenceTable({ arms, paired }: ComparedArms, target: string): TextBlock {
  const [{ letter, found }] = arms;
  const { shown: metrics, calibration } = found.task.metrics;
  const own = paired.filter((pair) => pair.target === target);
  const rows = metrics.map((metric) => {
    const text = (value: number) => (hasDigits(metric) ? digits(value, 3) : fixed(value));
    return [metric.name, ...own.map((pair) => differenceText(pair.metrics[metric.key], text))];
  });
  const lines = calibration.shown.map(({ key, name }) => {
    return [name, ...own.map((pair) => differenceText(pair.metrics[key], (value) => digits(value, 3)))];
  });
  return table([
    [withUnit(found, target), ...own.map((pair) => `${pair.letter} minus ${letter} (95 %)`)],
    ...rows,
    ...lines,
  ]);
}

/** Whether they are told apart by the error that models are compared by. */
function sentences({ arms, paired }: ComparedArms, target: string): TextBlock[] {
  const [{ found }] = arms;
  const { headline } = found.task.metrics;
  const items = paired.flatMap(({ target: of, letter, reference, metrics }) => {
    const interval = metrics[headline.key];
    if (of !== target || interval === null || interval === undefined) return [];
    const named = { error: headline.name, target: shown(target), unit: shown(unitAfter(found, target)) };
    const facts = { ...interval, ...named, own: letter, model: reference, level: `${100 * interval.level} %` };
    return [said(differenceSentences, facts).join("")];
  });
  return items.length === 0 ? [] : [{ kind: "list", items }];
}
