import { neverStops, type TrainingPhase, type TrainingSession } from "../session.js";

/** A short training with equal weights that tries one embedding of numeric features. */
export class PilotPhase implements TrainingPhase {
  readonly weights: string;
  readonly maxEpochs: number;
  readonly rows: number;
  readonly anew = true;
  readonly stopping = neverStops;

  constructor(
    private readonly session: TrainingSession,
    readonly name: "pilot:plain" | "pilot:periodic",
    readonly periodic: boolean,
  ) {
    this.weights = `${name}/weights`;
    this.maxEpochs = session.settings.pilotEpochs;
    this.rows = session.options.config.training.pilot.rows;
  }

  begin(): Promise<void> {
    return this.session.newLearner(this);
  }

  /** Whether the choice is made: the best loss of the pilot that comes last can only fall further below that of the first. */
  async afterEpoch(): Promise<boolean> {
    const { best, pilots } = this.session.progress;
    return this.periodic && best !== null && best.loss < pilots["pilot:plain"];
  }

  /** Keeps its best loss; the pilot that comes last chooses the embedding. */
  async finish(): Promise<void> {
    const { session } = this;
    const { best, pilots } = session.progress;
    if (best !== null) session.progress = { ...session.progress, pilots: { ...pilots, [this.name]: best.loss } };
    session.progress = { ...session.progress, best: null };
    session.best = null;
    if (this.periodic) chooseEmbedding(session);
  }
}

function chooseEmbedding(session: TrainingSession): void {
  const { "pilot:plain": plain, "pilot:periodic": periodic } = session.progress.pilots;
  session.progress = { ...session.progress, periodic: periodic < plain };
  session.options.observer?.message?.(
    `embedding: validation loss ${plain.toPrecision(4)} without, ${periodic.toPrecision(4)} with periodic embeddings; ` +
      `${periodic < plain ? "they are used" : "raw features are used"}`,
  );
}
