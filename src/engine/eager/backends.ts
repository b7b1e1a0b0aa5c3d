import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { InputError } from "../../errors.js";
import tf from "../../tensorflow.js";
import { registerWasmExtras } from "./wasm-extras.js";
import { activate } from "./with-backend.js";

/** Engines that run TensorFlow.js operation by operation. */
export type EagerName = "tensorflow" | "tensorflow-gpu" | "wasm" | "cpu";

const optionalPackages = {
  tensorflow: "@tensorflow/tfjs-node",
  "tensorflow-gpu": "@tensorflow/tfjs-node-gpu",
} as const;

/** The package that an eager engine needs besides pidreg's own dependencies, or null. */
export function optionalPackage(name: EagerName): string | null {
  return name === "tensorflow" || name === "tensorflow-gpu" ? optionalPackages[name] : null;
}

/**
 * Loads and initialises the tfjs backend of an eager engine and returns the backend's name. The backend that was
 * active before stays active.
 * @throws InputError if the optional package is missing or does not load
 */
export async function loadBackend(name: EagerName): Promise<string> {
  await tf.ready(); // so that there is a backend to come back to
  const before = tf.getBackend();
  const backend = await registerBackend(name);
  try {
    if (!(await tf.setBackend(backend))) throw new InputError(`engine ${name}: the ${backend} backend did not start`);
  } finally {
    activate(before);
  }
  return backend;
}

async function registerBackend(name: EagerName): Promise<string> {
  if (name === "cpu") {
    // The backend would print an advertisement for tfjs-node at its first tensor.
    (tf.findBackend("cpu") as { firstUse?: boolean }).firstUse = false;
    return "cpu";
  }
  if (name === "wasm") return registerWasm();
  return registerOptional(name);
}

let wasmReady: Promise<string> | undefined;

function registerWasm(): Promise<string> {
  wasmReady ??= import("@tensorflow/tfjs-backend-wasm").then((wasm) => {
    const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(dirname(entry) + sep);
    registerWasmExtras();
    return "wasm";
  });
  return wasmReady;
}

async function registerOptional(name: "tensorflow" | "tensorflow-gpu"): Promise<string> {
  const packageName: string = optionalPackages[name];
  try {
    await import(packageName);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new InputError(
      `engine "${name}" needs the optional package ${packageName}, which did not load: ${reason}. ` +
        `Install it with \`npm install ${packageName}@${tf.version_core}\`, or use --engine auto.`,
      { cause },
    );
  }
  if (!tf.findBackendFactory("tensorflow"))
    throw new InputError(
      `engine "${name}": ${packageName} loaded another copy of TensorFlow.js; ` +
        `install the version that pidreg uses, ${packageName}@${tf.version_core}.`,
    );
  return "tensorflow";
}
