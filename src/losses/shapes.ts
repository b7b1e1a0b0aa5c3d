import type { Tensor } from "@tensorflow/tfjs";

/**
 * Refuses a tensor of another shape than expected.
 * @param expected per dimension a number, or the name of a dimension that may have any length of at least 1
 * @throws RangeError with name, expectation and value
 */
export function requireShape(name: string, tensor: Tensor, expected: readonly (number | string)[]): void {
  const fits =
    tensor.shape.length === expected.length &&
    expected.every((want, i) => (typeof want === "number" ? tensor.shape[i] === want : tensor.shape[i] >= 1));
  if (!fits) throw new RangeError(`${name}: expected shape [${expected.join(", ")}], got [${tensor.shape.join(", ")}]`);
}
