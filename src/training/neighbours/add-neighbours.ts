import type { LossesConfig } from "../../config/losses.js";
import type { Engine } from "../../engine/engine.js";
import { modelLayout } from "../../fit/model-layout.js";
import { neighbourNames } from "../../models/neighbours.js";
import { pidReg } from "../../models/pidreg.js";
import type { CrossedOutputs } from "../crossed.js";
import { outputWidth, type TrainingData, takeRows } from "../data.js";
import type { LearnerTensors, PidRegLearner, TrainedNetwork } from "../learner.js";
import type { TrainingObserver } from "../observer.js";
import { type Compared, chosenShares, type Shares } from "../shares.js";
import { Inference, type InferenceRequest } from "../step/inference.js";
import { kernelErrors, nearestDistance, type Surroundings } from "./kernel-errors.js";
import { type Projection, placed, placesOf } from "./places.js";

/** A network that is trained, and the rows that tell what near ones are worth. */
export interface NeighboursRequest {
  readonly learner: PidRegLearner;
  readonly engine: Engine;
  readonly data: TrainingData;
  readonly losses: LossesConfig;
  readonly fusionWeights: readonly number[];
  /** What the validation rows were given by epochs that they had no say in, with the linear path; null where that is not known. */
  readonly crossed: CrossedOutputs | null;
  /** Fold of each validation row; null where there are none. */
  readonly folds: Int32Array | null;
  readonly observer?: TrainingObserver | undefined;
}

/** A network, with its neighbours where they help, and the crossed outputs with them. */
export interface WithNeighbours {
  readonly learner: TrainedNetwork;
  readonly crossed: CrossedOutputs | null;
}

/** Reaches of the kernel that are tried, as multiples of the squared distance of the nearest training row in the median. */
const reaches = [0.2, 0.4, 0.8, 1.6, 3.2];
/** Shares of the errors that are tried: a network errs less at the rows that it learned than beside them. */
const grid = Array.from({ length: 17 }, (_, k) => k / 8);
/** Validation rows that choose a reach at most. */
const mostJudges = 1000;
/** Share of the cost of the validation rows that they have to save: a model that holds all training rows for less is not worth it. */
const worth = 0.005;

/**
 * Adds what a trained network errs by at near training rows, as far as the validation rows tell. Where it does not help the network
 * stays as it is; else it is taken off the engine, and one with neighbours takes its place.
 */
export async function addNeighbours(request: NeighboursRequest): Promise<WithNeighbours> {
  const { learner, engine, data, losses, fusionWeights: weights, crossed, folds, observer } = request;
  const { modalities: inputs, trainRows, validationRows } = data;
  const train = await learner.inference.run({ inputs, rows: trainRows, weights });
  const held = await learner.inference.run({ inputs, rows: validationRows, weights });
  const { terms, architecture } = learner.model;
  const projection = placesOf(train.latents, trainRows.length, { terms, weights, latentDim: architecture.latentDim });
  const own = takeRows(data.target, outputWidth(data), trainRows);
  const surroundings = {
    places: placed(projection, train.latents, trainRows.length),
    errors: Float64Array.from(own, (value, i) => value - train.prediction[i]),
    seenFrom: placed(projection, held.latents, validationRows.length),
    width: projection.width,
  };
  const unit = nearestDistance(surroundings);
  if (!(unit > 0)) {
    observer?.message?.("near training rows: not added, since most rows have one in their own place");
    return { learner, crossed };
  }
  const network = crossed?.outputs ?? held.prediction;
  const judged = { data, losses, network };
  const reach = bestReach(judged, surroundings, unit);
  const build = await withErrors(learner, surroundings, { projection, reach });
  const added = await addedBy(build(surroundings.errors), { engine, inputs, rows: validationRows, weights });
  const chosen = chosenShares(
    { ...judged, other: beside(network, added), grid },
    crossed === null ? null : folds,
    worth,
  );
  observer?.message?.(neighboursMessage(data.targetNames, chosen));
  const { shares } = chosen;
  if (shares.every((share) => share === 0)) return { learner, crossed };
  const whole = build(surroundings.errors.map((error, i) => shares[i % shares.length] * error));
  const inference = Inference.of(engine, whole.model, whole.weights);
  await learner.dispose();
  return {
    learner: { ...whole, inference, snapshot: async () => whole.weights, dispose: () => inference.dispose() },
    crossed: crossed && { ...crossed, outputs: chosen.crossed },
  };
}

