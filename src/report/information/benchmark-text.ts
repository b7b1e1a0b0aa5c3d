import type { BenchmarkRow } from "../../mi/benchmark/run-benchmark.js";
import { bitsWithError } from "../bits-text.js";
import { plural } from "../text.js";
import { alignColumns, wrapWords } from "../text-columns.js";

const lineWidth = 110;

/** A benchmark for a terminal: one line per task, one column per estimator; means over seeds. */
export function benchmarkText(rows: readonly BenchmarkRow[]): string {
  const distinct = <K extends "task" | "estimator" | "seed">(key: K) => [...new Set(rows.map((row) => row[key]))];
  const names = distinct("estimator");
  const lines = distinct("task").map((task) => {
    const own = rows.filter((row) => row.task === task);
    const cells = names.map((name) => estimateCell(own.filter(({ estimator }) => estimator === name)));
    return [task, own[0].truth.toFixed(3), average(own.map(({ oracle }) => oracle)).toFixed(3), ...cells];
  });
  const title = `Mutual information where it is known, bits; ${plural(Math.max(...rows.map(({ n }) => n)), "row")}, ${plural(distinct("seed").length, "seed")}`;
  const note =
    "oracle: the mean of the true pointwise information of the same rows, which an estimator that knows the law would say; " +
    "±: mean standard error of one estimate; -: the estimator does not read such rows.";
  return [
    title,
    "",
    alignColumns([["task", "truth", "oracle", ...names], ...lines]),
    "",
    ...wrapWords(note, lineWidth),
  ].join("\n");
}

function estimateCell(rows: readonly BenchmarkRow[]): string {
  if (rows.length === 0) return "-";
  return bitsWithError(average(rows.map(({ bits }) => bits)), average(rows.map(({ standardError }) => standardError)));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
