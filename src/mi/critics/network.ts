import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { type ForwardContext, joinSpecs, type ModuleSpec } from "../../models/module.js";
import { constantValues, normalWeights, type ParameterSpec } from "../../models/parameters.js";
import tf from "../../tensorflow.js";

/** Units of both hidden layers. */
export const hidden = 64;

/** Variance of the weights of the last layer times its inputs, at the start: a critic begins near 0 everywhere. */
const lastGain = 1e-4;

/**
 * A critic t(x, y) = w3' relu(W2 relu(Wx x + Wy y + b1) + b2) + b3. The first layer is a sum of one part of x and one of y, so
 * that pairs of a batch cost one layer and not two.
 */
export interface CriticNetwork extends ModuleSpec {
  /** t of each row with the y of the row `shift` further on in the batch, [batch]. @param x [batch, dx] @param y [batch, dy] */
  shifted(context: ForwardContext, x: Tensor2D, y: Tensor2D, shift: number): Tensor1D;
  /** t of every x with every y, [batch, batch]. */
  every(context: ForwardContext, x: Tensor2D, y: Tensor2D): Tensor2D;
}

/** @param dimX columns of x @param dimY columns of y */
export function criticNetwork(dimX: number, dimY: number): CriticNetwork {
  const spec = joinSpecs([
    { parameters: [matrix("x", dimX, hidden, dimX + dimY), matrix("y", dimY, hidden, dimX + dimY)], ...rest },
    { parameters: [vector("b1", hidden), matrix("w2", hidden, hidden, hidden), vector("b2", hidden)], ...rest },
    { parameters: [matrix("w3", hidden, 1, hidden, lastGain), vector("b3", 1)], ...rest },
  ]);
  const parts = ({ parameters }: ForwardContext, x: Tensor2D, y: Tensor2D) => ({
    ofX: tf.add(tf.matMul(x, parameters.x as Tensor2D), parameters.b1) as Tensor2D,
    ofY: tf.matMul(y, parameters.y as Tensor2D) as Tensor2D,
  });
  return {
    ...spec,
    shifted: (context, x, y, shift) => {
      const { ofX, ofY } = parts(context, x, y);
      return onward(context, tf.add(ofX, rolled(ofY, shift)) as Tensor2D);
    },
    every: (context, x, y) => {
      const { ofX, ofY } = parts(context, x, y);
      const [rows] = x.shape;
      const sums = tf.add(tf.reshape(ofX, [rows, 1, hidden]), tf.reshape(ofY, [1, rows, hidden]));
      return tf.reshape(onward(context, tf.reshape(sums, [rows * rows, hidden])), [rows, rows]);
    },
  };
}

const rest = { moments: [], noise: [] } as const;

function matrix(name: string, from: number, to: number, fanIn: number, gain?: number): ParameterSpec {
  const initial = normalWeights(from * to, fanIn, gain);
  return { name, shape: [from, to], initial, decay: true, group: "predictor" };
}

function vector(name: string, size: number): ParameterSpec {
  return { name, shape: [size], initial: constantValues(size, 0), decay: false, group: "predictor" };
}

/** From the sums of the first layer to t. @param sums [pairs, hidden] */
function onward({ parameters: { w2, b2, w3, b3 } }: ForwardContext, sums: Tensor2D): Tensor1D {
  const second = tf.relu(tf.add(tf.matMul(tf.relu(sums), w2 as Tensor2D), b2)) as Tensor2D;
  return tf.reshape(tf.add(tf.matMul(second, w3 as Tensor2D), b3), [sums.shape[0]]);
}

/** Rows moved up by `shift`, the first ones to the end. */
function rolled(rows: Tensor2D, shift: number): Tensor2D {
  const [count, width] = rows.shape;
  if (shift === 0) return rows;
  return tf.concat([tf.slice(rows, [shift, 0], [count - shift, width]), tf.slice(rows, [0, 0], [shift, width])]);
}