/** What is judged: outputs of the network at the validation rows. */
type Judged = Pick<Compared, "data" | "losses" | "network">;

/** The reach that some of the validation rows like best. @param unit in which reaches are tried */
function bestReach({ data, losses, network }: Judged, surroundings: Surroundings, unit: number): number {
  const { validationRows } = data;
  const count = Math.min(validationRows.length, mostJudges);
  const at = Int32Array.from({ length: count }, (_, i) => Math.floor((i * validationRows.length) / count));
  const own = takeRows(network, outputWidth(data), at);
  const some = { ...data, validationRows: Int32Array.from(at, (i) => validationRows[i]) };
  const tried = reaches.map((reach) => reach * unit);
  const seenFrom = takeRows(surroundings.seenFrom, surroundings.width, at);
  const costs = kernelErrors({ ...surroundings, seenFrom }, tried).map((errors) => {
    return chosenShares({ data: some, losses, network: own, other: beside(own, errors), grid }, null).after;
  });
  return tried[costs.indexOf(Math.min(...costs))];
}

function beside(network: Float32Array, errors: ArrayLike<number>): Float64Array {
  return Float64Array.from(errors, (error, i) => network[i] + error);
}

/** A model with its averaged weights. */
interface Whole extends Pick<TrainedNetwork, "model" | "layout"> {
  readonly weights: Pick<LearnerTensors, "average" | "running">;
}

/** The network with neighbours that have these errors, row-major [n, dm]; places are in units in which the kernel's reach is 1. */
async function withErrors(
  learner: PidRegLearner,
  { places, width }: Surroundings,
  { projection, reach }: { readonly projection: Projection; readonly reach: number },
): Promise<(errors: Float64Array) => Whole> {
  const { average, running } = await learner.snapshot();
  const inReach = (values: ArrayLike<number>) => Float32Array.from(values, (value) => value / Math.sqrt(reach));
  const blocks = new Map([
    ...learner.layout.parameters.unpackValues(average).map(({ name, values }) => [name, values] as const),
    [neighbourNames.projection, inReach(projection.matrix)],
    [neighbourNames.origin, inReach(projection.origin)],
    [neighbourNames.places, inReach(places)],
  ]);
  const model = pidReg({ ...learner.model.architecture, neighbours: { rows: places.length / width, width } });
  const layout = modelLayout(model);
  return (errors) => {
    const own = Float32Array.from(errors);
    const value = (name: string) => (name === neighbourNames.errors ? own : blocks.get(name));
    return { model, layout, weights: { average: layout.parameters.pack(value), running } };
  };
}

/** What near training rows add to rows, row-major [rows, dm]. */
async function addedBy(
  { model, weights }: Whole,
  { engine, ...request }: InferenceRequest & { readonly engine: Engine },
): Promise<Float32Array> {
  const inference = Inference.of(engine, model, weights);
  try {
    const { prediction, network } = await inference.run(request);
    return prediction.map((value, i) => value - network[i]);
  } finally {
    await inference.dispose();
  }
}

function neighboursMessage(targets: readonly string[], { shares, before, after }: Shares): string {
  if (shares.every((share) => share === 0)) {
    return `near training rows: not added, since they would lower the validation loss by less than ${100 * worth} %`;
  }
  const parts = targets.flatMap((name, t) => (shares[t] === 0 ? [] : [`${shares[t]} times for "${name}"`]));
  return (
    `near training rows: what the network errs by there is added to its predictions, ${parts.join(", ")} (model.neighbours); ` +
    `validation loss ${before.toPrecision(4)} without, ${after.toPrecision(4)} with it`
  );
}
