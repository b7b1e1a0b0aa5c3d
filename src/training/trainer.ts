import type { Rng } from "../math/rng.js";
import type { FusionTerm } from "../models/fusion.js";
import { fusionTerms } from "../models/fusion.js";
import type { PidRegArchitecture } from "../models/pidreg.js";
import { estimateAtoms, readoutRows } from "./atoms.js";
import { fixedDistances } from "./bandwidths.js";
import { rowsWith } from "./data.js";
import { checkFiniteAtoms, checkFiniteTensors, divergence } from "./divergence.js";
import { runEpoch } from "./epoch.js";
import { epochRecord } from "./epoch-record.js";
import { Learner } from "./learner.js";
import type { PhaseName } from "./observer.js";
import { firstProgress, maxEpochsOf, startsAnew } from "./phases.js";
import type { Progress } from "./progress.js";
import { learningRate, plateauStart, plateauUpdate } from "./schedule.js";
import { architecture, type ResolvedTraining, resolveTraining } from "./settings.js";
import { advanceStage1 } from "./stage1.js";
import { measureConstants } from "./step-constants.js";
import type { BestWeights, TrainingState, TrainOptions } from "./training-state.js";
import { validate } from "./validation.js";

export type { BestWeights, TrainingState, TrainOptions } from "./training-state.js";

/** A trained model, still on its engine. */
export interface Trained {
  readonly learner: Learner;
  readonly architecture: PidRegArchitecture;
  readonly fusionWeights: readonly number[];
  readonly progress: Progress;
}

