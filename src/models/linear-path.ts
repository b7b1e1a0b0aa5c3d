import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { applyLinear } from "./mlp.js";
import type { ForwardContext, ModuleSpec } from "./module.js";
import { fittedParameter } from "./parameters.js";

/** Rows and terms that a prediction is made without; nothing is left out of those that are not given. */
export interface LinearGiven {
  /** [batch, M], 1 where a row has the modality: the part of one that it lacks is 0, its mean over the training rows. */
  readonly present?: Tensor2D | undefined;
  /** [T] of the fusion terms, those of single modalities first: 1 keeps the part of a modality, 0 takes it out. */
  readonly keep?: Tensor1D | undefined;
}

/** A linear map of the inputs that runs beside the network, from every modality to the output. */
export interface LinearPath extends ModuleSpec {
  /**
   * x_m W_m + c_m per modality, each [batch, dm].
   * @param inputs prepared features per modality, each [batch, inputWidth]
   */
  readonly parts: (context: ForwardContext, inputs: readonly Tensor2D[]) => Tensor2D[];
  /**
   * (1 - share) network + sum_m (x_m W_m + c_m) + b, share [dm], W_m [inputWidth, dm]: what the network says is weighed, the maps
   * hold their weight already.
   * @param network [batch, dm] in the space of the transformed target
   * @param parts   what `parts` gives
   */
  readonly join: (
    context: ForwardContext,
    network: Tensor2D,
    parts: readonly Tensor2D[],
    given?: LinearGiven,
  ) => Tensor2D;
}

/** Names of the parameters of a path. */
export const linearNames = {
  share: "linear.share",
  bias: "linear.bias",
  /** W_m and c_m of a modality. */
  weight: (modality: string) => `${mapOf(modality)}.weight`,
  centre: (modality: string) => `${mapOf(modality)}.bias`,
} as const;

function mapOf(modality: string): string {
  return `linear.of.${modality}`;
}

/**
 * The path of these modalities. It begins as nothing: everything is 0, and no training step reads it; it is fitted when the
 * network is trained.
 */
export function linearPath(
  modalities: readonly { readonly name: string; readonly inputWidth: number }[],
  targets: number,
): LinearPath {
  return {
    parameters: [
      fittedParameter(linearNames.share, [targets]),
      fittedParameter(linearNames.bias, [targets]),
      ...modalities.flatMap(({ name, inputWidth }) => [
        fittedParameter(linearNames.weight(name), [inputWidth, targets]),
        fittedParameter(linearNames.centre(name), [targets]),
      ]),
    ],
    moments: [],
    noise: [],
    parts: (context, inputs) => inputs.map((x, m) => applyLinear(context, mapOf(modalities[m].name), x, true)),
    join: (context, network, parts, { present, keep } = {}) => {
      const seen = present === undefined ? parts : scaled(parts, columnsOf(present, parts.length));
      const kept = keep === undefined ? seen : scaled(seen, entriesOf(keep));
      const { [linearNames.share]: share, [linearNames.bias]: bias } = context.parameters;
      const own = tf.mul(network, tf.sub(1, share));
      return kept.reduce((sum, part) => tf.add(sum, part) as Tensor2D, tf.add(own, bias) as Tensor2D);
    },
  };
}

function scaled(parts: readonly Tensor2D[], by: readonly Tensor[]): Tensor2D[] {
  return parts.map((part, m) => tf.mul(part, by[m]) as Tensor2D);
}

function columnsOf(table: Tensor2D, count: number): Tensor[] {
  return count === 1 ? [table] : tf.split(table, count, 1);
}

function entriesOf(vector: Tensor1D): Tensor[] {
  return vector.size === 1 ? [vector] : tf.split(vector, vector.size);
}
