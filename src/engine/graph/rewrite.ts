import { sameShape } from "../shapes.js";
import { affineSum } from "./affine.js";
import { binary } from "./arithmetic.js";
import { countUses, type Graph, isUniform, liveNodes } from "./graph.js";
import { type ConstantData, constantScalar, type GraphNode, isResultOf, type Value } from "./value.js";

/** What a rule sees: a node with its operands already rewritten, and whether a rewritten operand has no other user. */
interface Site {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly inputs: readonly Value[];
  isOnlyUse(input: number): boolean;
}

/** Returns a cheaper value for the node, or undefined. */
type Rule = (site: Site) => Value | undefined;

/**
 * Replaces patterns in a finished graph by cheaper ones. These rules need to know who else uses an operand, so they run
 * after tracing; rules that always pay run while the graph is built (arithmetic.ts, layout.ts).
 */
export function rewrite(graph: Graph, outputs: readonly Value[]): Value[] {
  let current = [...outputs];
  // A rule can leave an operand with a single user, which lets another rule match.
  for (let pass = 0; pass < 3; pass++) current = rewriteOnce(graph, current);
  return current;
}

function rewriteOnce(graph: Graph, outputs: readonly Value[]): Value[] {
  const nodes = liveNodes(outputs);
  const uses = countUses(nodes, outputs);
  const replaced = new Map<Value, Value>();
  const current = (value: Value) => replaced.get(value) ?? value;
  for (const node of nodes) {
    const inputs = node.inputs.map(current);
    const isOnlyUse = (input: number) => uses.get(node.inputs[input]) === 1;
    const better = firstMatch({ graph, node, inputs, isOnlyUse });
    const same = inputs.every((value, i) => value === node.inputs[i]);
    const made = better ? [better] : same ? [] : graph.emitMany(node.op, inputs, node.attributes, node.outputs);
    for (const [i, value] of made.entries()) replaced.set(node.outputs[i], value);
  }
  return outputs.map(current);
}

function firstMatch(site: Site): Value | undefined {
  for (const rule of rules) {
    const better = rule(site);
    if (better) return better;
  }
  return undefined;
}

/** c (A B) -> Gemm with alpha = c. */
const scaleIntoGemm: Rule = ({ graph, node, inputs: [product, factor], isOnlyUse }) => {
  if (node.op !== "Mul" || !isPlainGemm(product) || !isOnlyUse(0)) return undefined;
  const c = constantScalar(factor);
  return c === undefined ? undefined : gemm(graph, product, alphaOf(product) * c);
};

/** A B + C -> Gemm with its third operand, where C is no larger than the product. Also A B - C and C - A B. */
const sumIntoGemm: Rule = ({ graph, node, inputs, isOnlyUse }) => {
  if (node.op !== "Add" && node.op !== "Sub") return undefined;
  for (const [i, product] of inputs.entries()) {
    const other = inputs[1 - i];
    if (!isPlainGemm(product) || !isOnlyUse(i) || other.shape.length > 2) continue;
    if (!sameShape(node.outputs[0].shape, product.shape)) continue;
    const sign = node.op === "Sub" ? -1 : 1;
    return gemm(graph, product, alphaOf(product) * (i === 1 ? sign : 1), other, i === 0 ? sign : 1);
  }
  return undefined;
};

/** Transposed operands of a Gemm -> its transA, transB. */
const transposeIntoGemm: Rule = ({ graph, node, inputs }) => {
  if (node.op !== "Gemm" || !inputs.slice(0, 2).some((value) => isResultOf(value, "Transpose"))) return undefined;
  const flags = { transA: Number(node.attributes.transA ?? 0), transB: Number(node.attributes.transB ?? 0) };
  const operands = [...inputs];
  for (const [i, flag] of (["transA", "transB"] as const).entries()) {
    const operand = operands[i];
    if (!isResultOf(operand, "Transpose")) continue;
    operands[i] = operand.node.inputs[0];
    flags[flag] = 1 - flags[flag];
  }
  return graph.emit("Gemm", operands, { ...node.attributes, ...flags }, node.outputs[0].shape);
};

