import * as tf from "@tensorflow/tfjs";
import type { KernelCase, Operation } from "./kernel-case.js";

type Pad = "same" | "valid";
type Sized = readonly number[];

const conv2d = (strides: number | [number, number], pad: Pad | number, round?: "floor"): Operation => {
  return (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", 1, round);
};
const conv3d = (strides: number | [number, number, number], pad: Pad): Operation => {
  return (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, pad);
};
const depthwise = (
  strides: number | [number, number],
  pad: Pad,
  dilations: number | [number, number] = 1,
): Operation => {
  return (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilations);
};
const of4 = (f: (x: tf.Tensor4D) => tf.Tensor): Operation => {
  return (x) => f(x as tf.Tensor4D);
};
const of5 = (f: (x: tf.Tensor5D) => tf.Tensor): Operation => {
  return (x) => f(x as tf.Tensor5D);
};

/** Every stride with every padding, over sizes that it divides and does not divide. */
const strided = [1, 2, 4].flatMap((stride) =>
  (["same", "valid"] as const).flatMap((pad) =>
    [
      [8, 8],
      [9, 7],
    ].map((size) => ({ stride, pad, size })),
  ),
);

const convolutions: KernelCase[] = [
  ...strided.map(({ stride, pad, size }) => ({
    name: `conv2d 3x3 of ${size}, stride ${stride}, ${pad}`,
    shapes: [
      [2, ...size, 3],
      [3, 3, 3, 5],
    ],
    f: conv2d(stride, pad),
  })),
  ...(
    [
      ["conv2d 5x3, strides 2 and 1", [2, 10, 8, 3], [5, 3, 3, 4], conv2d([2, 1], "valid")],
      ["conv2d 7x7, stride 4", [2, 15, 13, 1], [7, 7, 1, 3], conv2d(4, "same")],
      ["conv2d 1x1, stride 2", [3, 8, 9, 3], [1, 1, 3, 4], conv2d(2, "same")],
      ["conv2d 2x2", [3, 6, 5, 2], [2, 2, 2, 3], conv2d(1, "same")],
      ["conv2d padded by 1", [2, 6, 7, 2], [3, 3, 2, 3], conv2d(2, 1, "floor")],
      ["conv2d padded by more than its filter", [2, 5, 5, 2], [3, 3, 2, 3], conv2d(1, 3, "floor")],
      ["conv2d of one number", [1, 1, 1, 1], [1, 1, 1, 1], conv2d(1, "same")],
    ] as readonly [string, Sized, Sized, Operation][]
  ).map(([name, x, w, f]) => ({ name, shapes: [x, w], f })),
  {
    name: "conv2d with a spread filter",
    shapes: [
      [2, 9, 8, 2],
      [3, 3, 2, 3],
    ],
    f: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same", "NHWC", 2),
    gradient: false,
  },
  {
    name: "conv2d of a repeated row",
    shapes: [
      [1, 5, 4, 2],
      [3, 3, 2, 3],
    ],
    f: (x, w) => conv2d(1, "same")(tf.tile(x, [3, 1, 1, 1]), w),
  },
  {
    name: "conv1d",
    shapes: [
      [3, 11, 4],
      [3, 4, 5],
    ],
    f: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, "same"),
  },
  {
    name: "conv2dTranspose",
    shapes: [
      [2, 4, 4, 5],
      [3, 3, 3, 5],
    ],
    f: (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 8, 8, 3], 2, "same"),
  },
  ...strided
    .filter(({ stride }) => stride < 4)
    .map(({ stride, pad, size }) => ({
      name: `conv3d 3x3x3 of ${size}, stride ${stride}, ${pad}`,
      shapes: [
        [2, 5, ...size, 2],
        [3, 3, 3, 2, 3],
      ],
      f: conv3d(stride, pad),
    })),
  {
    name: "conv3d 1x1x1",
    shapes: [
      [2, 3, 4, 5, 2],
      [1, 1, 1, 2, 4],
    ],
    f: conv3d(1, "same"),
  },
  ...["same", "valid"].map((pad) => ({
    name: `conv3d 1x1x1, stride 2, ${pad}`,
    shapes: [
      [2, 4, 5, 6, 2],
      [1, 1, 1, 2, 4],
    ],
    f: conv3d(2, pad as Pad),
  })),
  {
    name: "conv3d 3x1x2, strides 1, 2 and 1",
    shapes: [
      [2, 4, 5, 6, 2],
      [3, 1, 2, 2, 4],
    ],
    f: conv3d([1, 2, 1], "same"),
  },
  ...(
    [
      ["depthwise 3x3", [2, 7, 6, 3], [3, 3, 3, 1], depthwise(1, "same")],
      ["depthwise 3x3, stride 2, two multiples", [2, 7, 6, 3], [3, 3, 3, 2], depthwise(2, "same")],
      ["depthwise 2x3, valid", [2, 7, 6, 2], [2, 3, 2, 1], depthwise(1, "valid")],
      ["depthwise 1x1", [2, 3, 4, 2], [1, 1, 2, 1], depthwise(1, "valid")],
    ] as readonly [string, Sized, Sized, Operation][]
  ).map(([name, x, w, f]) => ({ name, shapes: [x, w], f })),
  {
    name: "depthwise 3x3 with a spread filter",
    shapes: [
      [2, 8, 9, 2],
      [3, 3, 2, 2],
    ],
    f: depthwise(1, "same", 2),
    gradient: false,
  },
];

