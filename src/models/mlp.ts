import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { type Activation, parametricOf } from "./activations.js";
import { activated } from "./layers/activation.js";
import { batchNorm, batchNormSpec } from "./layers/normalise.js";
import { type ForwardContext, joinSpecs, type ModuleSpec } from "./module.js";
import { constantValues, normalWeights, type ParameterSpec } from "./parameters.js";

export interface HiddenOptions {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Dropout rate after each hidden layer. */
  readonly dropout: readonly number[];
  readonly batchNorm: boolean;
  /** What bends after each hidden layer; `relu` if left out. */
  readonly activation?: Activation | undefined;
}

export interface HiddenStack extends ModuleSpec {
  readonly outputWidth: number;
  /** @param x [batch, inputWidth] @returns [batch, outputWidth] */
  readonly apply: (context: ForwardContext, x: Tensor2D) => Tensor2D;
}

/**
 * Hidden layers of a multilayer perceptron: linear, batch normalisation, activation, dropout. Parametric activations add `NAME.hiddenI.bend`.
 * A bias in front of a batch normalisation cancels exactly and is left out.
 */
export function hiddenStack(
  name: string,
  inputWidth: number,
  options: HiddenOptions,
  group: ParameterSpec["group"],
): HiddenStack {
  const widths = [inputWidth, ...options.hidden];
  const { activation = "relu" } = options;
  const layers = options.hidden.map((width, i) => ({
    name: `${name}.hidden${i}`,
    width,
    rate: options.dropout[i],
    spec: joinSpecs([
      linearSpec(`${name}.hidden${i}`, widths[i], width, { group, bias: !options.batchNorm }),
      options.batchNorm ? batchNormSpec(`${name}.hidden${i}.norm`, width, group) : emptyLayer,
      parametricOf(activation) !== null ? bendSpec(`${name}.hidden${i}.bend`, width, group) : emptyLayer,
      { ...emptyLayer, noise: dropoutNoise(`${name}.hidden${i}.dropout`, width, options.dropout[i]) },
    ]),
  }));
  return {
    ...joinSpecs(layers.map((layer) => layer.spec)),
    outputWidth: widths[widths.length - 1],
    apply: (context, x) =>
      layers.reduce((h, layer) => {
        const linear = applyLinear(context, layer.name, h, !options.batchNorm);
        const normed = options.batchNorm ? batchNorm(context, `${layer.name}.norm`, linear) : linear;
        const mask = context.noise[`${layer.name}.dropout`] as Tensor2D | undefined;
        const bend = context.parameters[`${layer.name}.bend`] as Tensor1D | undefined;
        return activated(activation, normed, mask, bend);
      }, x),
  };
}

const emptyLayer: ModuleSpec = { parameters: [], moments: [], noise: [] };

/** How far the units of a layer bend: as far as the activation itself, before they learn otherwise. */
function bendSpec(name: string, width: number, group: ParameterSpec["group"]): ModuleSpec {
  const bend: ParameterSpec = { name, shape: [width], initial: constantValues(width, 1), decay: false, group };
  return { ...emptyLayer, parameters: [bend] };
}

function dropoutNoise(name: string, width: number, rate: number): ModuleSpec["noise"] {
  return rate > 0 ? [{ name, shape: (batch) => [batch, width], kind: "dropout", rate }] : [];
}

/** Parameters of a linear layer: `NAME.weight` [inputs, outputs] and, on request, `NAME.bias` [outputs]. */
export function linearSpec(
  name: string,
  inputs: number,
  outputs: number,
  options: { readonly group: ParameterSpec["group"]; readonly bias: boolean; readonly gain?: number },
): ModuleSpec {
  const { group, bias, gain } = options;
  const weight: ParameterSpec = {
    name: `${name}.weight`,
    shape: [inputs, outputs],
    initial: normalWeights(inputs * outputs, inputs, gain),
    decay: true,
    group,
  };
  const biasSpec: ParameterSpec = {
    name: `${name}.bias`,
    shape: [outputs],
    initial: constantValues(outputs, 0),
    decay: false,
    group,
  };
  return { parameters: bias ? [weight, biasSpec] : [weight], moments: [], noise: [] };
}

/** x W (+ b), x [batch, inputs]. */
export function applyLinear(context: ForwardContext, name: string, x: Tensor2D, bias: boolean): Tensor2D {
  const product = tf.matMul(x, context.parameters[`${name}.weight`] as Tensor2D);
  return (bias ? tf.add(product, context.parameters[`${name}.bias`]) : product) as Tensor2D;
}
