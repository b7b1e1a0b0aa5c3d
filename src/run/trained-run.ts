import type { Config } from "../config/schema.js";
import type { Engine } from "../engine/engine.js";
import type { Rng } from "../math/rng.js";
import type { Trained } from "../training/trainer.js";
import type { Comparisons } from "./baselines/comparisons.js";
import type { PreparedRun } from "./prepare.js";

/** A training that has come to its end, with the data that it was given. */
export interface TrainedRun {
  readonly config: Config;
  readonly prepared: PreparedRun;
  readonly trained: Trained;
  /** Predictions of the networks to compare with; null when the run trains none. */
  readonly comparisons: Comparisons | null;
  /** Where it was trained: what is fitted beside the network is fitted there too. */
  readonly engine: Engine;
  /** Stream of the run. */
  readonly rng: Rng;
  readonly signal?: AbortSignal | undefined;
}
