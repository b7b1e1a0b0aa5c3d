import { applyFactor, binary, splitFactor, unary } from "../graph/arithmetic.js";
import type { Graph } from "../graph/graph.js";
import { reshape, swapLastAxes } from "../graph/layout.js";
import type { Attributes, Value } from "../graph/value.js";
import { broadcastShape } from "../shapes.js";
import { full, type KernelTable, kernel, type Traced, traced } from "./kernel.js";

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Matrix products. */
export const linearKernels: KernelTable = {
  BatchMatMul: kernel<MatMulAttributes>(({ graph, inputs: { a, b }, attrs }) => traced(product(graph, a, b, attrs))),
  _FusedMatMul: kernel<MatMulAttributes & { activation?: string }>(({ graph, inputs, attrs }) => {
    const { a, b, bias } = inputs;
    const plain = product(graph, a, b, attrs);
    const shifted = bias ? binary(graph, "Add", plain, bias.value) : plain;
    return traced(activate(graph, shifted, attrs.activation ?? "linear"));
  }),
};

/** a b of matrices, or of stacks of matrices whose leading axes broadcast; factors of rank 0 are moved behind it. */
function product(graph: Graph, a: Traced, b: Traced, { transposeA, transposeB }: MatMulAttributes): Value {
  const [left, right] = [splitFactor(full(graph, a)), splitFactor(full(graph, b))];
  const multiply = a.shape.length === 2 && b.shape.length === 2 ? gemm : batched;
  const value = multiply(graph, left.value, right.value, transposeA, transposeB);
  return applyFactor(graph, applyFactor(graph, value, left.factor), right.factor);
}

function gemm(graph: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const attributes: Attributes = { ...(transposeA && { transA: 1 }), ...(transposeB && { transB: 1 }) };
  const shape = [a.shape[transposeA ? 1 : 0], b.shape[transposeB ? 0 : 1]];
  return graph.emit("Gemm", [a, b], attributes, shape);
}

function batched(graph: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const left = transposeA ? swapLastAxes(graph, a) : a;
  const right = transposeB ? swapLastAxes(graph, b) : b;
  const stack = broadcastShape(left.shape.slice(0, -2), right.shape.slice(0, -2));
  return graph.emit("MatMul", [left, right], {}, [...stack, left.shape.at(-2)!, right.shape.at(-1)!]);
}

function activate(graph: Graph, x: Value, activation: string): Value {
  if (activation === "linear") return reshape(graph, x, x.shape);
  const operators: Readonly<Record<string, string>> = { relu: "Relu", sigmoid: "Sigmoid" };
  const op = operators[activation];
  if (!op) throw new Error(`fused activation "${activation}" is not traced; apply it after tf.matMul`);
  return unary(graph, op, x);
}
