import { convolutionKernels } from "./convolution.js";
import { elementwiseKernels } from "./elementwise.js";
import { indexingKernels } from "./indexing.js";
import { anyOrder, type KernelTable } from "./kernel.js";
import { linearKernels } from "./linear.js";
import { poolingKernels } from "./pooling.js";
import { reductionKernels } from "./reductions.js";
import { shapeKernels } from "./shape.js";

/** Every tfjs kernel that the compiled engine can trace, by tfjs name. Identity and Cast to the same type are free. */
export const kernels: KernelTable = {
  Identity: anyOrder(({ inputs: { x } }) => x),
  ...elementwiseKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...linearKernels,
  ...indexingKernels,
  ...convolutionKernels,
  ...poolingKernels,
};
