/*
 * Every estimator of `pidreg mi` on every task of its benchmark, whose informations are known.
 *   npm run build && node experiments/mutual-information/run.mjs [--tasks "normal.*|product"] [--estimators gaussian,ksg,density]
 *     [--rows 5000] [--seeds 1-3] [--workers 1]
 * One JSON line per task, estimator and seed; those that are in the file already are left out. Tables of the results: summarise.mjs.
 */
import { createEngine } from "../../dist/engine/index.js";
import { runBenchmark } from "../../dist/mi/benchmark/run-benchmark.js";
import { benchmarkTasks } from "../../dist/mi/benchmark/tasks.js";
import { benchmarkEstimators } from "../../dist/mi/estimators/registry.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";

const round = (value) => Math.round(1e5 * value) / 1e5;

/** What one estimator says of one task; null bits where it does not read such rows. */
export async function runCell({ task, estimator, rows, seed }) {
  const start = process.cpuUsage();
  let engine = null;
  const context = {
    engine: async () => {
      engine ??= await createEngine("auto");
      return engine;
    },
  };
  const plan = {
    tasks: benchmarkTasks.filter(({ id }) => id === task),
    estimators: [benchmarkEstimators[estimator]],
    rows,
  };
  let found = { bits: null };
  for await (const row of runBenchmark({ ...plan, seeds: [seed], context })) {
    const { bits, standardError, truth, oracle } = row;
    found = { bits: round(bits), standardError: round(standardError), truth: round(truth), oracle: round(oracle) };
  }
  await engine?.dispose();
  const used = process.cpuUsage(start);
  return { ...found, seconds: round((used.user + used.system) / 1e6) };
}

if (isMain(import.meta.url)) {
  const {
    tasks: wanted,
    estimators: names,
    rows,
    seeds,
    pool,
  } = studyArguments(import.meta.url, {
    tasks: { type: "string", default: "" },
    estimators: { type: "string", default: "gaussian,ksg,density,flow" },
    rows: { type: "string", default: "5000" },
  });
  const ids = benchmarkTasks.map(({ id }) => id).filter((id) => new RegExp(`^(${wanted || ".*"})$`).test(id));
  const cells = seeds.flatMap((seed) =>
    names.split(",").flatMap((estimator) => ids.map((task) => ({ task, estimator, rows: Number(rows), seed }))),
  );
  await runStudy({ ...pool, cells });
}
