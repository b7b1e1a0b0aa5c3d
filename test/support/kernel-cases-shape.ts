import * as tf from "@tensorflow/tfjs";
import { type KernelCase, single } from "./kernel-case.js";

const matrix = [5, 3];
const ints = (values: number[], shape: number[] = [values.length]) => tf.tensor(values, shape, "int32");

/** What changes the shape of a tensor or makes one of a pattern. */
export const shapeCases: KernelCase[] = [
  single("reshape", [4, 6], (x) => tf.reshape(x, [3, -1])),
  single("reshape of a repeated row", [1, 6], (x) => tf.reshape(tf.mul(tf.tile(x, [4, 1]), 2), [3, 8])),
  single("squeeze of a repeated row", [1, 1, 6], (x) => tf.squeeze(tf.tile(x, [4, 1, 1]))),
  single("expandDims in the middle", matrix, (x) => tf.expandDims(x, 1)),
  single("expandDims of a repeated row", [1, 3], (x) => tf.expandDims(tf.tile(x, [4, 1]), 1)),
  single("expandDims at the end", matrix, (x) => tf.expandDims(x, -1)),
  single("transpose", matrix, (x) => tf.transpose(x)),
  single("transpose of rank 3", [2, 3, 4], (x) => tf.transpose(x, [2, 0, 1])),
  single("transpose of a column", [5, 1], (x) => tf.transpose(tf.mul(x, 3))),
  single("transpose after squeeze", [1, 5, 3], (x) => tf.transpose(tf.squeeze(tf.mul(x, 3), [0]))),
  single("transpose of a repeated row", [1, 3], (x) => tf.transpose(tf.tile(x, [4, 1]))),
  single("tile", matrix, (x) => tf.tile(x, [2, 3])),
  single("broadcastTo", [5, 1], (x) => tf.broadcastTo(x, [2, 5, 3])),
  single("concat of one", matrix, (x) => tf.concat([x], 0)),
  {
    name: "concat rows",
    shapes: [
      [2, 3],
      [4, 3],
    ],
    f: (a, b) => tf.concat([a, b, a], 0),
  },
  {
    name: "concat columns",
    shapes: [
      [4, 1],
      [4, 3],
    ],
    f: (a, b) => tf.concat([a, b], -1),
  },
  { name: "stack", shapes: [matrix, matrix], f: (a, b) => tf.stack([a, b], 1) },
  { name: "stack at the end", shapes: [[5], [5]], f: (a, b) => tf.stack([a, b], -1) },
  single("unstack", matrix, (x) => tf.mul(tf.unstack(x, 1)[0], tf.unstack(x, 1)[2])),
  single("split by number", [6, 2], (x) => tf.split(x, 3)[1]),
  single("split by sizes", [9], (x) => {
    const [a, b, c] = tf.split(x, [2, 4, 3]);
    return tf.concat([c, tf.reshape(tf.matMul(tf.reshape(b, [2, 2]), tf.reshape(a, [2, 1])), [-1])]);
  }),
  single("split columns", [3, 5], (x) => tf.split(x, [1, 4], 1)[1]),
  single("slice", [4, 5], (x) => tf.slice(x, [1, 2], [2, -1])),
  single("slice of everything", [4, 5], (x) => tf.slice(x, [0, 0], [-1, 5])),
  single("pad", matrix, (x) =>
    tf.pad(
      x as tf.Tensor2D,
      [
        [1, 0],
        [0, 2],
      ],
      0.5,
    ),
  ),
  single("reverse", matrix, (x) => tf.reverse(x, 0)),
  single("reverse both", [2, 3, 4], (x) => tf.reverse(x, [0, -1])),
  single("range", [4], (x) => tf.mul(x, tf.range(1, 9, 2))),
  single("linspace", [5], (x) => tf.mul(x, tf.linspace(-1, 1, 5))),
  single("oneHot", [3], (x) => tf.matMul(tf.oneHot(ints([2, 0, 1]), 3) as tf.Tensor2D, tf.reshape(x, [3, 1]))),
];

/** What picks, orders or counts entries. */
export const indexCases: KernelCase[] = [
  single("gather rows", matrix, (x) => tf.gather(x, ints([4, 0, 4, 2]))),
  single("gather columns", matrix, (x) => tf.gather(x, ints([2, 0]), 1)),
  single("gather by a matrix", [6], (x) => tf.gather(x, ints([5, 0, 1, 1], [2, 2]))),
  { ...single("gatherND", matrix, (x) => tf.gatherND(x, ints([4, 0, 1, 2], [2, 2]))), gradient: false },
  {
    ...single("scatterND", [4], (x) => tf.scatterND(ints([5, 0, 5, 2], [4, 1]), x, [6])),
    gradient: false,
  },
  single("unsortedSegmentSum", matrix, (x) => tf.unsortedSegmentSum(x, tf.tensor1d([3, 0, 3, 1, 0], "int32"), 4)),
  { ...single("topk values", [3, 7], (x) => tf.topk(x, 4).values), gradient: false },
  { ...single("topk indices", [3, 7], (x) => tf.cast(tf.topk(x, 7).indices, "float32")), gradient: false },
  {
    ...single("sorted values", [9], (x) => tf.mul(tf.gather(x, tf.topk(x, 9).indices), tf.range(0, 9))),
    gradient: false,
  },
  { ...single("argMax", [4, 5], (x) => tf.cast(tf.argMax(x, 1), "float32")), gradient: false },
  { ...single("argMin", [4, 5], (x) => tf.cast(tf.argMin(x, 0), "float32")), gradient: false },
  single("cumsum", [4, 5], (x) => tf.cumsum(x, 1)),
  { ...single("cumsum exclusive reverse", [4, 5], (x) => tf.cumsum(x, 0, true, true)), gradient: false },
  single("softmax", [4, 5], (x) => tf.softmax(x)),
  single("logSoftmax", [4, 5], (x) => tf.logSoftmax(x)),
  { ...single("prod", [4, 3], (x) => tf.prod(x, 1)), gradient: false },
  { ...single("all", [6, 2], (x) => tf.cast(tf.all(tf.greater(x, -0.5), 1), "float32")), gradient: false },
  { ...single("any", [6, 2], (x) => tf.cast(tf.any(tf.greater(x, 0.5), 0), "float32")), gradient: false },
];
