import { Rng } from "../../math/rng.js";
import { bitsPerNat } from "../estimate.js";
import { estimatePair } from "../estimators/estimate-information.js";
import type { Estimator, EstimatorContext } from "../estimators/estimator.js";
import type { BenchmarkTask } from "./task.js";

/** One estimate of a benchmark. */
export interface BenchmarkRow {
  readonly task: string;
  readonly estimator: string;
  readonly bits: number;
  readonly standardError: number;
  /** I(X; Y), bits. */
  readonly truth: number;
  /**
   * Mean of the true pointwise information of the same rows, bits: what an estimator that knows the law would say of them. An
   * estimate is off by its own fault as far as it differs from this, and by chance as far as this differs from the truth.
   */
  readonly oracle: number;
  readonly n: number;
  readonly seed: number;
}

/** What is run. */
export interface BenchmarkPlan {
  readonly tasks: readonly BenchmarkTask[];
  readonly estimators: readonly Estimator[];
  readonly rows: number;
  readonly seeds: readonly number[];
  /** How estimators are run; the seed of the rows is theirs too. */
  readonly context: Omit<EstimatorContext, "seed">;
  /** Called before each task, and for each estimator that does not read it. */
  readonly onTask?: (task: string, done: number, of: number) => void;
  readonly onLeftOut?: (task: string, estimator: string, why: string) => void;
}

/** Runs every estimator on every task: one row for each seed, as it is done. */
export async function* runBenchmark(plan: BenchmarkPlan): AsyncGenerator<BenchmarkRow> {
  const { tasks, estimators, rows, seeds, context } = plan;
  let done = 0;
  for (const task of tasks) {
    for (const seed of seeds) {
      plan.onTask?.(task.id, done++, tasks.length * seeds.length);
      const { x, y, pointwise } = task.sample(new Rng(seed).split(`benchmark/${task.id}`), rows);
      const oracle = (pointwise.reduce((sum, t) => sum + t, 0) / rows) * bitsPerNat;
      const pair = {
        x: { name: "x", columns: x },
        y: { name: "y", columns: y },
        classes: task.classes ?? undefined,
      };
      const { estimates, leftOut } = await estimatePair(pair, estimators, { ...context, seed });
      for (const { estimator, why } of leftOut) plan.onLeftOut?.(task.id, estimator, why);
      for (const { estimator, bits, standardError, n } of estimates) {
        yield { task: task.id, estimator, bits, standardError, truth: task.bits, oracle, n, seed };
      }
    }
  }
}