/**
 * Trains a model in its two stages: Stage 1 until the fusion weights from the atoms are stable, Stage 2 end to end with
 * the weights frozen, early stopping and the best weights restored. With `embedding: auto`, two short pilots with
 * equal weights come first and choose the embedding by validation loss.
 * @throws RunError when training diverges or atoms cannot be computed; Interrupted when the signal fires
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const run = new TrainingRun(options);
  return run.complete();
}

class TrainingRun {
  private readonly settings: ResolvedTraining;
  private readonly terms: FusionTerm[];
  private readonly fixed: ReturnType<typeof fixedDistances>;
  private progress: Progress;
  private learner: Learner | null = null;
  private best: BestWeights | null;

  constructor(private readonly options: TrainOptions) {
    const { config, data, resume } = options;
    this.settings = resolveTraining(config, data.trainRows.length);
    const names = data.modalities.map(({ name }) => name);
    this.terms = fusionTerms(names, config.model.fusion);
    this.fixed = fixedDistances(data, options.rng.split("distances"));
    this.progress = resume?.progress ?? firstProgress(config, this.terms);
    this.best = resume?.best ?? null;
  }

  async complete(): Promise<Trained> {
    const { resume, observer, data } = this.options;
    if (resume !== undefined) await this.restoreLearner(resume);
    const phases = this.progress.phases.map((name) => ({ name, maxEpochs: maxEpochsOf(name, this.settings) }));
    observer?.plan?.(phases, data.targetNames.length);
    while (this.progress.phaseIndex < this.progress.phases.length) await this.phase();
    const learner = this.learner as Learner;
    return {
      learner,
      architecture: learner.model.architecture,
      fusionWeights: this.progress.fusionWeights,
      progress: this.progress,
    };
  }

  private get phaseName(): PhaseName {
    const { phases, phaseIndex } = this.progress;
    return phases[Math.min(phaseIndex, phases.length - 1)];
  }

  /** Whether the phase in progress began with new weights. */
  private get anew(): boolean {
    return startsAnew(this.phaseName, this.progress.phases);
  }

  private async phase(): Promise<void> {
    const name = this.phaseName;
    const maxEpochs = maxEpochsOf(name, this.settings);
    if (this.progress.epoch === 0 && this.anew) await this.newLearner();
    if (this.progress.epoch === 0 && name === "stage1") this.tossCoin();
    if (this.progress.epoch === 0 && !this.anew) await this.startFromStage1();
    this.options.observer?.phase?.(name, maxEpochs);
    while (!(await this.epoch(maxEpochs))) await this.save();
    await this.finishPhase();
    await this.save();
  }

  /** One epoch with all that follows from it; true when it was the last of its phase. */
  private async epoch(maxEpochs: number): Promise<boolean> {
    const { config, data, observer } = this.options;
    const name = this.phaseName;
    const learner = this.learner as Learner;
    const epoch = this.progress.epoch + 1;
    const started = performance.now();
    const result = await runEpoch(learner, data, await this.epochPlan(learner, maxEpochs));
    checkFiniteTensors(learner.snapshot(), learner.layout, `the end of ${name} epoch ${epoch}`);
    const validation = await validate(learner, data, config.losses, this.progress.fusionWeights);
    if (!Number.isFinite(validation.loss))
      throw divergence(`${name} epoch ${epoch}`, "validation loss", validation.loss);
    const best = this.progress.best === null || validation.loss < this.progress.best.loss;
    if (best) this.rememberBest(learner, epoch, validation.loss);
    this.progress = {
      ...this.progress,
      epoch,
      phaseSteps: this.progress.phaseSteps + result.steps,
      totalSteps: this.progress.totalSteps + result.steps,
      plateau: plateauUpdate(this.progress.plateau, validation.loss, config.training.optimizer.plateau),
    };
    const stage1Done = name === "stage1" && (await this.updateWeights(learner, epoch, maxEpochs));
    const seconds = (performance.now() - started) / 1000;
    const { totalSteps: step } = this.progress;
    observer?.epoch?.(epochRecord({ phase: name, epoch, step, seconds, best, result, validation, learner }), maxEpochs);
    const waited = epoch - (this.progress.best?.epoch ?? 0);
    const exhausted = name === "stage2" && waited >= this.settings.stage2Patience;
    return stage1Done || exhausted || epoch >= maxEpochs;
  }

  private async epochPlan(learner: Learner, maxEpochs: number) {
    const { config, data, signal } = this.options;
    const { optimizer } = config.training;
    const { epoch, fusionWeights, phaseSteps, plateau } = this.progress;
    const rng = this.stream().split(`epoch/${epoch + 1}`);
    const fresh = this.anew && epoch === 0;
    const label = `${this.phaseName} epoch ${epoch + 1}`;
    const sample = rng.split("sample");
    return {
      label,
      rng,
      fusionWeights,
      constants: await measureConstants({
        ...{ learner, data, losses: config.losses, fusionWeights, fresh },
        fixed: this.fixed,
        rng: sample,
        where: `the start of ${label}`,
      }),
      losses: config.losses,
      modalityDropout: config.training.modalityDropout,
      adam: optimizer,
      averaging: optimizer.averaging,
      learningRate: (fraction: number) => learningRate(optimizer, epoch + fraction, maxEpochs, plateau.scale),
      stepsBefore: phaseSteps,
      signal,
    };
  }

  private rememberBest(learner: Learner, epoch: number, loss: number): void {
    const { average, running } = learner.snapshot();
    this.best = { average, running };
    this.progress = { ...this.progress, best: { loss, epoch } };
  }

  private async updateWeights(learner: Learner, epoch: number, maxEpochs: number): Promise<boolean> {
    const { config, data, observer } = this.options;
    const where = `the end of stage1 epoch ${epoch}`;
    const pid = await estimateAtoms({
      where,
      learner,
      data,
      fusionWeights: this.progress.fusionWeights,
      source: config.model.fusion.atoms,
      heldout: data.validationRows,
      batchSize: this.settings.batchSize,
      readoutRows: readoutRows(learner, data, this.options.rng.split("readouts")),
    });
    checkFiniteAtoms(pid, where);
    const { progress, record, done } = advanceStage1(this.progress, pid, this.terms, config.training.stage1, {
      epoch,
      maxEpochs,
    });
    this.progress = progress;
    observer?.atoms?.(record);
    return done;
  }

  private async finishPhase(): Promise<void> {
    const { observer } = this.options;
    const name = this.phaseName;
    if (name.startsWith("pilot:") && this.progress.best !== null) {
      this.progress = { ...this.progress, pilots: { ...this.progress.pilots, [name]: this.progress.best.loss } };
      if (name === "pilot:periodic") this.chooseEmbedding();
    }
    if (name === "stage1") {
      const { stage1 } = this.progress;
      const atomRows = this.options.config.model.fusion.atoms === "heldout" ? "validation" : "training";
      observer?.message?.(
        stage1.uninformative
          ? `stage 1: no information about the target could be told from 0 on the ${atomRows} rows; the fusion weights are equal`
          : `stage 1: fusion weights ${stage1.converged ? "stable" : "not stable"} after ${stage1.epochs} epochs`,
      );
      (this.learner as Learner).resetOptimizer();
    }
    if (name === "stage2" && this.best !== null) (this.learner as Learner).restore(this.best);
    this.progress = {
      ...this.progress,
      phaseIndex: this.progress.phaseIndex + 1,
      epoch: 0,
      phaseSteps: 0,
      best: name === "stage2" ? this.progress.best : null,
      plateau: plateauStart,
    };
    // Stage 2 begins by comparing the best and the last weights of stage 1.
    if (name.startsWith("pilot:")) this.best = null;
  }

  /**
   * What stage 1 ended with, and the weights of its best epoch, are the first candidates of stage 2, which can then only
   * improve on them; both are judged with the final fusion weights. Training continues from the end of stage 1.
   */
  private async startFromStage1(): Promise<void> {
    const { config, data } = this.options;
    const learner = this.learner as Learner;
    const judge = async () => (await validate(learner, data, config.losses, this.progress.fusionWeights)).loss;
    const best = this.best;
    const { average, running } = learner.snapshot();
    this.rememberBest(learner, 0, await judge());
    if (best === null) return;
    learner.restore(best);
    const loss = await judge();
    if (loss < (this.progress.best?.loss ?? Number.POSITIVE_INFINITY)) this.rememberBest(learner, 0, loss);
    learner.restore({ average, running });
  }

  /** The paper lets a coin decide which modality carries the redundancy; its outcome is recorded. */
  private tossCoin(): void {
    const { config, data, observer } = this.options;
    if (config.model.fusion.redundancy !== "bernoulli") return;
    const carrier = this.stream().split("coin").integer(data.modalities.length);
    this.progress = { ...this.progress, carrier };
    observer?.message?.(`stage 1: the coin gives all redundancy to "${data.modalities[carrier].name}"`);
  }

  private chooseEmbedding(): void {
    const { "pilot:plain": plain, "pilot:periodic": periodic } = this.progress.pilots;
    this.progress = { ...this.progress, periodic: periodic < plain };
    this.options.observer?.message?.(
      `embedding: validation loss ${plain.toPrecision(4)} without, ${periodic.toPrecision(4)} with periodic embeddings; ` +
        `${periodic < plain ? "they are used" : "raw features are used"}`,
    );
  }

  private async newLearner(): Promise<void> {
    await this.learner?.dispose();
    this.learner = null;
    this.learner = await Learner.create(this.learnerOptions());
  }

  private async restoreLearner(state: TrainingState): Promise<void> {
    const startsFresh = this.progress.epoch === 0 && this.progress.phaseIndex < this.progress.phases.length;
    if (startsFresh && this.anew) return;
    this.learner = await Learner.create(this.learnerOptions());
    this.learner.restore(state.tensors);
  }

  private learnerOptions() {
    const { config, data, engine } = this.options;
    const name = this.phaseName;
    const periodic = name.startsWith("pilot:") ? name === "pilot:periodic" : this.progress.periodic === true;
    return {
      engine,
      architecture: architecture(config, data.modalities, {
        targets: data.targetNames.length,
        trainRows: data.trainRows.length,
        periodic,
      }),
      batchSize: this.settings.batchSize,
      losses: config.losses,
      optimizer: config.training.optimizer,
      bottleneck: config.model.bottleneck,
      absentModalities: config.training.modalityDropout > 0,
      lackingRows: config.training.modalityDropout > 0 && rowsWith(data.modalities, data.trainRows) !== data.trainRows,
      // Stage 2 continues from stage 1, so both draw their initial weights from the same stream.
      rng: this.options.rng.split(name.startsWith("pilot:") ? `${name}/weights` : "weights"),
    };
  }

  private stream(): Rng {
    return this.options.rng.split(this.phaseName);
  }

  private async save(): Promise<void> {
    const { save } = this.options;
    if (save === undefined || this.learner === null) return;
    await save({ progress: this.progress, tensors: this.learner.snapshot(), best: this.best });
  }
}
