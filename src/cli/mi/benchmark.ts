import { InputError } from "../../errors.js";
import { type BenchmarkRow, runBenchmark } from "../../mi/benchmark/run-benchmark.js";
import type { BenchmarkTask } from "../../mi/benchmark/task.js";
import { benchmarkTasks } from "../../mi/benchmark/tasks.js";
import type { BenchmarkEstimatorName } from "../../mi/estimators/estimator-names.js";
import { benchmarkEstimators } from "../../mi/estimators/registry.js";
import { StageProgress } from "../decompose/progress.js";
import { splitList } from "../split-list.js";
import { lazyEngine } from "./run.js";

/** What of the benchmark is run. */
export interface BenchmarkRequest {
  readonly estimators: readonly BenchmarkEstimatorName[];
  /** Ids and globs, with commas; all if left out. */
  readonly tasks: string | undefined;
  readonly rows: number;
  /** How many, from `seed` on. */
  readonly seeds: number;
  readonly seed: number;
  readonly folds: number | undefined;
}

/** Runs tasks of the benchmark, told on stderr as they go. @throws InputError for a task that is not there */
export async function benchmarkRows(request: BenchmarkRequest, signal: AbortSignal): Promise<BenchmarkRow[]> {
  const { rows, seeds, seed, folds } = request;
  const tasks = request.tasks === undefined ? benchmarkTasks : splitList(request.tasks).flatMap(tasksOf);
  const progress = new StageProgress();
  const engine = lazyEngine(progress);
  const found: BenchmarkRow[] = [];
  try {
    const run = runBenchmark({
      tasks: [...new Set(tasks)],
      estimators: request.estimators.map((name) => benchmarkEstimators[name]),
      rows,
      seeds: Array.from({ length: seeds }, (_, i) => seed + i),
      context: { engine: engine.get, folds, signal },
      onTask: (_task, done, of) => progress.update("tasks", done, of),
      onLeftOut: (task, estimator, why) => progress.message(`${task}: ${estimator} left out: ${why}`),
    });
    for await (const row of run) found.push(row);
  } finally {
    progress.stop();
    await engine.dispose();
  }
  return found;
}

/** The tasks that an id or a glob names; an id names its parts too. */
function tasksOf(pattern: string): readonly BenchmarkTask[] {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const found = benchmarkTasks.filter(({ id }) => new RegExp(`^${text}(:.*)?$`).test(id));
  if (found.length > 0) return found;
  const ids = benchmarkTasks.map(({ id }) => id).join(", ");
  throw new InputError(`--tasks: "${pattern}" matches no task; there are ${ids}`);
}
