import { comparesRows, withoutComparing } from "../config/losses.js";
import { type EarlyStopping, earlyStopping, type SeenEpoch } from "../fit/early-stopping.js";
import { type EpochResult, runEpoch } from "../fit/epoch.js";
import type { Course, Phase } from "../fit/phases.js";
import { type Schedule, schedule } from "../fit/schedule.js";
import type { Rng } from "../math/rng.js";
import { type FusionTerm, fusionTerms } from "../models/fusion.js";
import type { Validation } from "../tasks/task.js";
import { type CrossedOutputs, crossedAfter, crossedFolds } from "./crossed.js";
import { outputWidth, rowsWith } from "./data.js";
import { checkFiniteState, divergence } from "./divergence.js";
import { epochRecord } from "./epoch-record.js";
import { type LearnerTensors, PidRegLearner, type PidRegLearnerOptions, type PidRegStep } from "./learner.js";
import type { PhaseName } from "./observer.js";
import { firstProgress } from "./phases/plan.js";
import type { Progress } from "./progress.js";
import { architecture, type ResolvedTraining, resolveTraining, sizesOf } from "./settings.js";
import { fixedDistances } from "./step/bandwidths.js";
import { batchFeed, feedConstants, readAhead } from "./step/batch-feed.js";
import { measureConstants, type StepConstants } from "./step/step-constants.js";
import { weightName } from "./step/train-objective.js";
import type { BestWeights, TrainingState, TrainOptions } from "./training-state.js";
import { costOfRows, validationOutputs } from "./validation.js";

/** What is known after an epoch of PIDReg. */
export interface TrainedEpoch extends Pick<SeenEpoch, "improved" | "exhausted"> {
  readonly epoch: number;
  readonly result: EpochResult;
  readonly validation: Validation;
  /** When the epoch began, ms. */
  readonly started: number;
}

/** A phase of PIDReg, and what its epochs are trained with. */
export interface TrainingPhase extends Phase<TrainedEpoch> {
  readonly name: PhaseName;
  /** Label of the stream that its initial weights are drawn from. */
  readonly weights: string;
  /** Whether numeric features get periodic embeddings in it. */
  readonly periodic: boolean;
  /** Whether it begins with new weights, or goes on with those of the phase before. */
  readonly anew: boolean;
  readonly stopping: EarlyStopping;
  /** Most training rows of an epoch; left out where it takes all. */
  readonly rows?: number;
  /** Epochs in a row without progress that end the phase; left out where it always takes all. */
  readonly patience?: number;
}

/** Never stops a phase; the best epoch is kept all the same. */
export const neverStops: EarlyStopping = earlyStopping(Number.POSITIVE_INFINITY);

/** What the phases of a training share: its progress, its learner and the best weights of the phase. */
export class TrainingSession implements Course<TrainedEpoch, TrainingPhase> {
  readonly settings: ResolvedTraining;
  readonly terms: readonly FusionTerm[];
  progress: Progress;
  best: BestWeights | null;
  /** Of the last phase; null before it, and where a checkpoint of it has none. */
  crossed: CrossedOutputs | null;
  /** Of the validation rows; null where there are too few, or a checkpoint lacks what they were given. */
  readonly folds: Int32Array | null;
  private fixed: ReturnType<typeof fixedDistances> | null = null;
  private readonly optimizer: PidRegLearnerOptions["optimizer"];
  private readonly schedule: Schedule;
  private current: PidRegLearner | null = null;
  /** What the last epoch left, copied once for all that reads it; null after a phase, whose end may change it. */
  private atEpochEnd: LearnerTensors | null = null;

  constructor(readonly options: TrainOptions) {
    const { config, data, resume } = options;
    const rows = sizesOf(data);
    this.settings = resolveTraining(config, rows);
    const { learningRate } = this.settings;
    this.optimizer = { ...config.training.optimizer, learningRate };
    const names = data.modalities.map(({ name }) => name);
    this.terms = fusionTerms(names, config.model.fusion);
    this.schedule = schedule(this.optimizer);
    const tables = data.modalities.some(({ form }) => (form?.kind ?? "table") === "table");
    this.progress = resume?.progress ?? firstProgress(config, this.terms, { tables, trainRows: rows.trainRows });
    this.best = resume?.best ?? null;
    this.crossed = resume?.crossed ?? null;
    // An epoch that was not crossed may have been the best of a fold: without them all there is nothing to go on with.
    const begun = this.progress.phaseIndex >= this.lastPhase && (this.progress.epoch > 0 || !this.crosses);
    this.folds = begun && this.crossed === null ? null : foldsOf(data, options.rng);
  }

