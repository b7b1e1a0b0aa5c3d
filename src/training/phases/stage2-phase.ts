import { type EarlyStopping, earlyStopping } from "../../fit/early-stopping.js";
import type { TrainedEpoch, TrainingPhase, TrainingSession } from "../session.js";

/** Share of the validation loss by which the best epoch of stage 1 is clearly better than its end. */
const clearly = 0.02;

/** Trains end to end with frozen fusion weights, stops early and restores the best weights. */
export class Stage2Phase implements TrainingPhase {
  readonly name = "stage2";
  /** Stage 2 goes on from stage 1, so both draw their initial weights from the same stream. */
  readonly weights = "weights";
  readonly maxEpochs: number;
  readonly anew: boolean;
  readonly stopping: EarlyStopping;
  readonly patience: number;

  /** @param continues whether it goes on with the weights of stage 1 */
  constructor(
    private readonly session: TrainingSession,
    continues: boolean,
  ) {
    this.maxEpochs = session.settings.stage2Epochs;
    this.anew = !continues;
    this.patience = session.settings.stage2Patience;
    this.stopping = earlyStopping(this.patience);
  }

  get periodic(): boolean {
    return this.session.progress.periodic === true;
  }

  async begin(): Promise<void> {
    if (this.anew) await this.session.newLearner(this);
    else await this.compareWithStage1();
  }

  async afterEpoch({ exhausted }: TrainedEpoch): Promise<boolean> {
    return exhausted;
  }

  async finish(): Promise<void> {
    const { best, learner } = this.session;
    if (best !== null) learner.restore(best);
  }

  /**
   * What stage 1 ended with, and the weights of its best epoch, are the first candidates of stage 2, which can then only
   * improve on them; both are judged with the final fusion weights. Training continues from the end of stage 1, or from its
   * best epoch where the end is clearly worse: a network that has learned its training rows by heart does not find back.
   */
  private async compareWithStage1(): Promise<void> {
    const { session } = this;
    const { best, learner } = session;
    const { average, running } = await learner.snapshot();
    const { loss: ofEnd } = await session.judge();
    session.rememberBest({ average, running }, 0, ofEnd);
    if (best === null) return;
    learner.restore(best);
    const { loss: ofBest } = await session.judge();
    if (ofBest < ofEnd) session.rememberBest(best, 0, ofBest);
    const { overfit } = session.options.config.training.stage1;
    if (overfit === "stop" && ofBest < (1 - clearly) * ofEnd) learner.restore({ parameters: best.average });
    else learner.restore({ average, running });
  }
}
