import { applyFactor, binary, negate, splitFactor, unary } from "../graph/arithmetic.js";
import type { Graph } from "../graph/graph.js";
import type { DType, Value } from "../graph/value.js";
import { broadcastShape } from "../shapes.js";
import { anyOrder, cast, type Kernel, type KernelTable } from "./kernel.js";
import { aligned } from "./order.js";

type Unary<A> = (graph: Graph, x: Value, attrs: A) => Value;
type Binary = (graph: Graph, a: Value, b: Value) => Value;

/** tfjs kernels that are one ONNX operator of one operand. */
const unaryOperators = {
  Abs: "Abs",
  Acos: "Acos",
  Acosh: "Acosh",
  Asin: "Asin",
  Asinh: "Asinh",
  Atan: "Atan",
  Atanh: "Atanh",
  Ceil: "Ceil",
  Cos: "Cos",
  Cosh: "Cosh",
  Erf: "Erf",
  Exp: "Exp",
  Floor: "Floor",
  Log: "Log",
  LogicalNot: "Not",
  Reciprocal: "Reciprocal",
  Relu: "Relu",
  Round: "Round",
  Sigmoid: "Sigmoid",
  Sign: "Sign",
  Sin: "Sin",
  Sinh: "Sinh",
  Softplus: "Softplus",
  Sqrt: "Sqrt",
  Tan: "Tan",
  Tanh: "Tanh",
} as const;

/** tfjs kernels that are one ONNX operator of two operands of one type. */
const binaryOperators = {
  Add: "Add",
  Sub: "Sub",
  Multiply: "Mul",
  RealDiv: "Div",
  Pow: "Pow",
  Maximum: "Max",
  Minimum: "Min",
} as const;

const comparisons = {
  Equal: "Equal",
  Greater: "Greater",
  GreaterEqual: "GreaterOrEqual",
  Less: "Less",
  LessEqual: "LessOrEqual",
  LogicalAnd: "And",
  LogicalOr: "Or",
} as const;

const float = (value: number) => ({ float: value });
const scaleOfSelu = 1.0507009873554805;
const alphaOfSelu = 1.6732632423543772;

/** 1 where x > 0, else 0, in one pass: clip(3e38 x, 0, 1). Comparison and cast, or Sign, take several times as long. */
function stepFunction(graph: Graph, x: Value): Value {
  return graph.emit("HardSigmoid", [x], { alpha: float(3e38), beta: float(0) }, x.shape);
}

function clip(graph: Graph, x: Value, low: number, high: number): Value {
  return graph.emit("Clip", [x, graph.scalar(low, x.dtype), graph.scalar(high, x.dtype)], {}, x.shape);
}

/** x where positive, else slope * x; the slope broadcasts. */
const leaky: Binary = (graph, x, slope) => {
  const shape = broadcastShape(x.shape, slope.shape);
  const positive = graph.emit("Greater", [x, graph.scalar(0)], {}, x.shape, "bool");
  return graph.emit("Where", [positive, x, binary(graph, "Mul", x, slope)], {}, shape, "float32");
};

function remainder(graph: Graph, a: Value, b: Value): Value {
  if (a.dtype !== "float32") return graph.emit("Mod", [a, b], {}, broadcastShape(a.shape, b.shape));
  return binary(graph, "Sub", a, binary(graph, "Mul", b, floorDivide(graph, a, b)));
}

function floorDivide(graph: Graph, a: Value, b: Value): Value {
  const quotient = unary(graph, "Floor", binary(graph, "Div", cast(graph, a, "float32"), cast(graph, b, "float32")));
  return cast(graph, quotient, a.dtype);
}

/** (c x)^2 = c^2 x^2. */
function square(graph: Graph, x: Value): Value {
  const { value, factor } = splitFactor(x);
  const squared = graph.emit("Mul", [value, value], {}, value.shape);
  return applyFactor(graph, squared, factor && binary(graph, "Mul", factor, factor));
}

