import type { Engine } from "../engine/engine.js";
import { RunError } from "../errors.js";
import { adam } from "../fit/adam.js";
import { earlyStopping } from "../fit/early-stopping.js";
import type { FitRequest } from "../fit/fit-model.js";
import type { Learner } from "../fit/learner.js";
import { schedule } from "../fit/schedule.js";
import type { Objective } from "../fit/step.js";
import type { Rng } from "../math/rng.js";

/** With what every fit here is done. */
export interface FitRun {
  readonly engine: Engine;
  readonly rng: Rng;
  readonly signal?: AbortSignal | undefined;
}

/** What one kind of fit differs by from another. */
export interface FitConstants {
  /** Rows of a batch; all training rows where there are fewer. */
  readonly batch: number;
  /** Steps at most. */
  readonly steps: number;
  /** Steps at least between two looks at the validation rows. */
  readonly stepsPerLook: number;
  /** Looks without improvement before a fit ends. */
  readonly patience: number;
  readonly learningRate: number;
  /** Decay of the moving average of weights. */
  readonly averaging: number;
  /** Largest norm of the gradient. */
  readonly clip: number;
}

/** Everything that is asked of a fit beside the model, its rows' values and the loss on validation rows. */
export type FitOptions = Omit<FitRequest<Objective>, "objective" | "feed" | "judge">;

/** Rows of a batch. */
export function batchOf(train: Int32Array, { batch }: Pick<FitConstants, "batch">): number {
  return Math.min(batch, train.length);
}

/**
 * Adam along half a cosine, gradients clipped, until the loss on validation rows stops falling.
 * @param what of the error: "the flows"
 */
export function fitOptions(what: string, train: Int32Array, constants: FitConstants, run: FitRun): FitOptions {
  const { steps, patience, learningRate, averaging, clip } = constants;
  const rows = repeated(train, constants);
  return {
    ...run,
    optimiser: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    clip: { norm: clip },
    rows,
    averaging,
    schedule: schedule({
      ...{ learningRate, schedule: "cosine", warmupEpochs: 0 },
      plateau: { factor: 0.5, patience },
    }),
    stopping: earlyStopping(patience),
    maxEpochs: Math.max(1, Math.ceil(steps / Math.floor(rows.length / batchOf(train, constants)))),
    diverged: (where, name, value) => new RunError(`${what} did not converge: ${name} became ${value} in ${where}`),
  };
}

/** The rows as often as it takes for the steps between two looks. */
function repeated(train: Int32Array, constants: FitConstants): Int32Array {
  const times = Math.max(1, Math.ceil((constants.stepsPerLook * batchOf(train, constants)) / train.length));
  return Int32Array.from({ length: times * train.length }, (_, i) => train[i % train.length]);
}

/** The averaged weights, by the name of the parameter. */
export async function averagedParameters(learner: Learner): Promise<(name: string) => Float32Array> {
  const { average } = await learner.snapshot();
  const parameters = learner.layout.parameters.unpackValues(average);
  return (wanted) => {
    const found = parameters.find(({ name }) => name === wanted);
    if (found === undefined) throw new RangeError(`no parameter "${wanted}"`);
    return found.values;
  };
}
