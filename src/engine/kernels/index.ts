import { elementwiseKernels } from "./elementwise.js";
import { indexingKernels } from "./indexing.js";
import type { Kernel, KernelTable } from "./kernel.js";
import { linearKernels } from "./linear.js";
import { reductionKernels } from "./reductions.js";
import { shapeKernels } from "./shape.js";

/** Every tfjs kernel that the compiled engine can trace, by tfjs name. Identity and Cast to the same type are free. */
export const kernels: KernelTable = {
  Identity: (({ inputs: { x } }) => x) satisfies Kernel,
  ...elementwiseKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...linearKernels,
  ...indexingKernels,
};
