import type { Rng } from "../math/rng.js";
import { HyperParameters } from "./hyper.js";
import { throwIfInterrupted } from "./interrupt.js";
import type { Learner } from "./learner.js";
import { notFiniteReport } from "./not-finite.js";

export interface EpochPlan {
  /** Shown in errors: `stage1 epoch 3`. */
  readonly label: string;
  /** Stream of the order of the rows. */
  readonly rng: Rng;
  /** Training rows. */
  readonly rows: Int32Array;
  /** Another order than a permutation of all rows: places among `rows`, drawn from the stream. */
  readonly order?: ((rng: Rng) => Int32Array) | undefined;
  /** Most rows of the epoch, no fewer than a batch; all where it is left out. Those left out are others in every epoch. */
  readonly most?: number | undefined;
  /** Fills every input of the step but the hyper-parameters with a batch of rows. */
  readonly feed: (rows: Int32Array) => Promise<void>;
  /** Steps that others are taken in place of: of every so many, the first is the learner's own. */
  readonly between?:
    | { readonly every: number; readonly step: TrainedStep; readonly feed: (rows: Int32Array) => Promise<void> }
    | undefined;
  /** Begins to read rows of batches to come, and how many ahead; left out where nothing has to be read. */
  readonly ahead?: { readonly batches: number; readonly begin: (rows: Int32Array) => void } | undefined;
  /** The objective's own hyper-parameters. */
  readonly hyper: Readonly<Record<string, number>>;
  /** Decay of the moving average of weights and of the running moments. */
  readonly averaging: number;
  /** Learning rate at a fraction of this epoch in [0, 1). */
  readonly learningRate: (fraction: number) => number;
  /** Optimiser steps taken before this epoch in the phase. */
  readonly stepsBefore: number;
  /** The error of a number that became NaN or infinite. */
  readonly diverged: (where: string, name: string, value: number) => Error;
  readonly signal?: AbortSignal | undefined;
}

/** A training step, and what it is given. */
export type TrainedStep = Pick<Learner, "step" | "train">;

export interface EpochResult {
  /** Mean over the steps of the epoch that report it, of every number. */
  readonly report: Readonly<Record<string, number>>;
  readonly steps: number;
  readonly learningRate: number;
  /** Wall time inside the training steps, seconds. */
  readonly stepSeconds: number;
}

/**
 * One pass over the shuffled training rows, or over as many of them as the epoch has at most. The last, incomplete batch is left out: rows are shuffled anew every
 * epoch, so every row is used, and a small batch would disturb a batch normalisation.
 * @throws what `diverged` makes of a number that is not finite; Interrupted when the signal fires; RangeError for fewer
 * rows than a batch has
 */
export async function runEpoch(
  learner: TrainedStep & Pick<Learner, "objective" | "optimiser">,
  plan: EpochPlan,
): Promise<EpochResult> {
  const { batchSize } = learner.objective;
  const stream = plan.rng.split("order");
  const order = plan.order?.(stream) ?? stream.permutation(plan.rows.length);
  const steps = Math.floor(Math.min(plan.rows.length, Math.max(plan.most ?? Infinity, batchSize)) / batchSize);
  if (steps === 0) throw new RangeError(`${plan.rows.length} training rows do not fill a batch of ${batchSize}`);
  const means = new ReportMeans();
  const batch = (s: number) => Int32Array.from({ length: batchSize }, (_, i) => plan.rows[order[s * batchSize + i]]);
  const begin = (s: number) => {
    if (s < steps) plan.ahead?.begin(batch(s));
  };
  for (let s = 1; s < (plan.ahead?.batches ?? 0); s++) begin(s);
  let inside = 0;
  for (let s = 0; s < steps; s++) {
    throwIfInterrupted(plan.signal);
    const other = plan.between !== undefined && s % plan.between.every > 0 ? plan.between : undefined;
    const { step, train } = other?.step ?? learner;
    await (other ?? plan).feed(batch(s));
    begin(s + (plan.ahead?.batches ?? 0));
    train.hyper.fill(step.inputs[HyperParameters.inputName], numbersAt(learner, plan, s, steps));
    const start = performance.now();
    await step.run();
    inside += performance.now() - start;
    const { report } = step.outputs;
    const bad = notFiniteReport(report, train.report);
    if (bad !== null) throw plan.diverged(`${plan.label}, step ${s + 1} of ${steps}`, bad.name, bad.value);
    means.add(train.report, report);
    // Steps run synchronously; this lets signals and timers through.
    if (s % 16 === 15) await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    report: means.values(),
    steps,
    learningRate: plan.learningRate((steps - 1) / steps),
    stepSeconds: inside / 1000,
  };
}

/** Means of reported numbers, each over the steps that report it. */
class ReportMeans {
  private readonly sums = new Map<string, { sum: number; count: number }>();

  add(names: readonly string[], values: Float32Array): void {
    names.forEach((name, k) => {
      const { sum, count } = this.sums.get(name) ?? { sum: 0, count: 0 };
      this.sums.set(name, { sum: sum + values[k], count: count + 1 });
    });
  }

  values(): Record<string, number> {
    return Object.fromEntries([...this.sums].map(([name, { sum, count }]) => [name, sum / count]));
  }
}

/** Hyper-parameters of step s = 0, 1, .. of the epoch. */
function numbersAt(
  { optimiser }: Pick<Learner, "optimiser">,
  plan: EpochPlan,
  s: number,
  steps: number,
): Record<string, number> {
  const t = plan.stepsBefore + s + 1;
  // An average over more steps than were taken would keep the initial weights.
  const memory = (decay: number) => Math.min(decay, t / (t + 9));
  return {
    ...plan.hyper,
    ...optimiser.numbersAt(t),
    learningRate: plan.learningRate(s / steps),
    averaging: memory(plan.averaging),
    momentMemory: memory(Math.max(0.9, plan.averaging)),
  };
}
