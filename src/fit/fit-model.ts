import type { CompiledStep } from "../engine/engine.js";
import type { Rng } from "../math/rng.js";
import type { BestEpoch, EarlyStopping } from "./early-stopping.js";
import { type EpochPlan, runEpoch } from "./epoch.js";
import { type FitTensors, Learner, type LearnerOptions } from "./learner.js";
import { feedNoise } from "./noise.js";
import { notFiniteIn } from "./not-finite.js";
import { type Course, type Phase, runPhases } from "./phases.js";
import type { Schedule } from "./schedule.js";
import type { Objective } from "./step.js";

export interface FitRequest<O extends Objective>
  extends Omit<LearnerOptions, "rng">,
    Pick<EpochPlan, "rows" | "averaging" | "diverged" | "signal"> {
  readonly objective: O;
  /** Stream of weights, orders and noise. */
  readonly rng: Rng;
  readonly schedule: Schedule;
  readonly stopping: EarlyStopping;
  readonly maxEpochs: number;
  /** Fills the inputs of the objective with a batch of rows. */
  readonly feed: (step: CompiledStep, rows: Int32Array) => Promise<void> | void;
  /** Loss of the averaged weights on rows that took no part. */
  readonly judge: (learner: Learner<O>) => Promise<number>;
}

/**
 * Fits a model in one phase: epochs until its loss on other rows stops improving, and the best weights restored. Whoever
 * asked for it disposes of the learner.
 * @throws what `diverged` makes of a number that is not finite; Interrupted when the signal fires; nothing is then left
 * on the engine
 */
export async function fitModel<O extends Objective>(
  request: FitRequest<O>,
): Promise<{ readonly learner: Learner<O>; readonly best: BestEpoch }> {
  const { objective, rng } = request;
  const learner = await Learner.create(objective, { ...request, rng: rng.split("weights") });
  try {
    const fit = new OnePhase(request, learner);
    await runPhases([fit], fit);
    return { learner, best: fit.best as BestEpoch };
  } catch (error) {
    await learner.dispose();
    throw error;
  }
}

/** Its own course: a training of one phase that is not continued. */
class OnePhase<O extends Objective> implements Phase<boolean>, Course<boolean, OnePhase<O>> {
  readonly name = "fit";
  readonly maxEpochs: number;
  place = { phaseIndex: 0, epoch: 0 };
  best: BestEpoch | null = null;
  private weights: FitTensors = {};
  private steps = 0;
  private scheduled: Schedule["init"];

  constructor(
    private readonly request: FitRequest<O>,
    private readonly learner: Learner<O>,
  ) {
    this.maxEpochs = request.maxEpochs;
    this.scheduled = request.schedule.init;
  }

  async begin(): Promise<void> {}
  entered(): void {}
  told(): void {}
  async save(): Promise<void> {}

  async epoch(_: this, epoch: number): Promise<boolean> {
    const { rng, rows, averaging, schedule, stopping, diverged, signal, feed, judge } = this.request;
    const { learner } = this;
    const label = `epoch ${epoch}`;
    const own = rng.split(label);
    const noise = own.split("noise");
    const fill = async (batch: Int32Array) => {
      await feed(learner.step, batch);
      feedNoise(learner.step, learner.train.noise, noise);
    };
    const learningRate = (fraction: number) =>
      schedule.rate(this.scheduled, epoch - 1 + fraction, this.request.maxEpochs);
    const plan = { label, rng: own, rows, feed: fill, hyper: {}, averaging, learningRate, diverged, signal };
    this.steps += (await runEpoch(learner, { ...plan, stepsBefore: this.steps })).steps;
    const tensors = await learner.snapshot();
    const bad = notFiniteIn(tensors, learner);
    if (bad !== null) throw diverged(`the end of ${label}`, bad.name, bad.value);
    const loss = await judge(learner);
    if (!Number.isFinite(loss)) throw diverged(label, "validation loss", loss);
    const { best, improved, exhausted } = stopping.seen(this.best, epoch, loss);
    if (improved) this.weights = tensors;
    this.best = best;
    this.scheduled = schedule.seen(this.scheduled, loss);
    this.place = { ...this.place, epoch };
    return exhausted;
  }

  async afterEpoch(exhausted: boolean): Promise<boolean> {
    return exhausted;
  }

  async finish(): Promise<void> {
    this.learner.restore(this.weights);
  }

  left(): void {
    this.place = { phaseIndex: 1, epoch: 0 };
  }
}
