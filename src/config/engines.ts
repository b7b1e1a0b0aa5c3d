/** Engines that can be asked for by name; `auto` stands for the best that is installed. */
export const engineNames = [
  "auto",
  "onnx",
  "onnx-cuda",
  "onnx-webgpu",
  "tensorflow",
  "tensorflow-gpu",
  "wasm",
  "cpu",
] as const;
export type EngineName = (typeof engineNames)[number];
