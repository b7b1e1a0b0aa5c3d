import * as tf from "@tensorflow/tfjs";
import type { KernelCase } from "./kernel-case.js";

/** Matrix products, alone and where they are fused with what stands around them. */
export const linearCases: KernelCase[] = [
  ...[false, true].flatMap((ta) =>
    [false, true].flatMap((tb): KernelCase[] => [
      {
        name: `matMul ${ta} ${tb}`,
        shapes: [ta ? [3, 5] : [5, 3], tb ? [4, 3] : [3, 4]],
        f: (a, b) => tf.matMul(a, b, ta, tb),
      },
      {
        name: `batched matMul ${ta} ${tb}`,
        shapes: [ta ? [2, 3, 5] : [2, 5, 3], tb ? [2, 4, 3] : [2, 3, 4]],
        f: (a, b) => tf.matMul(a, b, ta, tb),
      },
    ]),
  ),
  {
    name: "matMul with a broadcast stack",
    shapes: [
      [2, 5, 3],
      [3, 4],
    ],
    f: (a, b) => tf.matMul(a, b),
    gradient: false,
  },
  {
    name: "matMul of a row",
    shapes: [
      [1, 7],
      [7, 3],
    ],
    f: (a, b) => tf.matMul(a, b),
  },
  {
    name: "matMul of a repeated row",
    shapes: [
      [1, 7],
      [7, 3],
    ],
    f: (a, b) => tf.matMul(tf.tile(a, [4, 1]), b),
  },
  {
    name: "scaled matMul",
    shapes: [
      [5, 3],
      [3, 4],
    ],
    f: (a, b) => tf.mul(tf.matMul(tf.mul(a, 2), b), -0.5),
  },
  { name: "product plus row", shapes: [[5, 3], [3, 4], [4]], f: (a, b, c) => tf.add(tf.matMul(a, b), c) },
  {
    name: "product minus column",
    shapes: [
      [5, 3],
      [3, 4],
      [5, 1],
    ],
    f: (a, b, c) => tf.sub(tf.matMul(a, b), c),
  },
  {
    name: "matrix minus product",
    shapes: [
      [5, 3],
      [3, 4],
      [5, 4],
    ],
    f: (a, b, c) => tf.sub(c, tf.matMul(a, b)),
  },
  { name: "scalar plus product", shapes: [[5, 3], [3, 4], []], f: (a, b, c) => tf.add(c, tf.matMul(a, b)) },
  {
    name: "product plus larger",
    shapes: [
      [1, 3],
      [3, 4],
      [5, 4],
    ],
    f: (a, b, c) => tf.add(tf.matMul(a, b), c),
  },
  {
    name: "sum of products",
    shapes: [
      [5, 3],
      [3, 4],
    ],
    f: (a, b) => tf.add(tf.matMul(a, b), tf.matMul(tf.square(a), b)),
  },
  {
    name: "product used twice",
    shapes: [
      [5, 3],
      [3, 4],
    ],
    f: (a, b) => tf.mul(tf.mul(tf.matMul(a, b), 2), tf.matMul(a, b)),
  },
  {
    name: "transposed operands",
    shapes: [
      [3, 5],
      [4, 3],
    ],
    f: (a, b) => tf.matMul(tf.transpose(a), tf.transpose(b)),
  },
  {
    name: "transposed product",
    shapes: [
      [3, 5],
      [3, 4],
    ],
    f: (a, b) => tf.sin(tf.transpose(tf.mul(tf.matMul(a, b, true), 0.5))),
  },
  ...[false, true].map(
    (tb): KernelCase => ({
      name: `some columns of a product, ${tb}`,
      shapes: [[5, 3], tb ? [6, 3] : [3, 6]],
      f: (a, b) => tf.sin(tf.slice(tf.matMul(a, b, false, tb), [0, 1], [5, 3])),
    }),
  ),
  {
    name: "some rows of a product",
    shapes: [
      [5, 3],
      [6, 3],
    ],
    f: (a, b) => tf.sin(tf.slice(tf.matMul(a, b, false, true), [1, 0], [3, 6])),
  },
  {
    name: "columns of a product centred, first factor transposed",
    shapes: [
      [3, 5],
      [3, 4],
    ],
    f: (a, b) => {
      const product = tf.matMul(tf.transpose(a), b);
      return tf.sub(product, tf.mean(product, 0));
    },
  },
  { name: "Gram matrix", shapes: [[5, 3]], f: (a) => tf.exp(tf.mul(tf.matMul(a, a, false, true), -0.2)) },
  { name: "dot", shapes: [[5], [5]], f: (a, b) => tf.dot(a, b) },
  {
    name: "fused matMul",
    shapes: [[5, 3], [3, 4], [4]],
    f: (a, b, bias) => tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation: "relu" }),
  },
];
