import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { mixtureLogDensity } from "../losses/mixture-density.js";
import tf from "../tensorflow.js";
import { applyLinear, linearSpec } from "./mlp.js";
import { type ForwardContext, joinSpecs, type ModuleSpec, type NoiseSpec } from "./module.js";
import { normalWeights, type ParameterSpec } from "./parameters.js";

export interface DensityArchitecture {
  /** Columns of z. */
  readonly inputWidth: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Dropout rate after each hidden layer, in [0, 1). */
  readonly dropout: number;
  /** Components K of the mixture. */
  readonly components: number;
}

export interface DensityHead extends ModuleSpec {
  readonly architecture: DensityArchitecture;
  /**
   * @param z [batch, inputWidth]
   * @returns the mixtures as `mixtureLogDensity` takes them, [batch, 3 components]
   */
  readonly shapes: (context: ForwardContext, z: Tensor2D) => Tensor2D;
  /**
   * @param z        [batch, inputWidth]
   * @param residual [batch, 1], what a linear reading leaves of y, in units of its standard deviation
   * @param floor    log scale of the narrowest component, of one element; that of `mixtureLogDensity` if left out
   * @returns log q(residual | z) in nats, [batch]; that of y is less by the log of that standard deviation
   */
  readonly logDensity: (context: ForwardContext, z: Tensor2D, residual: Tensor2D, floor?: Tensor) => Tensor1D;
}

/**
 * A conditional density on top of a linear Gaussian reading y = B'z + c + s e:
 *   q(e | z) = sum_k softmax(a(z))_k N(e; delta_k(z), exp(2 g_k(z)))
 * a, delta and g come from one network whose last layer starts near zero, so that training starts from the linear
 * reading: a free mixture would have to find it first. The centres start apart by a little, since equal components have
 * equal gradients and would stay equal.
 */
export function densityHead(name: string, architecture: DensityArchitecture): DensityHead {
  const { inputWidth, hidden, dropout, components } = architecture;
  const widths = [inputWidth, ...hidden];
  const layers = hidden.map((width, i) => ({ name: `${name}.hidden${i}`, width }));
  const last = `${name}.mixture`;
  const parts = layers.map((layer, i) => ({
    ...linearSpec(layer.name, widths[i], layer.width, { group: "predictor", bias: true }),
    noise: dropout > 0 ? [dropoutOf(layer, dropout)] : [],
  }));
  const spec = joinSpecs([...parts, mixtureSpec(last, widths[hidden.length], components)]);
  const shapes = (context: ForwardContext, z: Tensor2D) => {
    const h = layers.reduce((x, layer) => {
      const active = tf.elu(applyLinear(context, layer.name, x, true));
      const mask = context.noise[dropoutName(layer)];
      return (mask === undefined ? active : tf.mul(active, mask)) as Tensor2D;
    }, z);
    return applyLinear(context, last, h, true);
  };
  return {
    ...spec,
    architecture,
    shapes,
    logDensity: (context, z, residual, floor) => mixtureLogDensity(shapes(context, z), residual, floor),
  };
}

const dropoutName = ({ name }: { readonly name: string }) => `${name}.dropout`;

function dropoutOf(layer: { readonly name: string; readonly width: number }, rate: number): NoiseSpec {
  return { name: dropoutName(layer), shape: (batch) => [batch, layer.width], kind: "dropout", rate };
}

/** Variance of the weights of the last layer times its inputs, and the farthest centre, at the start. */
const start = { gain: 1e-4, farthest: 0.2 } as const;

function mixtureSpec(name: string, inputs: number, components: number): ModuleSpec {
  const outputs = 3 * components;
  const group = "predictor" as const;
  const weight: ParameterSpec = {
    name: `${name}.weight`,
    shape: [inputs, outputs],
    initial: normalWeights(inputs * outputs, inputs, start.gain),
    decay: true,
    group,
  };
  const bias: ParameterSpec = {
    name: `${name}.bias`,
    shape: [outputs],
    initial: () => spreadCentres(components),
    decay: false,
    group,
  };
  return { parameters: [weight, bias], moments: [], noise: [] };
}

/** 0 for logits and log scales, evenly spread centres. */
function spreadCentres(components: number): Float32Array {
  const values = new Float32Array(3 * components);
  for (let k = 0; k < components; k++) {
    const share = components === 1 ? 0 : (2 * k) / (components - 1) - 1;
    values[components + k] = start.farthest * share;
  }
  return values;
}
