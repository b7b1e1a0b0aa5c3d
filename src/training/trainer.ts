import { hasNeighbours, noNeighbours } from "../config/model.js";
import { runPhases } from "../fit/phases.js";
import type { PidRegArchitecture } from "../models/architecture.js";
import type { CrossedOutputs } from "./crossed.js";
import type { TrainedNetwork } from "./learner.js";
import { addLinearPath } from "./linear-path/add-linear-path.js";
import { addNeighbours } from "./neighbours/add-neighbours.js";
import { phaseOf } from "./phases/phase-of.js";
import type { Progress } from "./progress.js";
import { type TrainingPhase, TrainingSession } from "./session.js";
import { neighbourRows } from "./settings.js";
import type { TrainingState, TrainOptions } from "./training-state.js";

export type { BestWeights, TrainingState, TrainOptions } from "./training-state.js";

/** A trained model, still on its engine; its learner is disposed of by whoever asked for it. */
export interface Trained {
  readonly learner: TrainedNetwork;
  readonly architecture: PidRegArchitecture;
  readonly fusionWeights: readonly number[];
  readonly progress: Progress;
  /** What the validation rows were given by epochs that they had no say in; null where a checkpoint did not hold it. */
  readonly crossed: CrossedOutputs | null;
}

/**
 * Trains a model in its two stages: Stage 1 until the fusion weights from the atoms are stable, Stage 2 end to end with
 * the weights frozen, early stopping and the best weights restored. With `embedding: pilots`, two short pilots with
 * equal weights come first and choose the embedding by validation loss; with `linearPath` a linear map joins the trained
 * network at the end, with `neighbours` what it errs by at near training rows.
 * @throws RunError when training diverges or atoms cannot be computed; Interrupted when the signal fires; nothing of the
 * training is then left on the engine
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const session = new TrainingSession(options);
  try {
    return await complete(session);
  } catch (error) {
    await session.dispose();
    throw error;
  }
}

async function complete(session: TrainingSession): Promise<Trained> {
  const { resume, observer } = session.options;
  const phases = session.progress.phases.map((name, _, all) => phaseOf(name, session, all));
  if (resume !== undefined) await continueFrom(session, phases, resume);
  const { task, targetNames } = session.options.data;
  observer?.plan?.(
    phases.map(({ name, maxEpochs, patience }) => ({
      name,
      maxEpochs,
      ...(patience === undefined ? {} : { patience }),
    })),
    targetNames.length,
    task.metrics.headline.key,
  );
  await runPhases(phases, session);
  const { learner: trained, progress, folds } = session;
  const { fusionWeights } = progress;
  const { config, data, engine } = session.options;
  const request = { learner: trained, data, folds, observer, losses: config.losses, fusionWeights };
  const withPath = await addLinearPath({ ...request, crossed: session.crossed });
  const among = neighbourRows(config, data);
  const { neighbours } = config.model;
  const why = neighbours === "on" ? noNeighbours(among) : null;
  if (why !== null) observer?.message?.(`near training rows: not added (model.neighbours: on), since ${why}`);
  const { learner, crossed } = hasNeighbours(neighbours, among)
    ? await addNeighbours({ ...request, engine, crossed: withPath })
    : { learner: trained, crossed: withPath };
  return { learner, architecture: learner.model.architecture, fusionWeights, progress, crossed };
}

/** Puts the stored learner back, unless the phase that comes next begins with new weights. */
async function continueFrom(
  session: TrainingSession,
  phases: readonly TrainingPhase[],
  state: TrainingState,
): Promise<void> {
  const { phaseIndex, epoch } = session.progress;
  const phase = phases[Math.min(phaseIndex, phases.length - 1)];
  const begins = epoch === 0 && phaseIndex < phases.length;
  if (!(begins && phase.anew)) await session.continueFrom(phase, state);
}