/** A value without a gradient. */
const frozen = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
}));
/** Whole numbers, many of them equal, through which the gradient passes. */
const steps = (y: tf.Tensor) => tf.add(tf.floor(frozen(y)), tf.sub(y, frozen(y)));

const norm = (h: tf.Tensor): tf.Tensor => {
  const { mean, variance } = tf.moments(h, [0, 1, 2]);
  return tf.mul(tf.sub(h, mean), tf.rsqrt(tf.add(variance, 1e-5)));
};

/** Sizes that fill blocks of 16 channels and rows, which ONNX Runtime's own convolutions take. */
const wide: KernelCase[] = [
  ...strided.flatMap(({ stride, pad, size }) =>
    [1, 2, 3].map((filter) => ({
      name: `conv2d ${filter}x${filter} of ${size}, 16 to 32 channels, stride ${stride}, ${pad}`,
      shapes: [
        [16, ...size, 16],
        [filter, filter, 16, 32],
      ],
      f: conv2d(stride, pad),
    })),
  ),
  ...(
    [
      ["one channel to 16", [16, 6, 5, 1], [3, 3, 1, 16], conv2d(2, "same")],
      ["3 channels to 16, rows that fill no block", [5, 6, 5, 3], [3, 3, 3, 16], conv2d(1, "same")],
      ...[7, 15, 17, 20, 24, 34].map(
        (rows) => [`3 channels to 16, ${rows} rows`, [rows, 4, 3, 3], [3, 3, 3, 16], conv2d(1, "same")] as const,
      ),
      ["20 channels to 16", [16, 6, 5, 20], [3, 3, 20, 16], conv2d(1, "same")],
      ["a line", [16, 1, 9, 16], [1, 3, 16, 32], conv2d([1, 2], "same")],
      ["7x7, stride 4", [16, 13, 15, 16], [7, 7, 16, 16], conv2d(4, "same")],
      ["padded by more than its filter", [16, 5, 5, 16], [3, 3, 16, 16], conv2d(1, 3, "floor")],
    ] as readonly [string, Sized, Sized, Operation][]
  ).map(([name, x, w, f]) => ({ name: `conv2d of ${name}, in blocks`, shapes: [x, w], f })),
  ...(
    [
      ["normalisation", (y) => tf.relu(norm(y))],
      ["numbers by row", (y) => tf.mul(y, tf.reshape(tf.range(0, 16), [16, 1, 1, 1]))],
      ["the largest over space", (y) => tf.max(y, [1, 2])],
      ["the largest over all but channels", (y) => tf.max(y, [0, 1, 2])],
      ["sums that keep their axes", (y) => tf.sub(y, tf.mean(y, [1, 2], true))],
      ["a sum over channels", (y) => tf.sum(y, 3)],
      ["a reshape", (y) => tf.square(tf.reshape(y, [16, 12, 32]))],
      ["a pool", (y) => tf.maxPool(y as tf.Tensor4D, 2, 2, "valid")],
      [
        "one in standard order",
        (y) => tf.add(y, tf.depthwiseConv2d(y as tf.Tensor4D, tf.ones([3, 3, 32, 1]), 1, "same")),
      ],
    ] as readonly [string, (y: tf.Tensor) => tf.Tensor][]
  ).map(([name, f]) => ({
    name: `a convolution in blocks and ${name}`,
    shapes: [
      [16, 4, 3, 16],
      [3, 3, 16, 32],
    ],
    f: (x: tf.Tensor, w: tf.Tensor) => f(conv2d(1, "same")(x, w)),
  })),
];

