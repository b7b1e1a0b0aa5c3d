import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { linesSpec, type Series } from "../../report/figures/lines.js";
import { html } from "../../report/html.js";
import { modalityColour } from "../../report/palette.js";
import type { Figure, Section } from "../../report/section.js";
import { type Strip, stripsSpec, stripsText } from "../../report/study/strips.js";
import { formatNumber } from "../../report/text.js";
import { withUnit } from "../../report/with-unit.js";
import type { ArmFound } from "../crossval/arm.js";
import { type CurveFound, curveBlocks } from "../crossval/learning-curve.js";
import { type PermutationFound, permutationBlocks } from "../crossval/permutations.js";
import type { CrossvalFound } from "../crossval-results.js";
import { bodyOf, readingOf } from "./block-html.js";

/** Permutation test and learning curve, where there are any. */
export async function extraSections(found: CrossvalFound): Promise<Section[]> {
  const { permutation, curve } = found;
  return [
    ...(permutation === undefined ? [] : [await permutationSection(found, permutation)]),
    ...(curve === undefined ? [] : [await curveSection(found, curve)]),
  ];
}

async function permutationSection(arm: ArmFound, found: PermutationFound): Promise<Section> {
  const blocks = permutationBlocks(arm, found);
  const { headline } = arm.task.metrics;
  const figures = await Promise.all(
    Object.entries(found.targets).map(([target, { value, permuted, mean, pValue }], t) => {
      const strips: Strip[] = [
        { label: "as it is", colour: modalityColour(0), values: [value], mean: value, note: formatNumber(value) },
        { label: "permuted", colour: modalityColour(1), values: permuted, mean, note: `p = ${formatNumber(pValue)}` },
      ];
      const title = `${headline.name} of ${withUnit(arm, target)}`;
      return drawFigure(`permutation-${t + 1}`, stripsText(strips, title), figureWidth.full, (width) =>
        stripsSpec(strips, { title, width, zero: false }),
      );
    }),
  );
  return {
    id: "permutation",
    title: "Whether the features tell anything",
    reading: readingOf(blocks.filter(({ kind }) => kind !== "table")),
    figures,
    legend: html`A dot per permutation, a bar at their mean: the error of the whole pipeline when features say nothing of the target.`,
    body: bodyOf(blocks.filter(({ kind }) => kind === "table")),
  };
}

async function curveSection(arm: ArmFound, curve: CurveFound): Promise<Section> {
  const blocks = curveBlocks(arm, curve);
  return {
    id: "learning-curve",
    title: "Whether more rows would help",
    reading: readingOf(blocks.filter(({ kind }) => kind !== "table")),
    figures: await Promise.all(Object.keys(arm.targets).map((target, t) => curveFigure(arm, curve, target, t))),
    legend: html`Lines: means over the test folds; band: 95 % interval of pidreg, corrected for the overlap of the training parts. Shares are
      read off the differences in the table: they are paired fold by fold.`,
    body: bodyOf(blocks.filter(({ kind }) => kind === "table")),
  };
}

function curveFigure(arm: ArmFound, curve: CurveFound, target: string, t: number): Promise<Figure> {
  const { headline } = arm.task.metrics;
  const linear = arm.task.baselines.linear.name;
  const own = curve.flatMap(({ trainRows, targets }) => {
    const interval = targets[target].metrics[headline.key];
    if (interval === null || interval === undefined) return [];
    return [{ x: Math.round(trainRows), y: interval.value, low: interval.low, high: interval.high }];
  });
  const beside = curve.flatMap(({ trainRows, targets }) => {
    const interval = targets[target].linear?.[headline.key];
    return interval === null || interval === undefined ? [] : [{ x: Math.round(trainRows), y: interval.value }];
  });
  const series: Series[] = [
    { name: "pidreg", colour: modalityColour(0), points: own },
    ...(beside.length === 0 ? [] : [{ name: linear, colour: modalityColour(1), dash: [4, 3], points: beside }]),
  ];
  const title = `${headline.name} of ${withUnit(arm, target)}`;
  const said = own.map(({ x, y }) => `${x} rows ${formatNumber(y)}`).join("; ");
  return drawFigure(`learning-curve-${t + 1}`, `${title}: ${said}`, figureWidth.full, (width) =>
    linesSpec(series, { width, height: 240, xTitle: "training rows", yTitle: title }),
  );
}