  private get lastPhase(): number {
    return this.progress.phases.length - 1;
  }

  /** Whether the phase in progress is the one whose best epoch is kept. */
  private get crosses(): boolean {
    return this.progress.phaseIndex === this.lastPhase;
  }

  /** The learner of the phase in progress. @throws RangeError before the first phase began */
  get learner(): PidRegLearner {
    if (this.current === null) throw new RangeError("no phase of the training has begun");
    return this.current;
  }

  get place(): Progress {
    return this.progress;
  }

  /** Stream of a phase. */
  stream({ name }: Pick<TrainingPhase, "name">): Rng {
    return this.options.rng.split(name);
  }

  /** Puts the network of a phase on the engine in place of the one before, with new weights. */
  async newLearner(phase: TrainingPhase): Promise<void> {
    await this.dispose();
    const { config, data, engine, rng } = this.options;
    const absent = config.training.modalityDropout > 0;
    this.current = await PidRegLearner.start({
      engine,
      architecture: architecture(config, data.modalities, {
        targets: outputWidth(data),
        trainRows: data.trainRows.length,
        periodic: phase.periodic,
      }),
      batchSize: this.settings.batchSize,
      losses: config.losses,
      task: data.task,
      optimizer: this.optimizer,
      bottleneck: config.model.bottleneck,
      absentModalities: absent,
      lackingRows: absent && rowsLack(data),
      microBatch: config.training.microBatch,
      rng: rng.split(phase.weights),
    });
  }

  /** Goes on from a state within a phase, or after one whose weights it begins with. */
  async continueFrom(phase: TrainingPhase, { tensors }: TrainingState): Promise<void> {
    await this.newLearner(phase);
    this.learner.restore(tensors);
  }

  entered({ name, maxEpochs }: TrainingPhase): void {
    this.options.observer?.phase?.(name, maxEpochs);
  }

  async epoch(phase: TrainingPhase, epoch: number): Promise<TrainedEpoch> {
    const started = performance.now();
    const label = `${phase.name} epoch ${epoch}`;
    const result = await this.trainEpoch(phase, label);
    const tensors = await this.learner.snapshot();
    checkFiniteState(tensors, this.learner, `the end of ${label}`);
    this.atEpochEnd = tensors;
    const validation = await this.judge();
    if (!Number.isFinite(validation.loss)) throw divergence(label, "validation loss", validation.loss);
    const { improved, exhausted } = phase.stopping.seen(this.progress.best, epoch, validation.loss);
    if (improved) this.rememberBest(tensors, epoch, validation.loss);
    this.progress = {
      ...this.progress,
      epoch,
      phaseSteps: this.progress.phaseSteps + result.steps,
      totalSteps: this.progress.totalSteps + result.steps,
      plateau: this.schedule.seen(this.progress.plateau, validation.loss),
    };
    return { epoch, result, validation, improved, exhausted, started };
  }

  told({ name, maxEpochs }: TrainingPhase, { epoch, result, validation, improved, started }: TrainedEpoch): void {
    const seconds = (performance.now() - started) / 1000;
    const facts = { phase: name, epoch, step: this.progress.totalSteps, seconds, best: improved };
    const record = epochRecord({ ...facts, result, validation, learner: this.learner });
    this.options.observer?.epoch?.(record, maxEpochs);
  }

  left(): void {
    this.atEpochEnd = null;
    this.progress = {
      ...this.progress,
      phaseIndex: this.progress.phaseIndex + 1,
      epoch: 0,
      phaseSteps: 0,
      plateau: this.schedule.init,
    };
  }

