import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { joinSpecs, type ModuleSpec } from "../../models/module.js";
import { constantValues, type ParameterSpec, product } from "../../models/parameters.js";
import tf from "../../tensorflow.js";
import { normalLogDensity } from "./base.js";
import type { MapModel } from "./fit-maps.js";
import { flow } from "./flow.js";
import { flowSizes, ownWeights } from "./flow-fit.js";
import { linear } from "./linear.js";
import type { Mapped } from "./monotone.js";

/** Name of the target among the sides of a model. */
export const targetSide = "target";
/** Name of the modality at `index` among them. */
export const modalitySide = (index: number) => `modality/${index}`;

/**
 * Flow-PID (arXiv 2510.04417): a flow of the target and one of each modality, so that the pairs of latents (z_k, z_y) are normal;
 * the union and with it the atoms depend on these pairs alone. z_k ~ N(0, I) and z_y given z_k ~ N(B_k' z_k, .), of any
 * precision, are all normal pairs up to linear maps that the flows hold. What is made large is
 *   sum_k [ log q(z_y | z_k) + log |det J_y| + w_k (log N(z_k; 0, I) + log |det J_k|) ],
 * likelihoods of the target given each modality, to which the modality's own adds with its weight (`ownWeights`).
 * @param widths columns of each modality
 */
export function pidModel(targets: number, widths: readonly number[]): MapModel {
  const ofTarget = flow(targetSide, { columns: targets, ...flowSizes });
  const maps = widths.map((columns, k) => flow(modalitySide(k), { columns, ...flowSizes }));
  const readouts = widths.map((columns, k) => readout(`${modalitySide(k)}/readout`, columns, targets));
  return {
    ...joinSpecs([ofTarget, ...maps, ...readouts]),
    forward: (context, sides) => {
      const target = ofTarget.apply(context, sides[targetSide]);
      const sources = maps.map((map, k) => map.apply(context, sides[modalitySide(k)]));
      const scores = sources.flatMap((source, k) => {
        const left = readouts[k].apply(context.parameters, source.z, target.z);
        const own = tf.add(normalLogDensity(source.z), source.logDet);
        return [normalLogDensity(left.z), left.logDet, target.logDet, tf.mul(own, ownWeights(widths[k], targets).x)];
      });
      const latents = Object.fromEntries(sources.map(({ z }, k) => [modalitySide(k), z]));
      return { latents: { ...latents, [targetSide]: target.z }, score: tf.addN(scores) as Tensor1D };
    },
  };
}

interface Readout extends ModuleSpec {
  /** What a modality leaves of the target, in units in which it is standard normal. */
  readonly apply: (parameters: Readonly<Record<string, Tensor>>, source: Tensor2D, target: Tensor2D) => Mapped;
}

/** Correlations of latents to begin with, pair by pair. */
const startingCorrelation = 0.6;

function readout(name: string, columns: number, targets: number): Readout {
  const of = (part: string, shape: readonly number[], initial: ParameterSpec["initial"]): ParameterSpec => ({
    ...{ name: `${name}/${part}`, shape, initial, decay: false, group: "predictor" },
  });
  const zeros = (shape: readonly number[]) => constantValues(product(shape), 0);
  const diagonal = () =>
    Float32Array.from({ length: columns * targets }, (_, i) =>
      Math.floor(i / targets) === i % targets ? startingCorrelation : 0,
    );
  const scale = -0.5 * Math.log(1 - startingCorrelation ** 2);
  return {
    parameters: [
      of("slopes", [columns, targets], diagonal),
      of("lower", [targets, targets], zeros([targets, targets])),
      of("scales", [targets], constantValues(targets, scale)),
      of("shift", [targets], zeros([targets])),
    ],
    ...{ moments: [], noise: [] },
    apply: (p, source, target) => {
      const [slopes, lower] = [p[`${name}/slopes`], p[`${name}/lower`]] as Tensor2D[];
      const rest = tf.sub(target, tf.matMul(source, slopes)) as Tensor2D;
      const upper = tf.zerosLike(lower);
      return linear(rest, lower, upper, p[`${name}/scales`] as Tensor1D, p[`${name}/shift`] as Tensor1D);
    },
  };
}