const normOfVolumes = (h: tf.Tensor): tf.Tensor => {
  const { mean, variance } = tf.moments(h, [0, 1, 2, 3]);
  return tf.mul(tf.sub(h, mean), tf.rsqrt(tf.add(variance, 1e-5)));
};

/** The same of volumes, whose planes are rows to these convolutions. */
const wideVolumes: KernelCase[] = [
  ...[1, 2, 4].flatMap((stride) =>
    (
      [
        [1, "same"],
        [2, "same"],
        [3, "same"],
        [3, "valid"],
      ] as const
    ).map(([filter, pad]) => ({
      name: `conv3d ${filter}x${filter}x${filter}, 16 to 16 channels, stride ${stride}, ${pad}`,
      shapes: [
        [8, 5, 7, 4, 16],
        [filter, filter, filter, 16, 16],
      ],
      f: conv3d(stride, pad),
    })),
  ),
  ...(
    [
      ["one channel to 16", [4, 4, 6, 5, 1], [3, 3, 3, 1, 16], conv3d(2, "same")],
      ["3 channels to 16", [4, 4, 6, 5, 3], [3, 3, 3, 3, 16], conv3d(1, "same")],
      ...[1, 3, 5, 7].map(
        (rows) =>
          [`one channel to 16, ${rows} of 5 planes`, [rows, 5, 3, 4, 1], [3, 3, 3, 1, 16], conv3d(1, "same")] as const,
      ),
      ["20 channels to 16", [4, 4, 6, 5, 20], [3, 3, 3, 20, 16], conv3d(1, "same")],
      ["planes that fill no block", [1, 3, 4, 5, 16], [3, 3, 3, 16, 16], conv3d(1, "same")],
      ["other steps along each axis", [4, 8, 6, 5, 16], [3, 2, 3, 16, 16], conv3d([3, 1, 2], "same")],
      ["5x1x1", [4, 8, 2, 3, 16], [5, 1, 1, 16, 16], conv3d([2, 1, 1], "valid")],
    ] as readonly [string, Sized, Sized, Operation][]
  ).map(([name, x, w, f]) => ({ name: `conv3d of ${name}, in blocks`, shapes: [x, w], f })),
  ...(
    [
      ["normalisation", (y) => tf.relu(normOfVolumes(y))],
      ["numbers by row", (y) => tf.mul(y, tf.reshape(tf.range(0, 8), [8, 1, 1, 1, 1]))],
      ["numbers by channel", (y) => tf.add(y, tf.range(0, 32))],
      ["numbers by row and channel", (y) => tf.mul(y, tf.mean(y, [1, 2, 3], true))],
      ["numbers by plane", (y) => tf.mul(y, tf.reshape(tf.range(0, 2), [2, 1, 1, 1]))],
      ["a mean over space", (y) => tf.mean(y, [1, 2, 3])],
      ["the largest over space", (y) => tf.max(y, [1, 2, 3])],
      ["the largest over all but channels", (y) => tf.max(y, [0, 1, 2, 3])],
      ["a sum over depth", (y) => tf.sum(y, 1)],
      ["a sum over channels", (y) => tf.sum(y, 4)],
      ["a reshape", (y) => tf.square(tf.reshape(y, [8, 24, 32]))],
      ["a pool", (y) => tf.maxPool3d(y as tf.Tensor5D, 2, 2, "valid")],
      [
        "one in standard order",
        (y) => tf.add(y, tf.conv3d(y as tf.Tensor5D, tf.ones([1, 1, 1, 32, 1]) as tf.Tensor5D, 1, "same")),
      ],
    ] as readonly [string, (y: tf.Tensor) => tf.Tensor][]
  ).map(([name, f]) => ({
    name: `a convolution of volumes in blocks and ${name}`,
    shapes: [
      [8, 2, 4, 3, 16],
      [2, 3, 1, 16, 32],
    ],
    f: (x: tf.Tensor, w: tf.Tensor) => f(conv3d(1, "same")(x, w)),
  })),
];