  async save(): Promise<void> {
    const { save } = this.options;
    if (save === undefined) return;
    const tensors = this.atEpochEnd ?? (await this.learner.snapshot());
    await save({ progress: this.progress, tensors, best: this.best, crossed: this.crossed });
  }

  /** Error of the averaged weights on the validation part; they are a candidate for the best of the phase. */
  async judge(): Promise<Validation> {
    const { config, data } = this.options;
    const outputs = await validationOutputs(this.learner, data, this.progress.fusionWeights);
    if (this.crosses && this.folds !== null) {
      this.crossed = crossedAfter(this.crossed, this.folds, { data, losses: config.losses, outputs });
    }
    return costOfRows(data, config.losses, data.validationRows, outputs);
  }

  /** Keeps weights as the best of the phase. */
  rememberBest({ average, running }: BestWeights, epoch: number, loss: number): void {
    this.best = { average, running };
    this.progress = { ...this.progress, best: { loss, epoch } };
  }

  /** Takes the learner off the engine. */
  async dispose(): Promise<void> {
    const learner = this.current;
    this.current = null;
    await learner?.dispose();
  }

  private async trainEpoch(phase: TrainingPhase, label: string): Promise<EpochResult> {
    const { config, data, signal } = this.options;
    const { epoch, fusionWeights, phaseSteps, plateau } = this.progress;
    const { averaging } = config.training.optimizer;
    const { learner } = this;
    const { every, stages } = config.losses.comparing;
    const rng = this.stream(phase).split(`epoch/${epoch + 1}`);
    const bare = stages === "first" && phase.name === "stage2" ? await learner.withoutComparing() : null;
    const step = bare ?? learner;
    const constants = await this.constants(phase, label, rng.split("sample"), step);
    feedConstants(step, fusionWeights, constants);
    const feedOf = (own: PidRegStep, stream: Rng) =>
      batchFeed(own, data, { rng: stream, modalityDropout: config.training.modalityDropout });
    const other = every > 1 && bare === null ? await learner.withoutComparing() : null;
    if (other !== null) feedConstants(other, fusionWeights, constants);
    const weights = step.objective.terms.map(
      ({ name, weight }) => [weightName(name), comparesRows(name) ? every * weight : weight] as const,
    );
    const trained = { step: step.step, train: step.train, objective: step.objective, optimiser: learner.optimiser };
    return runEpoch(trained, {
      label,
      rng,
      rows: data.stored === undefined ? data.trainRows : Int32Array.from({ length: data.stored.rows }, (_, i) => i),
      order: data.stored?.order,
      most: phase.rows,
      feed: feedOf(step, rng),
      between: other === null ? undefined : { every, step: other, feed: feedOf(other, rng.split("between")) },
      ahead: readAhead(data),
      hyper: { ...Object.fromEntries(weights), ...constants.bandwidths },
      averaging,
      learningRate: (fraction) => this.schedule.rate(plateau, epoch + fraction, phase.maxEpochs),
      stepsBefore: phaseSteps,
      diverged: divergence,
      signal,
    });
  }

  private async constants(
    phase: TrainingPhase,
    label: string,
    rng: Rng,
    { objective }: PidRegStep,
  ): Promise<StepConstants> {
    const { config, data } = this.options;
    this.fixed ??= fixedDistances(data, this.options.rng.split("distances"));
    return measureConstants({
      learner: this.learner,
      objective,
      data,
      losses: objective === this.learner.objective ? config.losses : withoutComparing(config.losses),
      fusionWeights: this.progress.fusionWeights,
      fixed: await this.fixed,
      rng,
      fresh: phase.anew && this.progress.epoch === 0,
      where: `the start of ${label}`,
    });
  }
}

function foldsOf({ validationRows, groups }: TrainOptions["data"], rng: Rng): Int32Array | null {
  const own = groups && Array.from(validationRows, (row) => groups[row]);
  return crossedFolds(validationRows.length, own, rng.split("calibration"));
}

/** Whether a row that trains lacks a modality. */
function rowsLack({ modalities, trainRows, stored }: TrainOptions["data"]): boolean {
  return rowsWith(modalities, trainRows) !== trainRows || (stored?.lacking ?? 0) > 0;
}
