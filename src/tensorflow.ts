import { createRequire } from "node:module";
import type * as TensorFlow from "@tensorflow/tfjs";

/**
 * TensorFlow.js, by `require`: it is written as CommonJS, and `import` would first read all its source, and that of the
 * packages that it passes on, for the names of what they export. That takes longer than loading it.
 */
const tf: typeof TensorFlow = createRequire(import.meta.url)("@tensorflow/tfjs");

/** Its types, under the same name. */
declare namespace tf {
  export type DataStorage<T> = TensorFlow.DataStorage<T>;
  export type DataType = TensorFlow.DataType;
  export type KernelBackend = TensorFlow.KernelBackend;
  export type NamedTensorInfoMap = TensorFlow.NamedTensorInfoMap;
  export type Scalar = TensorFlow.Scalar;
  export type Tensor<R extends TensorFlow.Rank = TensorFlow.Rank> = TensorFlow.Tensor<R>;
  export type Tensor1D = TensorFlow.Tensor1D;
  export type Tensor2D = TensorFlow.Tensor2D;
  export type Tensor4D = TensorFlow.Tensor4D;
  export type TensorInfo = TensorFlow.TensorInfo;
  export type TypedArray = TensorFlow.TypedArray;
}

export default tf;
