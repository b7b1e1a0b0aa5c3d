import type { Config } from "../config/schema.js";
import type { Engine } from "../engine/engine.js";
import type { Rng } from "../math/rng.js";
import type { CrossedOutputs } from "./crossed.js";
import type { TrainingData } from "./data.js";
import type { LearnerTensors } from "./learner.js";
import type { TrainingObserver } from "./observer.js";
import type { Progress } from "./progress.js";

/** What a run remembers: its progress, the tensors of the learner, and the best weights of the phase. */
export interface TrainingState {
  readonly progress: Progress;
  readonly tensors: LearnerTensors;
  readonly best: BestWeights | null;
  /** Left out by checkpoints of versions that did not cross the validation rows. */
  readonly crossed?: CrossedOutputs | null;
}

/** Averaged weights and running moments of the best epoch. */
export interface BestWeights {
  readonly average: Float32Array;
  readonly running: Float32Array;
}

export interface TrainOptions {
  readonly config: Pick<Config, "model" | "losses" | "training"> & Partial<Pick<Config, "quality">>;
  readonly data: TrainingData;
  readonly engine: Engine;
  /** Stream of the run; every phase and epoch splits its own from it by name. */
  readonly rng: Rng;
  readonly observer?: TrainingObserver;
  /** Called after every epoch; the run can continue from what it is given. */
  readonly save?: (state: TrainingState) => Promise<void>;
  /** State to continue from. */
  readonly resume?: TrainingState;
  readonly signal?: AbortSignal | undefined;
}
