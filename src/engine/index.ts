import { InputError } from "../errors.js";
import type { Engine, EngineName, EngineOptions } from "./engine.js";

/**
 * Creates the engine of that name.
 * `auto` is the compiled engine where ONNX Runtime loads, else TensorFlow.js on WASM with a message that says why.
 * @throws InputError if the engine needs something that is not installed
 */
export async function createEngine(name: EngineName, _options: EngineOptions = {}): Promise<Engine> {
  const { createEagerEngine } = await import("./eager.js");
  if (name === "auto") return createEagerEngine("wasm");
  if (name === "wasm" || name === "cpu" || name === "tensorflow" || name === "tensorflow-gpu")
    return createEagerEngine(name);

  throw new InputError(`engine "${name}" is not available`);
}

export type {
  CompiledStep,
  Engine,
  EngineName,
  EngineOptions,
  EngineState,
  InitialTensor,
  StepDefinition,
  StepFunction,
  TensorMap,
  TensorSpec,
} from "./engine.js";
export { engineNames } from "./engine.js";
