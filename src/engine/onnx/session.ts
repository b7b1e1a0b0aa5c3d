import type * as Ort from "onnxruntime-node";
import { InputError } from "../../errors.js";
import { reasonOf } from "./reason.js";

/** Engines that run a compiled graph in ONNX Runtime. */
export type OnnxName = "onnx" | "onnx-cuda" | "onnx-webgpu";

const providers = { onnx: "cpu", "onnx-cuda": "cuda", "onnx-webgpu": "webgpu" } as const;

/** ONNX Runtime, and how to make sessions with it. */
export interface SessionFactory {
  readonly runtime: typeof Ort;
  /** @param onDevice outputs that stay on the device, which has to be one that gives out its buffers */
  create(model: Uint8Array, onDevice: readonly string[]): Promise<Ort.InferenceSession>;
}

/**
 * Loads ONNX Runtime and checks that it has the execution provider of the engine.
 * @param profilePrefix where to write a profile (JSON trace, when a session is released); none by default
 * @throws InputError if the package does not load or lacks the provider
 */
export async function loadSessionFactory(
  name: OnnxName,
  { threads = 1, profilePrefix }: { threads?: number; profilePrefix?: string } = {},
): Promise<SessionFactory> {
  const runtime = await loadRuntime(name);
  runtime.env.logLevel = "fatal"; // errors come as exceptions, with one message each
  const provider = providers[name];
  const found = runtime.listSupportedBackends?.().map((backend) => backend.name) ?? ["cpu"];
  if (!found.includes(provider))
    throw new InputError(
      `engine "${name}" needs the ONNX Runtime execution provider "${provider}"; this build has ${found.join(", ")}. ` +
        "`pidreg doctor` says how to get it.",
    );
  const options: Ort.InferenceSession.SessionOptions = {
    executionProviders: provider === "cpu" ? ["cpu"] : [provider, "cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    // Weights that decay towards 0 would otherwise make arithmetic on them many times slower.
    extra: { session: { set_denormal_as_zero: "1" } },
    ...(profilePrefix && { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
  return {
    runtime,
    create: (model, onDevice) => {
      const preferredOutputLocation = Object.fromEntries(onDevice.map((output) => [output, "gpu-buffer" as const]));
      const placed = onDevice.length === 0 ? options : { ...options, preferredOutputLocation };
      return createSession(runtime, name, model, placed);
    },
  };
}

async function loadRuntime(name: OnnxName): Promise<typeof Ort> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new InputError(
      `engine "${name}" needs onnxruntime-node, which did not load: ${reasonOf(cause)}. ` +
        "Run `pidreg doctor`, or use --engine wasm.",
      { cause },
    );
  }
}

async function createSession(
  runtime: typeof Ort,
  name: OnnxName,
  model: Uint8Array,
  options: Ort.InferenceSession.SessionOptions,
): Promise<Ort.InferenceSession> {
  if (name === "onnx") return runtime.InferenceSession.create(model, options);
  try {
    return await runtime.InferenceSession.create(model, options);
  } catch (cause) {
    throw new InputError(
      `engine "${name}" could not start: ${reasonOf(cause)}. \`pidreg doctor\` lists what it needs; ` +
        "--engine onnx runs on the CPU.",
      { cause },
    );
  }
}
