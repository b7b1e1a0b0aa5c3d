import type { Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { applyLinear, linearSpec } from "./mlp.js";
import { type ForwardContext, joinSpecs, type ModuleSpec, type NoiseSpec } from "./module.js";

export interface ScaleArchitecture {
  /** Columns of what it reads. */
  readonly inputWidth: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Dropout rate after each hidden layer, in [0, 1). */
  readonly dropout: number;
  readonly targets: number;
}

export interface ScaleHead extends ModuleSpec {
  readonly architecture: ScaleArchitecture;
  /** @param z [batch, inputWidth] @returns log of the scale of an error, over that of all errors, [batch, targets] */
  readonly logScale: (context: ForwardContext, z: Tensor2D) => Tensor2D;
}

/** Names of the layers, the last one included. */
export function scaleLayers({ hidden }: Pick<ScaleArchitecture, "hidden">): string[] {
  return [...hidden.map((_, i) => `scale.hidden${i}`), "scale.out"];
}

/** How large errors are, by row: linear, ELU, dropout, and a last layer that starts near zero, where all rows are alike. */
export function scaleHead(architecture: ScaleArchitecture): ScaleHead {
  const { inputWidth, hidden, dropout, targets } = architecture;
  const widths = [inputWidth, ...hidden];
  const names = scaleLayers(architecture);
  const out = names[hidden.length];
  const parts = hidden.map((width, i) => ({
    ...linearSpec(names[i], widths[i], width, { group: "predictor", bias: true }),
    noise: dropout > 0 ? [dropoutOf(names[i], width, dropout)] : [],
  }));
  const last = linearSpec(out, widths[hidden.length], targets, { group: "predictor", bias: true, gain: 1e-4 });
  return {
    ...joinSpecs([...parts, last]),
    architecture,
    logScale: (context, z) => {
      const h = hidden.reduce((x, _, i) => {
        const active = tf.elu(applyLinear(context, names[i], x, true));
        const mask = context.noise[dropoutName(names[i])];
        return (mask === undefined ? active : tf.mul(active, mask)) as Tensor2D;
      }, z);
      return applyLinear(context, out, h, true);
    },
  };
}

const dropoutName = (layer: string) => `${layer}.dropout`;

function dropoutOf(layer: string, width: number, rate: number): NoiseSpec {
  return { name: dropoutName(layer), shape: (batch) => [batch, width], kind: "dropout", rate };
}
