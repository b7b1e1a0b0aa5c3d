import { pearson } from "../../../evaluation/metrics.js";
import { drawFigure, figureWidth } from "../../draw-figure.js";
import type { Figure } from "../../section.js";
import { formatNumber, joinWords } from "../../text.js";
import type { DrawnRows } from "../task-report.js";
import { biasSpec, errorByRange, histogramSpec } from "./figures/residuals.js";
import { scatterSpec } from "./figures/scatter.js";

/** Groups by true value of which the mean error is told. */
export const groupCount = 5;

/** Predicted against true, mean error by true value, and the distribution of the errors. */
export async function predictionFigures(
  { target, name, truth, prediction, ids }: DrawnRows,
  index: number,
): Promise<Figure[]> {
  const groups = errorByRange(truth, prediction, groupCount);
  const errors = prediction.map((p, i) => p - truth[i]);
  const draw = (id: string, said: string, spec: Parameters<typeof drawFigure>[3]) =>
    drawFigure(`${id}-${index + 1}`, said, figureWidth.third, spec);
  const bias = joinWords(groups.map((group) => formatNumber(group.bias)));
  const r = formatNumber(pearson(truth, prediction));
  return [
    await draw("predicted", `Predicted against true ${target}, correlation ${r}`, (width) =>
      scatterSpec({ truth, prediction, ids }, { x: `true ${name}`, y: `predicted ${name}` }, width),
    ),
    await draw("bias", `Mean error by true value: ${bias}`, (width) =>
      biasSpec(groups, `true ${name}`, `mean error of ${name}`, width),
    ),
    await draw("residuals", `Distribution of the errors of ${target}`, (width) =>
      histogramSpec(errors, `error of ${name}`, width),
    ),
  ];
}
