import type { BestEpoch } from "../../fit/early-stopping.js";
import { cappedAtEntropy } from "../../pid/estimate/entropy-cap.js";
import { readoutRows } from "../atoms/atoms.js";
import { steeringAtoms } from "../atoms/part-atoms.js";
import { targetEntropy } from "../data.js";
import { checkFiniteAtoms } from "../divergence.js";
import { neverStops, type TrainedEpoch, type TrainingPhase, type TrainingSession } from "../session.js";
import { advanceStage1 } from "./stage1.js";

/** Epochs since the best one, and share by which the validation loss is above the best one, from which on stage 1 ends. */
const [waited, above] = [20, 0.05];

/** Whether the network learns its training rows by heart: atoms drift with it, and no later epoch tells more of held-out rows. */
function isOverfit(best: BestEpoch | null, epoch: number, loss: number): boolean {
  return best !== null && epoch - best.epoch >= waited && loss > (1 + above) * best.loss;
}

/** Trains until the fusion weights from the atoms are stable; atoms are measured after every epoch, or every few. */
export class Stage1Phase implements TrainingPhase {
  readonly name = "stage1";
  readonly weights = "weights";
  readonly maxEpochs: number;
  readonly anew = true;
  readonly stopping = neverStops;
  /** Stable epochs in a row. */
  readonly patience: number;
  /** Of a target with ties: what is told of an epoch is no more; fusion weights follow the reading as it is. */
  private readonly entropy: ReturnType<typeof targetEntropy>;
  private overfitted = false;

  constructor(private readonly session: TrainingSession) {
    this.maxEpochs = session.settings.stage1Epochs;
    this.patience = session.settings.stage1Patience;
    this.entropy = targetEntropy(session.options.data);
  }

  get periodic(): boolean {
    return this.session.progress.periodic === true;
  }

  async begin(): Promise<void> {
    await this.session.newLearner(this);
    this.tossCoin();
  }

  async afterEpoch({ epoch, validation }: TrainedEpoch): Promise<boolean> {
    const { session } = this;
    const { learner } = session;
    const { config, data, observer, rng } = session.options;
    const { every, overfit } = config.training.stage1;
    this.overfitted = overfit === "stop" && isOverfit(session.progress.best, epoch, validation.loss);
    const maxEpochs = this.overfitted ? epoch : this.maxEpochs;
    if (epoch % every > 0 && epoch < maxEpochs) return false;
    const where = `the end of ${this.name} epoch ${epoch}`;
    const pid = await steeringAtoms({
      where,
      learner,
      data,
      fusionWeights: session.progress.fusionWeights,
      source: config.model.fusion.atoms,
      heldout: data.validationRows,
      batchSize: session.settings.batchSize,
      readoutRows: readoutRows(learner, data, rng.split("readouts")),
    });
    checkFiniteAtoms(pid, where);
    const at = { epoch, maxEpochs, patience: this.patience };
    const { progress, record, done } = advanceStage1(session.progress, pid, session.terms, config.training.stage1, at);
    session.progress = progress;
    observer?.atoms?.({ ...record, pid: cappedAtEntropy(pid, this.entropy) });
    return done;
  }

  /** Says how it ended, and forgets the optimiser's memory; the best weights stay, for stage 2 to compare with. */
  async finish(): Promise<void> {
    const { session } = this;
    const { config, observer } = session.options;
    const { uninformative, converged, epochs } = session.progress.stage1;
    const atomRows = config.model.fusion.atoms === "heldout" ? "validation" : "training";
    const reading =
      session.options.data.classes === undefined ? "the Gaussian reading" : "the probabilities of the classes";
    observer?.message?.(
      uninformative
        ? `stage 1: ${reading} told no information about the target from 0 on the ${atomRows} rows; the fusion weights are equal`
        : `stage 1: fusion weights ${converged ? "stable" : "not stable"} after ${epochs} epochs`,
    );
    if (this.overfitted && !converged)
      observer?.message?.(
        `stage 1: ended, since the validation loss was best in epoch ${session.progress.best?.epoch} and grows: the network learns its training rows by heart`,
      );
    session.learner.resetOptimiser();
    session.progress = { ...session.progress, best: null };
  }

  /** The paper lets a coin decide which modality carries the redundancy; its outcome is recorded. */
  private tossCoin(): void {
    const { session } = this;
    const { config, data, observer } = session.options;
    if (config.model.fusion.redundancy !== "bernoulli") return;
    const carrier = session.stream(this).split("coin").integer(data.modalities.length);
    session.progress = { ...session.progress, carrier };
    observer?.message?.(`stage 1: the coin gives all redundancy to "${data.modalities[carrier].name}"`);
  }
}
