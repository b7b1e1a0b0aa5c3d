import type { LossesConfig } from "../../config/losses.js";
import { linearNames } from "../../models/linear-path.js";
import type { CrossedOutputs } from "../crossed.js";
import { outputWidth, type TrainingData } from "../data.js";
import type { PidRegLearner } from "../learner.js";
import type { TrainingObserver } from "../observer.js";
import { chosenShares, type Shares } from "../shares.js";
import { validationOutputs } from "../validation.js";
import { type FittedPath, fitPath } from "./fit-path.js";

/** A network that is trained, and what its linear path is fitted and weighed with. */
export interface LinearPathRequest {
  readonly learner: PidRegLearner;
  readonly data: TrainingData;
  readonly losses: LossesConfig;
  readonly fusionWeights: readonly number[];
  /** What the validation rows were given by epochs that they had no say in; null where that is not known. */
  readonly crossed: CrossedOutputs | null;
  /** Fold of each validation row; null where there are none. */
  readonly folds: Int32Array | null;
  readonly observer?: TrainingObserver | undefined;
}

/** Shares of the linear map that are tried. */
const grid = Array.from({ length: 21 }, (_, k) => k / 20);

/**
 * Puts the linear path into the averaged weights of a trained network, where its architecture has one: the task's linear map,
 * fitted on the training rows and weighed by the validation rows.
 * @returns the crossed outputs with the path, null where they are not known
 */
export async function addLinearPath(request: LinearPathRequest): Promise<CrossedOutputs | null> {
  const { learner, data, losses, fusionWeights, crossed, folds, observer } = request;
  if (!learner.model.architecture.linearPath) return crossed;
  const path = await fitPath(data);
  const network = crossed?.outputs ?? (await validationOutputs(learner, data, fusionWeights));
  const chosen = chosenShares({ data, losses, network, other: path.validation, grid }, crossed === null ? null : folds);
  const perOutput = outputWidth(data) / data.targetNames.length;
  const shares = Array.from({ length: outputWidth(data) }, (_, k) => chosen.shares[Math.floor(k / perOutput)]);
  if (shares.some((share) => share > 0)) learner.restore({ average: await weightsWith(learner, path, shares) });
  observer?.message?.(pathMessage(data.targetNames, chosen));
  return crossed && { ...crossed, outputs: chosen.crossed };
}

/** Averaged weights with the path at those shares. @param shares [outputs] */
async function weightsWith(learner: PidRegLearner, path: FittedPath, shares: readonly number[]): Promise<Float32Array> {
  const { parameters } = learner.layout;
  const { average } = await learner.snapshot();
  const blocks = parameters.unpackValues(average).map(({ name, values }) => [name, values] as const);
  const all = new Map([...blocks, ...pathValues(path, shares)]);
  return parameters.pack((name) => all.get(name));
}

/** Parameters by name: the map times its shares. */
function pathValues({ parts, intercept }: FittedPath, shares: readonly number[]): Map<string, Float32Array> {
  const weighed = (values: Float64Array) => Float32Array.from(values, (value, i) => shares[i % shares.length] * value);
  return new Map([
    [linearNames.share, Float32Array.from(shares)],
    [linearNames.bias, weighed(intercept)],
    ...parts.flatMap(({ name, weights, centre }): [string, Float32Array][] => [
      [linearNames.weight(name), weighed(weights)],
      [linearNames.centre(name), weighed(centre)],
    ]),
  ]);
}

function pathMessage(targets: readonly string[], { shares, before, after }: Shares): string {
  const losses = `validation loss ${before.toPrecision(4)} without, ${after.toPrecision(4)} with it`;
  if (shares.every((share) => share === 0)) return "linear path: the validation rows give it no weight";
  const parts = targets.map((name, t) => `${Math.round(100 * shares[t])} % of "${name}"`);
  const network = shares.every((share) => share === 1) ? "nothing" : "the rest";
  return (
    `linear path: ${parts.join(", ")} by regression on all inputs, ${network} by the network, whose latents the atoms are read ` +
    `off; ${losses}`
  );
}
