import { z } from "zod";
import { metricDifferences, metricIntervals } from "../../evaluation/split-intervals.js";
import { byName, type Stored } from "../../files/document.js";
import { mean } from "../../math/descriptive.js";
import { hasDigits } from "../../report/metric-cells.js";
import { said } from "../../report/sentence.js";
import { withUnit } from "../../report/with-unit.js";
import { shown } from "../../shown.js";
import { digits, fixed } from "../markdown.js";
import { resampledInterval, splitIntervalSchema } from "../results-schemas.js";
import { paragraphs, type TextBlock, table } from "../text-blocks.js";
import type { ArmFound } from "./arm.js";
import { curveSentences } from "./curve-sentences.js";
import { differenceText, metricText } from "./measure-tables.js";

/** Errors by the share of the training rows that was trained on; the same test folds for every share. */
export const curveSchema = z.array(
  z.object({
    share: z.number().gt(0).max(1),
    trainRows: z.number().describe("mean over the folds"),
    validationRows: z.number(),
    targets: byName(
      z.object({
        metrics: byName(splitIntervalSchema.nullable()).describe(
          "of pidreg: mean over the folds with its corrected interval",
        ),
        linear: byName(splitIntervalSchema.nullable()).optional().describe("of the linear baseline"),
        minusAll: byName(resampledInterval.nullable())
          .optional()
          .describe("less that of all rows, paired by fold; left out for all rows themselves"),
      }),
    ),
  }),
);

export type CurveFound = Stored<typeof curveSchema>;
type CurvePoint = CurveFound[number];

/** The curve. @param points ascending by share, all rows last; folds in the same order */
export function curveFound(points: readonly { readonly share: number; readonly found: ArmFound }[]): CurveFound {
  const all = points[points.length - 1].found;
  return points.map(({ share, found }) => {
    const rows = (part: "train" | "validation") => mean(found.runs.map(({ split }) => split[part].length));
    const of = (target: string): CurvePoint["targets"][string] => {
      const { intervals, models } = found.targets[target];
      const linear = found.task.baselines.linear.name;
      const ratio = Math.max(found.testToTrain, all.testToTrain);
      return {
        metrics: intervals,
        ...(models[linear] === undefined ? {} : { linear: linearIntervals(found, target) }),
        ...(found === all
          ? {}
          : { minusAll: metricDifferences(metricsOf(found, target), metricsOf(all, target), ratio) }),
      };
    };
    return {
      ...{ share, trainRows: rows("train"), validationRows: rows("validation") },
      targets: Object.fromEntries(Object.keys(found.targets).map((target) => [target, of(target)])),
    };
  });
}

function metricsOf({ runs }: ArmFound, target: string) {
  return runs.map(({ files }) => files.metrics.test.perTarget[target]);
}

function linearIntervals({ runs, task, testToTrain }: ArmFound, target: string) {
  const { name } = task.baselines.linear;
  const own = runs.map(({ files }) => files.metrics.baselines[name].test.perTarget[target]);
  return metricIntervals(own, testToTrain, task.metrics.shown);
}

/** The curve as tables, and whether more rows are likely to help. */
export function curveBlocks(arm: ArmFound, curve: CurveFound): TextBlock[] {
  const { shown: metrics, headline } = arm.task.metrics;
  const before = curve[curve.length - 2];
  return [
    ...paragraphs([
      "Learning curve: trained on a share of the training rows, and validated on as large a share of the validation rows; groups of " +
        "data.group are whole, the test folds are the same. Means over the folds, and differences from all rows with their corrected intervals.",
    ]),
    ...Object.keys(arm.targets).flatMap((target) => [
      table([
        [
          `${withUnit(arm, target)}: share of rows`,
          "training rows",
          ...metrics.map(({ name }) => name),
          `${headline.name} minus all rows (95 %)`,
        ],
        ...curve.map(({ share, trainRows, targets }) => {
          const { metrics: own, minusAll } = targets[target];
          return [
            ...[`${share}`, trainRows.toFixed(0)],
            ...metrics.map((metric) => metricText(metric, own[metric.key]?.value)),
            minusAll === undefined ? "" : differenceText(minusAll[headline.key], (value) => digits(value, 3)),
          ];
        }),
      ]),
      ...(before === undefined ? [] : paragraphs(said(curveSentences, curveFacts(arm, before, target)))),
    ]),
  ];
}

function curveFacts({ task }: ArmFound, { share, targets }: CurvePoint, target: string) {
  const { headline, shown: metrics } = task.metrics;
  const interval = targets[target].minusAll?.[headline.key] ?? null;
  const metric = metrics.find(({ key }) => key === headline.key);
  const text = (value: number) => (metric === undefined || hasDigits(metric) ? digits(value, 3) : fixed(value));
  return { target: shown(target), error: headline.name, share, interval, said: differenceText(interval, text) };
}
