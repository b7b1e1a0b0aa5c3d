import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { Rng } from "../../math/rng.js";
import type { CompiledStep, Engine, StepDefinition } from "../engine.js";
import { createEngine } from "../index.js";
import { sizeOf } from "../shapes.js";
import { traceBackend } from "../trace-backend.js";
import { kernels } from "./index.js";

type Operation = (...tensors: tf.Tensor[]) => tf.Tensor;

/** Operands by shape, drawn from N(0, 1) or from (low, high); the gradient by every operand is compared too. */
interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly f: Operation;
  readonly range?: readonly [number, number];
  readonly gradient?: boolean;
}

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

const ints = (values: number[], shape: number[] = [values.length]) => tf.tensor(values, shape, "int32");
const single = (name: string, shape: readonly number[], f: Operation): Case => ({ name, shapes: [shape], f });

const shapeCases: Case[] = [
  single("reshape", [4, 6], (x) => tf.reshape(x, [3, -1])),
  single("reshape of a repeated row", [1, 6], (x) => tf.reshape(tf.mul(tf.tile(x, [4, 1]), 2), [3, 8])),
  single("squeeze of a repeated row", [1, 1, 6], (x) => tf.squeeze(tf.tile(x, [4, 1, 1]))),
  single("expandDims in the middle", matrix, (x) => tf.expandDims(x, 1)),
  single("expandDims of a repeated row", [1, 3], (x) => tf.expandDims(tf.tile(x, [4, 1]), 1)),
  single("expandDims at the end", matrix, (x) => tf.expandDims(x, -1)),
  single("transpose", matrix, (x) => tf.transpose(x)),
  single("transpose of rank 3", [2, 3, 4], (x) => tf.transpose(x, [2, 0, 1])),
  single("transpose of a column", [5, 1], (x) => tf.transpose(tf.mul(x, 3))),
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

const linearCases: Case[] = [
  ...[false, true].flatMap((ta) =>
    [false, true].flatMap((tb): Case[] => [
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
  { name: "Gram matrix", shapes: [[5, 3]], f: (a) => tf.exp(tf.mul(tf.matMul(a, a, false, true), -0.2)) },
  { name: "dot", shapes: [[5], [5]], f: (a, b) => tf.dot(a, b) },
  {
    name: "fused matMul",
    shapes: [[5, 3], [3, 4], [4]],
    f: (a, b, bias) => tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation: "relu" }),
  },
];

const indexCases: Case[] = [
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

const cases: Case[] = [
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
  ...shapeCases,
  ...linearCases,
  ...indexCases,
];

/** A step that returns f and the gradient of sum(f * dy) by every operand. */
function parityStep({ name, shapes, f, gradient = true }: Case, outShape: number[]): StepDefinition {
  const names = shapes.map((_, i) => `x${i}`);
  return {
    name,
    state: [],
    inputs: [...shapes.map((shape, i) => ({ name: names[i], shape })), { name: "dy", shape: outShape }],
    run: (_, inputs) => {
      const operands = names.map((key) => inputs[key]);
      const outputs: Record<string, tf.Tensor> = { value: f(...operands) };
      if (!gradient) return { outputs };
      const gradients = tf.grads((...xs: tf.Tensor[]) => f(...xs))(operands, inputs.dy);
      for (const [i, g] of gradients.entries()) outputs[`gradient ${i}`] = g;
      return { outputs };
    },
  };
}

describe("every kernel agrees with the eager cpu backend, forward and gradient", () => {
  let compiled: Engine;
  let eager: Engine;
  const called = new Set<string>();

  beforeAll(async () => {
    compiled = await createEngine("onnx");
    eager = await createEngine("cpu");
    const backend = traceBackend();
    const call = backend.call.bind(backend);
    vi.spyOn(backend, "call").mockImplementation((name, ...rest) => {
      called.add(name);
      return call(name, ...rest);
    });
  });

  async function run(engine: Engine, step: StepDefinition, values: Record<string, Float32Array>) {
    const bound: CompiledStep = await engine.compile(step, engine.createState([]));
    for (const [name, data] of Object.entries(values)) bound.inputs[name].set(data);
    await bound.run();
    bound.dispose();
    return bound.outputs;
  }

  it.each(cases)("$name", async (example) => {
    await tf.setBackend("cpu");
    const outShape = tf.tidy(() => example.f(...example.shapes.map((shape) => tf.ones([...shape]))).shape);
    const step = parityStep(example, outShape);
    const rng = new Rng(example.name);
    const [low, high] = example.range ?? [0, 0];
    const draw = () => (example.range ? low + (high - low) * rng.uniform() : rng.normal());
    const values = Object.fromEntries(
      step.inputs.map(({ name, shape }) => [
        name,
        Float32Array.from({ length: sizeOf(shape) }, name === "dy" ? () => rng.normal() : draw),
      ]),
    );
    const actual = await run(compiled, step, values);
    const expected = await run(eager, step, values);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, wanted] of Object.entries(expected))
      expect(distance(actual[name], wanted), name).toBeLessThan(2e-6);
  });

  it("covers every kernel of the table", () => {
    const internal = ["Fill", "BroadcastTo", "Identity"];
    const untested = Object.keys(kernels).filter((name) => !called.has(name) && !internal.includes(name));
    expect(untested).toEqual([]);
  });
});

/** |a - b| / max(1, |b|), Euclidean norms; infinite if a length or a NaN differs. */
function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [difference, norm] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) !== Number.isNaN(b[i])) return Number.POSITIVE_INFINITY;
    difference += (a[i] - b[i]) ** 2 || 0;
    norm += b[i] ** 2 || 0;
  }
  return Math.sqrt(difference) / Math.max(1, Math.sqrt(norm));
}
