import type { Tensor1D } from "@tensorflow/tfjs";
import { joinSpecs } from "../../models/module.js";
import { constantValues } from "../../models/parameters.js";
import tf from "../../tensorflow.js";
import type { FitRun } from "../fit-options.js";
import { normalLogDensity, normalLogRatio } from "./base.js";
import { type FlowParts, fitMaps, type MapModel } from "./fit-maps.js";
import { type FlowArchitecture, flow } from "./flow.js";
import type { Mapped } from "./monotone.js";

/** Two sides of the same rows, about standard normal column by column. */
export interface FlowRows {
  /** Columns, each [rows]. */
  readonly x: readonly Float64Array[];
  readonly y: readonly Float64Array[];
}

/** Latents of rows that two flows made, and how they go together. */
export interface PairLatents {
  /** [rows] arrays [dx], in the order of the rows asked for */
  readonly a: readonly Float32Array[];
  readonly b: readonly Float32Array[];
  /** Correlations of the first columns of both, in turn. */
  readonly rho: Float64Array;
}

/** Sizes of every flow. */
export const flowSizes: Omit<FlowArchitecture, "columns"> = { blocks: 2, units: 8, hidden: 64 };

/** w of the correlations tanh(w) to begin with: what a map gains by a correlation grows with it, and is nothing at 0. */
const startingW = 0.7;
/** What the two weights of `ownWeights` lack of 1, together. */
const lacking = 0.9;

/** How much the log density of each side by itself counts in the objective. */
export interface OwnWeights {
  readonly x: number;
  readonly y: number;
}

/**
 * Weights w_x, w_y of the sides' own densities: the side of more columns counts little, sides of as many alike.
 *
 * With (1 - w_x) + (1 - w_y) <= 1 the mean of t + w_x log q_x + w_y log q_y is largest at the true law, as with weights of 1
 * (maximum likelihood, MIENF): it falls short of its value there by KL(p_xy || q) - (1 - w_x) KL(p_x || q_x) - (1 - w_y)
 * KL(p_y || q_y), and the divergence of the pair is at least that of each side. Weights of (0, 1) and (1, 0) are the two
 * conditional likelihoods. Of a side of several columns the own density is most of the likelihood, without bounds where its
 * rows lie near a curve, and maps that serve it leave the pair alone.
 */
export function ownWeights(dimX: number, dimY: number): OwnWeights {
  if (dimX === dimY) return { x: 1 - lacking / 2, y: 1 - lacking / 2 };
  return dimX > dimY ? { x: 1 - lacking, y: 1 } : { x: 1, y: 1 - lacking };
}

/**
 * Two flows and the normal law of their latents: log q_x(x) = log N(a; 0, I) + log |det J_x|, y likewise, t as in `base.ts`; the
 * score is t + w_x log q_x + w_y log q_y, nats.
 */
export function pairModel(dimX: number, dimY: number, own: OwnWeights = ownWeights(dimX, dimY)): MapModel {
  const [ofX, ofY] = [flow("x", { columns: dimX, ...flowSizes }), flow("y", { columns: dimY, ...flowSizes })];
  const shared = Math.min(dimX, dimY);
  const w = {
    ...{ name: "w", shape: [shared], initial: constantValues(shared, startingW) },
    ...{ decay: false, group: "predictor" as const },
  };
  return {
    ...joinSpecs([ofX, ofY, { parameters: [w], moments: [], noise: [] }]),
    forward: (context, { x, y }) => {
      const [first, second] = [ofX.apply(context, x), ofY.apply(context, y)];
      const score = tf.addN([
        normalLogRatio(first.z, second.z, context.parameters.w as Tensor1D),
        tf.mul(ownLogDensity(first), own.x),
        tf.mul(ownLogDensity(second), own.y),
      ]);
      return { latents: { x: first.z, y: second.z }, score: score as Tensor1D };
    },
  };
}

function ownLogDensity({ z, logDet }: Mapped): Tensor1D {
  return tf.add(normalLogDensity(z), logDet) as Tensor1D;
}

/**
 * Fits two flows and the correlations of their latents to pairs of rows; the epoch that is best on the validation rows is kept
 * (MIENF, arXiv 2403.02187, with the weights of `ownWeights`).
 * @param wanted rows whose latents are asked for
 */
export async function fitFlows(
  { x, y }: FlowRows,
  parts: FlowParts,
  wanted: Int32Array,
  run: FitRun,
): Promise<PairLatents> {
  const { latents, parameter } = await fitMaps(pairModel(x.length, y.length), { x, y }, parts, wanted, run);
  return { a: latents.x, b: latents.y, rho: Float64Array.from(parameter("w"), Math.tanh) };
}
