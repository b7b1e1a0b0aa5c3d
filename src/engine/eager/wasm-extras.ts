import tf from "../../tensorflow.js";
import { sizeOf } from "../shapes.js";

/** What the wasm backend offers a kernel that computes on the host. */
interface HostBackend {
  readSync(dataId: object): tf.TypedArray;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): tf.TypedArray;
}

/** Registers the kernels that gradients need and the tfjs 4.22 wasm backend lacks: UnsortedSegmentSum (of tf.gather). */
export function registerWasmExtras(): void {
  if (tf.getKernel("UnsortedSegmentSum", "wasm")) return;
  tf.registerKernel({
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) =>
      unsortedSegmentSum(
        // tfjs types inputs and attributes of all kernels as maps of anything.
        inputs as unknown as { x: tf.TensorInfo; segmentIds: tf.TensorInfo },
        attrs as unknown as { numSegments: number },
        backend as HostBackend,
      ),
  });
}

/** x [n, ...rest], segmentIds [n] -> [numSegments, ...rest]; rows with equal id are added, a negative id is skipped. */
function unsortedSegmentSum(
  { x, segmentIds }: { x: tf.TensorInfo; segmentIds: tf.TensorInfo },
  { numSegments }: { numSegments: number },
  backend: HostBackend,
): tf.TensorInfo {
  const values = backend.readSync(x.dataId);
  const ids = backend.readSync(segmentIds.dataId);
  const out = backend.makeOutput([numSegments, ...x.shape.slice(segmentIds.shape.length)], x.dtype);
  const sums = backend.typedArrayFromHeap(out).fill(0);
  const width = values.length / Math.max(1, sizeOf(segmentIds.shape));
  for (let row = 0; row < ids.length; row++) {
    if (ids[row] < 0) continue;
    for (let j = 0; j < width; j++) sums[ids[row] * width + j] += values[row * width + j];
  }
  return out;
}
