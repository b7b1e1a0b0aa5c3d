import { broadcastShape, sameShape, sizeOf } from "../shapes.js";
import type { Graph } from "./graph.js";
import { constantScalar, type DType, isResultOf, type Value } from "./value.js";

/** `value` times a factor of one element. */
export interface Scaled {
  readonly value: Value;
  readonly factor?: Value;
}

const unaryRules: Readonly<Record<string, (x: number) => number>> = {
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Abs: Math.abs,
};
const binaryRules: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Pow: (x, y) => x ** y,
};

/** An elementwise operator of one operand, folded where the operand is a constant of rank 0. */
export function unary(graph: Graph, op: string, x: Value, dtype: DType = x.dtype): Value {
  const rule = unaryRules[op];
  const number = constantScalar(x);
  if (rule && number !== undefined && x.dtype === "float32") return graph.scalar(rule(number));
  return graph.emit(op, [x], {}, x.shape, dtype);
}

/** An elementwise operator of two operands with broadcasting. Arithmetic on floats is folded and normalised. */
export function binary(graph: Graph, op: string, a: Value, b: Value, dtype: DType = a.dtype): Value {
  if (dtype === "float32" && a.dtype === "float32") {
    const [x, y] = [constantScalar(a), constantScalar(b)];
    const rule = binaryRules[op];
    if (rule && x !== undefined && y !== undefined) return graph.scalar(rule(x, y));
    if (op === "Mul") return multiply(graph, a, b);
    if (op === "Div") return divide(graph, a, b);
    if (op === "Add") return add(graph, a, b);
    if (op === "Sub") return subtract(graph, a, b);
    if (op === "Pow" && y === 2) return plain(graph, "Mul", a, a);
  }
  return plain(graph, op, a, b, dtype);
}

/** -x, as a factor that can merge with others. */
export function negate(graph: Graph, x: Value): Value {
  return x.dtype === "float32" ? multiply(graph, x, graph.scalar(-1)) : unary(graph, "Neg", x);
}

/** Splits off the factor of one element that `multiply` left outermost. */
export function splitFactor(value: Value): Scaled {
  if (!isResultOf(value, "Mul") || value.dtype !== "float32") return { value };
  const [base, factor] = value.node.inputs;
  return isSingle(factor) && !isSingle(base) ? { value: base, factor } : { value };
}

/** Multiplies by an optional factor of one element. */
export function applyFactor(graph: Graph, value: Value, factor: Value | undefined): Value {
  return factor ? multiply(graph, value, factor) : value;
}

/**
 * a * b with factors of one element moved outwards and merged: (a s) b = (a b) s and (a s) t = a (s t). Linear
 * operators then pull the factor past themselves, and matrix products take it as their alpha.
 */
function multiply(graph: Graph, a: Value, b: Value): Value {
  if (isSingle(a) && !isSingle(b)) return multiply(graph, b, a);
  const [x, y] = [constantScalar(a), constantScalar(b)];
  if (x !== undefined && y !== undefined) return graph.scalar(x * y);
  if (y === 1) return a;
  if (x === 1) return b;
  const left = splitFactor(a);
  if (isSingle(b) && left.factor) return multiply(graph, left.value, multiply(graph, left.factor, b));
  const right = splitFactor(b);
  const product = sorted(graph, "Mul", left.value, right.value);
  return applyFactor(graph, applyFactor(graph, product, left.factor), right.factor);
}

function divide(graph: Graph, a: Value, b: Value): Value {
  const y = constantScalar(b);
  if (y !== undefined) return multiply(graph, a, graph.scalar(1 / y));
  if (constantScalar(a) === 1) return unary(graph, "Reciprocal", b);
  const { value, factor } = splitFactor(a);
  if (factor && !isSingle(b)) return multiply(graph, plain(graph, "Div", value, b), factor);
  if (isSingle(b) && !isSingle(a)) return multiply(graph, a, unary(graph, "Reciprocal", b));
  return plain(graph, "Div", a, b);
}

function add(graph: Graph, a: Value, b: Value): Value {
  if (isNeutral(a, b)) return b;
  if (isNeutral(b, a)) return a;
  const [left, right] = [splitFactor(a), splitFactor(b)];
  if (left.factor && left.factor === right.factor)
    return multiply(graph, add(graph, left.value, right.value), left.factor);
  if (isMinusOne(right.factor)) return plain(graph, "Sub", a, right.value);
  if (isMinusOne(left.factor)) return plain(graph, "Sub", b, left.value);
  return sorted(graph, "Add", a, b);
}

function subtract(graph: Graph, a: Value, b: Value): Value {
  if (isNeutral(b, a)) return a;
  if (isNeutral(a, b)) return negate(graph, b);
  const [left, right] = [splitFactor(a), splitFactor(b)];
  if (left.factor && left.factor === right.factor)
    return multiply(graph, subtract(graph, left.value, right.value), left.factor);
  if (isMinusOne(right.factor)) return sorted(graph, "Add", a, right.value);
  return plain(graph, "Sub", a, b);
}

/** Whether `x` is the number 0 and adding it leaves the shape of `other`. */
function isNeutral(x: Value, other: Value): boolean {
  return constantScalar(x) === 0 && sameShape(broadcastShape(x.shape, other.shape), other.shape);
}

/** Whether a value has one element and, as a factor, adds no axis that a larger operand lacks. */
function isSingle(value: Value): boolean {
  return value.shape.length <= 1 && sizeOf(value.shape) === 1;
}

function isMinusOne(factor: Value | undefined): boolean {
  return factor !== undefined && constantScalar(factor) === -1;
}

/** A commutative operator with its operands in one order, so that a+b and b+a are one value. */
function sorted(graph: Graph, op: string, a: Value, b: Value): Value {
  const swap = a.shape.length < b.shape.length || (a.shape.length === b.shape.length && a.name > b.name);
  return swap ? plain(graph, op, b, a) : plain(graph, op, a, b);
}

function plain(graph: Graph, op: string, a: Value, b: Value, dtype: DType = a.dtype): Value {
  return graph.emit(op, [a, b], {}, broadcastShape(a.shape, b.shape), dtype);
}