const composedUnary = {
  Neg: unaryKernel((graph, x) => negate(graph, x)),
  Square: unaryKernel(square),
  Rsqrt: unaryKernel((graph, x) => unary(graph, "Reciprocal", unary(graph, "Sqrt", x))),
  Expm1: unaryKernel((graph, x) => binary(graph, "Sub", unary(graph, "Exp", x), graph.scalar(1))),
  Log1p: unaryKernel((graph, x) => unary(graph, "Log", binary(graph, "Add", x, graph.scalar(1)))),
  Relu6: unaryKernel((graph, x) => clip(graph, x, 0, 6)),
  Elu: unaryKernel((graph, x) => graph.emit("Elu", [x], { alpha: float(1) }, x.shape)),
  Selu: unaryKernel((graph, x) =>
    graph.emit("Selu", [x], { alpha: float(alphaOfSelu), gamma: float(scaleOfSelu) }, x.shape),
  ),
  LeakyRelu: unaryKernel<{ alpha: number }>((graph, x, { alpha }) => leaky(graph, x, graph.scalar(alpha))),
  ClipByValue: unaryKernel<{ clipValueMin: number; clipValueMax: number }>((graph, x, attrs) =>
    clip(graph, x, attrs.clipValueMin, attrs.clipValueMax),
  ),
  Step: unaryKernel<{ alpha?: number }>((graph, x, { alpha = 0 }) => {
    const one = binary(graph, "Mul", stepFunction(graph, x), graph.scalar(1 - alpha));
    return binary(graph, "Add", one, graph.scalar(alpha));
  }),
  Cast: unaryKernel<{ dtype: DType }>((graph, x, { dtype }) => cast(graph, x, dtype)),
  IsNan: unaryKernel((graph, x) => unary(graph, "IsNaN", x, "bool")),
  IsInf: unaryKernel((graph, x) => unary(graph, "IsInf", x, "bool")),
} satisfies KernelTable;

const composedBinary = {
  SquaredDifference: binaryKernel((graph, a, b) => square(graph, binary(graph, "Sub", a, b))),
  FloorDiv: binaryKernel(floorDivide),
  Mod: binaryKernel(remainder),
  NotEqual: binaryKernel((graph, a, b) => unary(graph, "Not", binary(graph, "Equal", a, b, "bool"))),
  /** Gradient of Elu from dy and the output y. */
  EluGrad: binaryKernel(
    (graph, dy, y) => {
      const slope = binary(graph, "Add", graph.emit("Min", [y, graph.scalar(0)], {}, y.shape), graph.scalar(1));
      return binary(graph, "Mul", dy, slope);
    },
    ["dy", "y"],
  ),
  Prelu: binaryKernel(leaky, ["x", "alpha"]),
} satisfies KernelTable;

/** Kernels that work element by element, with broadcasting. */
export const elementwiseKernels: KernelTable = {
  ...mapTable(unaryOperators, (op) => unaryKernel((graph, x) => unary(graph, op, x))),
  ...mapTable(binaryOperators, (op) => binaryKernel((graph, a, b) => binary(graph, op, a, b))),
  ...mapTable(comparisons, (op) => binaryKernel((graph, a, b) => binary(graph, op, a, b, "bool"))),
  ...composedUnary,
  ...composedBinary,
  AddN: anyOrder(({ graph, inputs }) => {
    const terms = Object.values(inputs);
    const { values, block } = aligned(graph, terms);
    return { shape: terms[0].shape, value: values.reduce((a, b) => binary(graph, "Add", a, b)), ...inOrder(block) };
  }),
  Select: anyOrder(({ graph, inputs: { condition, t, e } }) => {
    const { values, block } = aligned(graph, [condition, t, e]);
    const operands = [cast(graph, values[0], "bool"), values[1], values[2]];
    const widest = (shapes: (readonly number[])[]) => shapes.reduce(broadcastShape);
    const value = graph.emit("Where", operands, {}, widest(operands.map((v) => v.shape)), t.value.dtype);
    return { shape: widest([condition.shape, t.shape, e.shape]), value, ...inOrder(block) };
  }),
};

function inOrder(block: number | undefined): { readonly block?: number } {
  return block === undefined ? {} : { block };
}

function unaryKernel<A = unknown>(body: Unary<A>): Kernel {
  return anyOrder<A>(({ graph, inputs: { x }, attrs }) => ({ ...x, value: body(graph, x.value, attrs) }));
}

function binaryKernel(body: Binary, [first, second]: readonly [string, string] = ["a", "b"]): Kernel {
  return anyOrder(({ graph, inputs: { [first]: a, [second]: b } }) => {
    const { values, block } = aligned(graph, [a, b]);
    const shape = broadcastShape(a.shape, b.shape);
    return { shape, value: body(graph, values[0], values[1]), ...inOrder(block) };
  });
}

function mapTable(table: Readonly<Record<string, string>>, make: (op: string) => Kernel): KernelTable {
  return Object.fromEntries(Object.entries(table).map(([name, op]) => [name, make(op)]));
}
