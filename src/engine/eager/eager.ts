import type { Engine } from "../engine.js";
import { type EagerName, loadBackend } from "./backends.js";
import { eagerEngineOn } from "./eager-engine.js";

/**
 * An engine that runs steps with TensorFlow.js, operation by operation: the reference for parity tests.
 * @throws InputError if the backend's optional package is missing
 */
export async function createEagerEngine(name: EagerName): Promise<Engine> {
  return eagerEngineOn(await loadBackend(name), name);
}
