import { type EngineName, engineNames } from "../../src/config/engines.js";
import type { Engine } from "../../src/engine/engine.js";
import { createEngine } from "../../src/engine/index.js";
import { createOnnxEngine } from "../../src/engine/onnx/onnx.js";
import { tryEngine } from "../../src/engine/probe.js";

/** An engine to run a suite on. */
export interface EngineCase {
  readonly label: string;
  readonly create: () => Promise<Engine>;
  /** Relative distance of sums of products from those of the reference, plain JavaScript in float32. */
  readonly rounding: number;
}

/** GPUs round sums of products in an order of their own, and their exponentials to fewer digits. */
const roundingOf = (name: EngineName) => (/cuda|webgpu|gpu/.test(name) ? 1e-3 : 1e-5);

/** Every engine that runs on this machine, and the compiled one with its state where a GPU would have it. */
export const enginesHere: readonly EngineCase[] = [
  ...(await Promise.all(engineNames.filter((name) => name !== "auto").map(caseOf))).flat(),
  {
    label: "onnx, state in tensors of sessions",
    create: () => createOnnxEngine("onnx", { place: "host" }),
    rounding: roundingOf("onnx"),
  },
  {
    label: "onnx, standard operators",
    create: () => createOnnxEngine("onnx", { block: 1 }),
    rounding: roundingOf("onnx"),
  },
];

/** None for an engine that does not run here, which is said aloud. */
async function caseOf(name: EngineName): Promise<EngineCase[]> {
  try {
    await tryEngine(name);
  } catch (error) {
    console.warn(`skipped: engine ${name} does not run on this machine: ${(error as Error).message.split("\n")[0]}`);
    return [];
  }
  return [{ label: name, create: () => createEngine(name), rounding: roundingOf(name) }];
}
