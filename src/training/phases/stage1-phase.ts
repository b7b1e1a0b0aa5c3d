import type { BestEpoch } from "../../fit/early-stopping.js";
import { cappedAtEntropy } from "../../pid/estimate/entropy-cap.js";
import { readoutRows } from "../atoms/atoms.js";
import { steeringAtoms } from "../atoms/part-atoms.js";
import { targetEntropy } from "../data.js";
import { checkFiniteAtoms } from "../divergence.js";
import { neverStops, type TrainedEpoch, type TrainingPhase, type TrainingSession } from "../session.js";
import { advanceStage1 } from "./stage1.js";
import { roomOf, settlingOf } from "./stage1-end.js";

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
    const overfitted = overfit === "stop" && isOverfit(session.progress.best, epoch, validation.loss);
    if (epoch % every > 0 && epoch < this.maxEpochs && !overfitted) return false;
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
    const at = { epoch, maxEpochs: this.maxEpochs, patience: this.patience, overfit: overfitted };
    const { progress, record, done } = advanceStage1(session.progress, pid, session.terms, config.training.stage1, at);
    session.progress = progress;
    observer?.atoms?.({ ...record, pid: cappedAtEntropy(pid, this.entropy) });
    return done;
  }

  /** Says how it ended, and forgets the optimiser's memory; the best weights stay, for stage 2 to compare with. */
  async finish(): Promise<void> {
    const { session } = this;
    const { config, observer } = session.options;
    const { uninformative, ended } = session.progress.stage1;
    const atomRows = config.model.fusion.atoms === "heldout" ? "validation" : "training";
    const reading =
      session.options.data.classes === undefined ? "the Gaussian reading" : "the probabilities of the classes";
    observer?.message?.(
      uninformative
        ? `stage 1: ${reading} told no information about the target from 0 on the ${atomRows} rows; the fusion weights are equal`
        : `stage 1: ${this.found()}`,
    );
    if (ended === "overfit")
      observer?.message?.(
        `stage 1: ended, since the validation loss was best in epoch ${session.progress.best?.epoch} and grows: the network learns its training rows by heart`,
      );
    session.learner.resetOptimiser();
    session.progress = { ...session.progress, best: null };
  }

  /** What is known of the fusion weights at the end; too few epochs cannot show them stable. */
  private found(): string {
    const { config } = this.session.options;
    const { converged, stableEpochs, ended, epochs } = this.session.progress.stage1;
    if (converged) return `fusion weights stable after ${epochs} epochs`;
    const { every } = config.training.stage1;
    const end = { ended, converged, stableEpochs, maxEpochs: this.maxEpochs, every, patience: this.patience };
    if (settlingOf(end) !== "unjudged") return `fusion weights not stable after ${epochs} epochs`;
    return `${epochs} epochs are too few to see whether the fusion weights are stable; ${roomOf(end)?.needed} or more tell`;
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
