import type { LossesConfig } from "../../config/losses.js";
import type { Engine } from "../../engine/engine.js";
import { modelLayout } from "../../fit/model-layout.js";
import { neighbourNames } from "../../models/neighbours.js";
import { pidReg } from "../../models/pidreg.js";
import type { CrossedOutputs } from "../crossed.js";
import { outputWidth, type TrainingData, takeRows } from "../data.js";
import type { LearnerTensors, PidRegLearner, TrainedNetwork } from "../learner.js";
import type { TrainingObserver } from "../observer.js";
import { chosenShares, type Shares } from "../shares.js";
import { Inference, type InferenceRequest } from "../step/inference.js";
import { beside, chosenNearness, type Nearness } from "./nearness.js";
import { fusedBy } from "./places.js";

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

/** Shares of the errors that are tried: a network errs less at the rows that it learned than beside them. */
const grid = Array.from({ length: 17 }, (_, k) => k / 8);
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
  const { terms } = learner.model;
  const own = takeRows(data.target, outputWidth(data), trainRows);
  const errors = Float64Array.from(own, (value, i) => value - train.prediction[i]);
  const network = crossed?.outputs ?? held.prediction;
  const judged = { data, losses, network, grid };
  const seen = { latents: train.latents, errors, judging: held.latents };
  const fused = fusedBy(terms, weights, inputs.length);
  const nearness = chosenNearness(seen, judged, { fused, least: worth });
  if (nearness === null) {
    observer?.message?.("near training rows: not added, since most rows have one in their own place");
    return { learner, crossed };
  }
  const build = await withErrors(learner, nearness);
  const added = await addedBy(build(errors), { engine, inputs, rows: validationRows, weights });
  const chosen = chosenShares({ ...judged, other: beside(network, added) }, crossed === null ? null : folds, worth);
  const counted = nearness.weights.map((weight, m) => weight / fused[m]);
  observer?.message?.(
    neighboursMessage(
      chosen,
      data.targetNames,
      inputs.map(({ name }, m) => ({ name, factor: counted[m] })),
    ),
  );
  const { shares } = chosen;
  if (shares.every((share) => share === 0)) return { learner, crossed };
  const whole = build(errors.map((error, i) => shares[i % shares.length] * error));
  const inference = Inference.of(engine, whole.model, whole.weights);
  await learner.dispose();
  return {
    learner: { ...whole, inference, snapshot: async () => whole.weights, dispose: () => inference.dispose() },
    crossed: crossed && { ...crossed, outputs: chosen.crossed },
  };
}

/** A model with its averaged weights. */
interface Whole extends Pick<TrainedNetwork, "model" | "layout"> {
  readonly weights: Pick<LearnerTensors, "average" | "running">;
}

/** The network with neighbours that have these errors, row-major [n, dm]; places are in units in which the kernel's reach is 1. */
async function withErrors(
  learner: PidRegLearner,
  { projection, surroundings: { places, width }, reach }: Nearness,
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

/** @param counted by which factor each modality's latent counts more than the fusion weighs it */
function neighboursMessage(
  { shares, before, after }: Shares,
  targets: readonly string[],
  counted: readonly { readonly name: string; readonly factor: number }[],
): string {
  if (shares.every((share) => share === 0)) {
    return `near training rows: not added, since they would lower the validation loss by less than ${100 * worth} %`;
  }
  const parts = targets.flatMap((name, t) => (shares[t] === 0 ? [] : [`${shares[t]} times for "${name}"`]));
  const changed = counted.filter(({ factor }) => Number.isFinite(factor) && factor !== 1);
  const by = changed.map(
    ({ name, factor }) => `, "${name}" counting ${factor} times as much for what is near as in the fusion`,
  );
  return (
    `near training rows: what the network errs by there is added to its predictions, ${parts.join(", ")}${by.join("")} (model.neighbours); ` +
    `validation loss ${before.toPrecision(4)} without, ${after.toPrecision(4)} with it`
  );
}
