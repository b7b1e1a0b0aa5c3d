import type { Value } from "../graph/value.js";

/** A tfjs tensor of a traced step: its shape, and a graph value that broadcasts to it. Repeats are not written out. */
export interface Traced {
  readonly shape: readonly number[];
  readonly value: Value;
  /**
   * Set where the channels, the tensor's last axis, stand behind the first one of the value, as convolutions of ONNX have
   * them; the number of channels that lie together (order.ts). Left out, the value's axes are the tensor's.
   */
  readonly block?: number;
}
