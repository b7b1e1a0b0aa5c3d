import type { EngineName } from "../config/engines.js";
import type { Engine, EngineOptions } from "./engine.js";

/**
 * Creates the engine of that name.
 * `auto` is the compiled engine where ONNX Runtime loads, else TensorFlow.js on WASM with a message that says why.
 * @throws InputError if the engine needs something that is not installed
 */
export async function createEngine(name: EngineName, options: EngineOptions = {}): Promise<Engine> {
  if (name === "auto") return createDefaultEngine(options);
  if (name === "onnx" || name === "onnx-cuda" || name === "onnx-webgpu") {
    const { createOnnxEngine } = await import("./onnx/onnx.js");
    return createOnnxEngine(name, options);
  }
  const { createEagerEngine } = await import("./eager/eager.js");
  return createEagerEngine(name);
}

async function createDefaultEngine(options: EngineOptions): Promise<Engine> {
  try {
    await import("onnxruntime-node");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    const report = options.onMessage ?? process.emitWarning;
    report(
      `ONNX Runtime did not load (${reason}); steps run on TensorFlow.js WASM, about 20 times slower. ` +
        "`pidreg doctor` says what is missing.",
    );
    return createEngine("wasm", options);
  }
  return createEngine("onnx", options);
}

export { type EngineName, engineNames } from "../config/engines.js";
export type {
  CompiledStep,
  Engine,
  EngineOptions,
  EngineState,
  InitialTensor,
  StepDefinition,
  StepFunction,
  TensorMap,
  TensorSpec,
} from "./engine.js";