/** Pools of values in blocks. */
const widePools: KernelCase[] = [
  ...(
    [
      ["6 x 4", [16, 6, 4, 16], (y) => y],
      ["6 x 4, equal values", [16, 6, 4, 16], steps],
      ["2 x 2, equal values", [3, 2, 2, 16], steps],
    ] as readonly [string, Sized, (y: tf.Tensor) => tf.Tensor][]
  ).map(([name, shape, f]) => ({
    name: `maxPool 2x2 in blocks of ${name}`,
    shapes: [shape, [1, 1, 16, 32]],
    f: (x: tf.Tensor, w: tf.Tensor) => tf.maxPool(f(conv2d(1, "same")(x, w)) as tf.Tensor4D, 2, 2, "valid"),
  })),
  ...(
    [
      ["4 x 6 x 2", [4, 4, 6, 2, 16]],
      ["2 x 4 x 8", [3, 2, 4, 8, 16]],
    ] as readonly [string, Sized][]
  ).map(([name, shape]) => ({
    name: `maxPool3d 2x2x2 in blocks of ${name}`,
    shapes: [shape, [1, 1, 1, 16, 32]],
    f: (x: tf.Tensor, w: tf.Tensor) => tf.maxPool3d(conv3d(1, "same")(x, w) as tf.Tensor5D, 2, 2, "valid"),
  })),
];

const pools: KernelCase[] = (
  [
    ["maxPool 2x2", [2, 6, 8, 3], of4((x) => tf.maxPool(x, 2, 2, "valid"))],
    ["maxPool 2x2, odd", [2, 7, 9, 3], of4((x) => tf.maxPool(x, 2, 2, "valid"))],
    ["maxPool 2x2, odd, same", [2, 7, 9, 3], of4((x) => tf.maxPool(x, 2, 2, "same"))],
    ["maxPool 3x3, stride 2", [2, 9, 8, 3], of4((x) => tf.maxPool(x, 3, 2, "same"))],
    ["maxPool 2x2, stride 4", [2, 9, 8, 3], of4((x) => tf.maxPool(x, 2, 4, "valid"))],
    [
      "maxPool of equal values",
      [2, 6, 6, 2],
      of4((x) => tf.maxPool(tf.relu(tf.sub(x, 0.5)) as tf.Tensor4D, 2, 2, "valid")),
    ],
    ["avgPool 2x2", [2, 6, 8, 3], of4((x) => tf.avgPool(x, 2, 2, "valid"))],
    ["avgPool 2x2, odd", [2, 7, 9, 3], of4((x) => tf.avgPool(x, 2, 2, "valid"))],
    ["avgPool 3x3, stride 2", [2, 9, 8, 3], of4((x) => tf.avgPool(x, 3, 2, "same"))],
    ["avgPool 4x4, stride 1", [2, 5, 6, 2], of4((x) => tf.avgPool(x, 4, 1, "same"))],
    ["maxPool3d 2x2x2", [2, 4, 6, 4, 2], of5((x) => tf.maxPool3d(x, 2, 2, "valid"))],
    ["maxPool3d 2x2x2, odd", [2, 5, 6, 7, 2], of5((x) => tf.maxPool3d(x, 2, 2, "same"))],
    ["maxPool3d 3x3x3, stride 2", [1, 5, 6, 7, 2], of5((x) => tf.maxPool3d(x, 3, 2, "valid"))],
    ["avgPool3d 2x2x2", [2, 4, 6, 4, 2], of5((x) => tf.avgPool3d(x, 2, 2, "valid"))],
    ["avgPool3d 3x3x3, stride 2", [1, 5, 6, 7, 2], of5((x) => tf.avgPool3d(x, 3, 2, "same"))],
  ] as readonly [string, Sized, Operation][]
).map(([name, shape, f]) => ({ name, shapes: [shape], f }));

