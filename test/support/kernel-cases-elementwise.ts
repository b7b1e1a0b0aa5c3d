import * as tf from "@tensorflow/tfjs";
import type { KernelCase, Operation } from "./kernel-case.js";

const matrix = [5, 3];
const pairs = [
  [
    [5, 3],
    [5, 3],
  ],
  [[5, 3], [3]],
  [
    [5, 1],
    [1, 3],
  ],
  [[], [5, 3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[7], [1]],
  [[], []],
];

const unary: Record<string, readonly [Operation, (readonly [number, number])?]> = {
  abs: [tf.abs],
  acos: [tf.acos, [-0.9, 0.9]],
  acosh: [tf.acosh, [1.1, 3]],
  asin: [tf.asin, [-0.9, 0.9]],
  asinh: [tf.asinh],
  atan: [tf.atan],
  atanh: [tf.atanh, [-0.9, 0.9]],
  ceil: [tf.ceil],
  clip: [(x) => tf.clipByValue(x, -0.5, 0.7)],
  cos: [tf.cos],
  cosh: [tf.cosh],
  elu: [tf.elu],
  erf: [tf.erf],
  exp: [tf.exp],
  expm1: [tf.expm1],
  floor: [tf.floor],
  leakyRelu: [(x) => tf.leakyRelu(x, 0.3)],
  log: [tf.log, [0.1, 3]],
  log1p: [tf.log1p, [-0.5, 3]],
  logSigmoid: [tf.logSigmoid],
  neg: [tf.neg],
  reciprocal: [tf.reciprocal, [0.2, 2]],
  relu: [tf.relu],
  relu6: [(x) => tf.relu6(x), [-3, 9]],
  round: [tf.round, [-9, 9]],
  rsqrt: [tf.rsqrt, [0.1, 3]],
  selu: [tf.selu],
  sigmoid: [tf.sigmoid],
  sign: [tf.sign],
  sin: [tf.sin],
  sinh: [tf.sinh],
  softplus: [tf.softplus],
  sqrt: [tf.sqrt, [0.1, 3]],
  square: [tf.square],
  step: [(x) => tf.step(x)],
  stepSlope: [(x) => tf.step(x, 0.25)],
  tan: [tf.tan, [-1, 1]],
  tanh: [tf.tanh],
  isNan: [(x) => tf.cast(tf.isNaN(tf.div(x, 0)), "float32")],
  isInf: [(x) => tf.cast(tf.isInf(tf.div(x, 0)), "float32")],
  zerosLike: [(x) => tf.add(x, tf.zerosLike(x))],
  onesLike: [(x) => tf.mul(x, tf.onesLike(x))],
  fill: [(x) => tf.mul(x, tf.fill([1], 3))],
  identity: [(x) => tf.clone(x)],
  castInt: [(x) => tf.cast(tf.cast(x, "int32"), "float32"), [-9, 9]],
  castBool: [(x) => tf.cast(tf.cast(tf.floor(x), "bool"), "float32"), [-2, 2]],
  not: [(x) => tf.cast(tf.logicalNot(tf.greater(x, 0)), "float32")],
};

const binary: Record<string, readonly [Operation, (readonly [number, number])?]> = {
  add: [tf.add],
  sub: [tf.sub],
  mul: [tf.mul],
  div: [tf.div, [0.3, 2]],
  pow: [tf.pow, [0.3, 2]],
  maximum: [tf.maximum],
  minimum: [tf.minimum],
  squaredDifference: [tf.squaredDifference],
  mod: [tf.mod, [0.3, 4]],
  floorDiv: [tf.floorDiv, [0.3, 4]],
  prelu: [tf.prelu],
  addN: [(a, b) => tf.addN([tf.add(a, b), tf.sub(a, b), tf.mul(a, b)])],
  equal: [(a, b) => tf.cast(tf.equal(tf.round(a), tf.round(b)), "float32")],
  notEqual: [(a, b) => tf.cast(tf.notEqual(tf.round(a), tf.round(b)), "float32")],
  greater: [(a, b) => tf.cast(tf.greater(a, b), "float32")],
  greaterEqual: [(a, b) => tf.cast(tf.greaterEqual(a, b), "float32")],
  less: [(a, b) => tf.cast(tf.less(a, b), "float32")],
  lessEqual: [(a, b) => tf.cast(tf.lessEqual(a, b), "float32")],
  and: [(a, b) => tf.cast(tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0)), "float32")],
  or: [(a, b) => tf.cast(tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0)), "float32")],
  where: [(a, b) => tf.where(tf.greaterEqual(tf.add(a, b), 0), tf.mul(a, b), tf.sub(a, b))],
  scaledSum: [(a, b) => tf.add(tf.mul(a, 0.5), tf.mul(tf.mul(b, 0.5), tf.mul(a, 3)))],
  scaledDifference: [(a, b) => tf.sub(tf.mul(a, -1), tf.sub(tf.neg(b), tf.div(a, 4)))],
};

/** tfjs has no gradient for these. */
const withoutGradient = new Set(
  "isNan isInf castInt castBool not floorDiv mod equal notEqual greater less lessEqual and or".split(" "),
);
/** The gradient that tfjs has for these does not broadcast. */
const gradientOfOneShape = new Set(["maximum", "minimum", "squaredDifference", "prelu", "where"]);

const reduced: readonly (readonly [readonly number[], number | number[] | undefined])[] = [
  [[7], undefined],
  [[5, 3], 0],
  [[5, 3], 1],
  [[5, 3], -1],
  [
    [5, 3],
    [0, 1],
  ],
  [
    [4, 1, 3],
    [0, 2],
  ],
  [[1, 5, 3], 1],
  [[2, 3, 4], 1],
  [
    [2, 3, 4],
    [1, 2],
  ],
  [[1, 1], 0],
];
const reductions: Record<string, (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  logSumExp: tf.logSumExp,
  sumOfScaled: (x, axis, keep) => tf.sum(tf.mul(x, 3), axis, keep),
  sumOfRepeated: (x, axis, keep) => tf.sum(tf.mul(tf.ones(x.shape), tf.mean(x)), axis, keep),
  variance: (x, axis, keep) => tf.moments(x, axis, keep).variance,
};

/** Functions of each entry, of pairs of entries with broadcasting, and reductions, over shapes and axes. */
export const elementwiseCases: KernelCase[] = [
  ...Object.entries(unary).flatMap(([name, [f, range]]) =>
    [[], [7], matrix].map((shape) => ({
      name: `${name} [${shape}]`,
      shapes: [shape],
      f,
      range,
      gradient: !withoutGradient.has(name),
    })),
  ),
  ...Object.entries(binary).flatMap(([name, [f, range]]) =>
    pairs.map((shapes) => ({
      name: `${name} [${shapes[0]}] [${shapes[1]}]`,
      shapes,
      f,
      range,
      gradient: !withoutGradient.has(name) && (!gradientOfOneShape.has(name) || `${shapes[0]}` === `${shapes[1]}`),
    })),
  ),
  ...Object.entries(reductions).flatMap(([name, f]) =>
    reduced.flatMap(([shape, axis]) =>
      [false, true].map((keep) => ({
        name: `${name} [${shape}] over ${axis}${keep ? " kept" : ""}`,
        shapes: [shape],
        f: (x: tf.Tensor) => f(x, axis, keep),
      })),
    ),
  ),
];