/** (A B)^T = B^T A^T: the product comes out as it is wanted. */
const transposeOfGemm: Rule = ({ graph, node, inputs: [product], isOnlyUse }) => {
  if (node.op !== "Transpose" || !isPlainGemm(product) || !isOnlyUse(0)) return undefined;
  const { transA = 0, transB = 0 } = product.node.attributes;
  const attributes = { ...product.node.attributes, transA: 1 - Number(transB), transB: 1 - Number(transA) };
  const [a, b] = product.node.inputs;
  return graph.emit("Gemm", [b, a], attributes, node.outputs[0].shape);
};

/** Some columns of A B^T -> the product with those rows of B, which are contiguous and need no column that nothing reads. */
const sliceOfGemm: Rule = ({ graph, node, inputs: [product, begin, end, axes], isOnlyUse }) => {
  if (node.op !== "Slice" || node.inputs.length !== 4 || !isPlainGemm(product) || !isOnlyUse(0)) return undefined;
  if (Number(axes.data?.[0]) !== 1 || axes.shape[0] !== 1 || !product.node.attributes.transB) return undefined;
  const [a, b] = product.node.inputs;
  const { shape } = node.outputs[0];
  const rows = graph.emit("Slice", [b, begin, end, graph.integers([0])], {}, [shape[1], b.shape[1]]);
  return graph.emit("Gemm", [a, rows], product.node.attributes, shape);
};

/**
 * Column sums of a product, w (A B) = (w A) B: the product then has one user less, and where that was the subtraction of
 * its column means (batch normalisation), `sumIntoGemm` makes the product come out centred.
 */
const sumBeforeGemm: Rule = ({ graph, node, inputs: [weights, product], isOnlyUse }) => {
  if (node.op !== "MatMul" || !weights.data || weights.shape.length !== 1 || isOnlyUse(1)) return undefined;
  if (!isPlainGemm(product) || product.node.attributes.transB || alphaOf(product) !== 1) return undefined;
  const [a, b] = product.node.inputs;
  const sums = product.node.attributes.transA
    ? weightedRows(graph, a, weights.data)
    : graph.emit("MatMul", [weights, a], {}, [a.shape[1]]);
  if (sums === undefined) return undefined;
  return graph.emit("MatMul", [sums, b], {}, node.outputs[0].shape);
};

/** Sums over rows of a matrix that lie in one piece, times one weight: a product with a vector is many times slower. */
function weightedRows(graph: Graph, matrix: Value, weights: ConstantData): Value | undefined {
  if (!isUniform(weights as Float32Array)) return undefined;
  const sums = graph.emit("ReduceSum", [matrix, graph.integers([1])], { keepdims: 0 }, [matrix.shape[0]]);
  return binary(graph, "Mul", sums, graph.scalar(Number(weights[0])));
}

/** x scale + shift by channel of maps in blocks -> one pass. */
const affineInBlocks: Rule = ({ graph, node, inputs, isOnlyUse }) =>
  node.op === "Add" && graph.block > 1 ? affineSum(graph, inputs, isOnlyUse) : undefined;

const rules: readonly Rule[] = [
  affineInBlocks,
  scaleIntoGemm,
  sumIntoGemm,
  transposeIntoGemm,
  transposeOfGemm,
  sliceOfGemm,
  sumBeforeGemm,
];

function isPlainGemm(value: Value): value is Value & { readonly node: GraphNode } {
  return isResultOf(value, "Gemm") && value.node.inputs.length === 2;
}

function alphaOf({ node }: Value & { readonly node: GraphNode }): number {
  const alpha = node.attributes.alpha;
  return typeof alpha === "object" && "float" in alpha ? alpha.float : 1;
}

function gemm(
  graph: Graph,
  { node, shape }: Value & { readonly node: GraphNode },
  alpha: number,
  addend?: Value,
  beta = 1,
): Value {
  const attributes = { ...node.attributes, alpha: { float: alpha }, ...(beta !== 1 && { beta: { float: beta } }) };
  return graph.emit("Gemm", addend ? [...node.inputs, addend] : node.inputs, attributes, shape);
}