/** What stands around convolutions: operations that keep the channels first, and some that need them last. */
const around: KernelCase[] = [
  {
    name: "convolution, normalisation, relu, sum, mean over space",
    shapes: [
      [4, 6, 5, 3],
      [3, 3, 3, 8],
      [3, 3, 8, 8],
    ],
    f: (x, w, v) => {
      const first = tf.relu(norm(conv2d(1, "same")(x, w)));
      return tf.mean(tf.relu(tf.add(norm(conv2d(1, "same")(first, v)), first)), [1, 2]);
    },
  },
  ...(
    [
      ["bias and activation", (y) => tf.sigmoid(tf.add(y, tf.tensor1d([1, 2, 3, 4])))],
      ["numbers by row", (y) => tf.mul(y, tf.reshape(tf.tensor1d([1, 2]), [2, 1, 1, 1]))],
      ["numbers by place", (y) => tf.mul(y, tf.reshape(tf.range(0, 12), [3, 4, 1]))],
      ["a sum over channels", (y) => tf.sum(y, 3)],
      ["a sum over everything", (y) => tf.sum(tf.square(y))],
      ["a mean over rows", (y) => tf.mean(y, 0)],
      ["sums that keep their axes", (y) => tf.div(y, tf.add(tf.sum(tf.abs(y), [1, 2], true), 1))],
      ["sums by channel that keep their axes", (y) => tf.sub(y, tf.mean(y, [0, 1, 2], true))],
      ["the largest over space", (y) => tf.max(y, [1, 2])],
      ["a reshape", (y) => tf.matMul(tf.reshape(y, [2, 48]), tf.ones([48, 3]))],
      ["a transposition", (y) => tf.transpose(y, [0, 3, 1, 2])],
      ["a slice and a concatenation", (y) => tf.concat([tf.slice(y, [0, 0, 0, 0], [2, 3, 4, 2]), y], 3)],
      ["a choice", (y) => tf.where(tf.greaterEqual(y, 0), y, tf.mul(y, 0.1))],
      ["a broadcast to more axes", (y) => tf.add(y, tf.ones([2, 1, 1, 1, 1]))],
    ] as readonly [string, (y: tf.Tensor) => tf.Tensor][]
  ).map(([name, f]) => ({
    name: `a convolution and ${name}`,
    shapes: [
      [2, 3, 4, 2],
      [3, 3, 2, 4],
    ],
    f: (x: tf.Tensor, w: tf.Tensor) => f(conv2d(1, "same")(x, w)),
  })),
];

export const convolutionCases: KernelCase[] = [
  ...convolutions,
  ...wide,
  ...wideVolumes,
  ...widePools,
  ...pools,
  ...around,
];
