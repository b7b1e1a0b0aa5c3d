import type { EncodedTensor, ModelContent } from "./encoder.js";

/** Primes, one of which divides no dimension of the constants of a graph. */
const primes = [7919, 7927, 7933];

/**
 * Rows that a graph is traced with when its number of rows is to be left open: a prime, so that a dimension made of
 * rows is recognised by being a multiple of it, which no dimension of its constants may be.
 * @param shapes of the constants
 */
export function placeholderRows(shapes: Iterable<readonly number[]>): number {
  const dims = [...shapes].flat();
  const rows = primes.find((prime) => !dims.some((dim) => dim !== 0 && dim % prime === 0));
  if (rows === undefined) throw new RangeError("dimensions of the constants have all primes that could stand for rows");
  return rows;
}

/**
 * The model with its number of rows left open: inputs and outputs get the dimension "rows" (-1), and reshapes infer it.
 * @param rows that it was traced with, of `placeholderRows`
 * @throws if an operator fixes the number of rows in a way that cannot be left open
 */
export function freeRows(content: ModelContent, rows: number): ModelContent {
  const hasRows = (dim: number) => dim !== 0 && dim % rows === 0;
  const shapes = new Set(content.nodes.filter(({ op }) => op === "Reshape").map(({ inputs }) => inputs[1]));
  for (const { op, inputs } of content.nodes) if (op !== "Reshape") for (const name of inputs) shapes.delete(name);
  const constants = content.constants.map((constant) => {
    if (constant.dtype !== "int64") {
      if (constant.shape.some(hasRows)) throw new Error(`a constant of shape [${constant.shape}] depends on the rows`);
      return constant;
    }
    const values = Array.from(constant.data as BigInt64Array, Number);
    if (!values.some(hasRows)) return constant;
    if (!shapes.has(constant.name) || values.filter(hasRows).length > 1)
      throw new Error(`the graph fixes its number of rows: [${values}]`);
    return { ...constant, data: BigInt64Array.from(values.map((dim) => BigInt(hasRows(dim) ? -1 : dim))) };
  });
  const open = (tensor: EncodedTensor) => ({ ...tensor, shape: tensor.shape.map((dim) => (hasRows(dim) ? -1 : dim)) });
  return { ...content, constants, inputs: content.inputs.map(open), outputs: content.outputs.map(open) };
}
