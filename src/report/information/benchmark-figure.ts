import type { TopLevelSpec } from "vega-lite";
import { mean, z95 } from "../../math/descriptive.js";
import type { BenchmarkRow } from "../../mi/benchmark/run-benchmark.js";
import { benchmarkEstimatorNames } from "../../mi/estimators/estimator-names.js";
import { colour, modalityColour } from "../palette.js";
import { renderSvg, standalone } from "../render-svg.js";
import { plural } from "../text.js";
import { textWidth } from "../text-width.js";

const width = 760;
/** Pixels of one task, and of each of its marks where these are many. */
const rowHeight = 22;
const markHeight = 5;
/** Estimators in a line of the legend. */
const inLine = 5;
/** Estimators are told apart by shape, too: colours come again after six. */
const shapes = [
  ...(["circle", "diamond", "square", "triangle-up"] as const),
  ...(["cross", "triangle-down", "triangle-right", "triangle-left", "wedge", "arrow"] as const),
];

/** What of an estimate a figure is made of. */
export type BenchmarkPoint = Pick<BenchmarkRow, "task" | "estimator" | "bits" | "standardError" | "truth" | "n">;

/** The mean over seeds of one estimator on one task, with the ends of its 95 % interval. */
interface Mark {
  readonly task: string;
  readonly estimator: string;
  readonly truth: number;
  readonly bits: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Estimates against the truth as a figure of its own: one line per task with a stroke at the truth, one mark per estimator, the mean
 * over seeds with 95 % errors of one estimate. The same input gives the same bytes.
 */
export async function benchmarkFigure(rows: readonly BenchmarkPoint[]): Promise<string> {
  const names = benchmarkEstimatorNames.filter((name) => rows.some(({ estimator }) => estimator === name));
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const marks = tasks.flatMap((task) =>
    names.flatMap((name) => markOf(rows.filter((row) => row.task === task && row.estimator === name))),
  );
  const title = `mutual information, bits, of ${plural(Math.max(...rows.map(({ n }) => n)), "row")}, 95 % errors; strokes: the truth`;
  const description = `Mutual information where it is known. ${marks.map(({ task, estimator, bits, truth }) => `${task}: ${estimator} ${bits.toFixed(2)} of ${truth.toFixed(2)}`).join("; ")}.`;
  return standalone(await renderSvg(specOf(marks, tasks, names, title), description));
}

function markOf(rows: readonly BenchmarkPoint[]): Mark[] {
  if (rows.length === 0) return [];
  const [{ task, estimator, truth }] = rows;
  const average = (key: "bits" | "standardError") => mean(Float64Array.from(rows, (row) => row[key]));
  const [bits, error] = [average("bits"), average("standardError")];
  return [{ task, estimator, truth, bits, low: bits - z95 * error, high: bits + z95 * error }];
}

function specOf(
  marks: readonly Mark[],
  tasks: readonly string[],
  names: readonly string[],
  title: string,
): TopLevelSpec {
  const y = {
    field: "task",
    type: "nominal" as const,
    sort: [...tasks],
    title: null,
    axis: { labelColor: colour("ink"), ticks: false, domain: false, grid: true, labelPadding: 8, labelLimit: 220 },
  };
  const x = { field: "bits", type: "quantitative" as const, title: null, axis: { grid: true, tickCount: 6 } };
  const yOffset = { field: "estimator", type: "nominal" as const, sort: [...names] };
  const scaled = <T>(range: readonly T[]) => ({ domain: [...names], range: [...range] });
  const legend = names.length > inLine ? { columns: inLine } : {};
  const color = {
    field: "estimator",
    type: "nominal" as const,
    scale: scaled(names.map((_, i) => modalityColour(i))),
    legend,
  };
  const shape = { ...color, scale: scaled(names.map((_, i) => shapes[i])) };
  const perTask = Math.max(rowHeight, markHeight * names.length);
  const labels = Math.max(...tasks.map((task) => textWidth(task, 12)));
  return {
    width: width - Math.min(220, labels) - 24,
    height: perTask * tasks.length,
    title: { text: title, frame: "bounds", fontSize: 12, fontWeight: "normal" },
    data: { values: [...marks] },
    layer: [
      {
        mark: { type: "tick", thickness: 2, size: perTask - 4, color: colour("ink") },
        encoding: { x: { ...x, field: "truth" }, y },
      },
      {
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, yOffset, color },
      },
      { mark: { type: "point", filled: true, size: 34, opacity: 1 }, encoding: { x, y, yOffset, color, shape } },
    ],
  };
}
