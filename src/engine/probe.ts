import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { EngineName } from "../config/engines.js";
import tf from "../tensorflow.js";
import { optionalPackage } from "./eager/backends.js";
import type { Engine } from "./engine.js";
import { createEngine } from "./index.js";

/** Whether an engine runs here, found out by running a small step on it. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly works: boolean;
  /** Why not, in one line; null where it works. */
  readonly reason: string | null;
  /** What it is. */
  readonly about: string;
  /** The command that gets it, one line of a shell; null where it comes with pidreg. */
  readonly get: string | null;
}

/** Name, what it is, and the command that gets it. */
const descriptions: readonly (readonly [EngineName, string, string | null])[] = [
  ["onnx", "compiled steps on the CPU; comes with pidreg, the default", null],
  ["wasm", "TensorFlow.js on WebAssembly, about 20 times slower; comes with pidreg", null],
  ["cpu", "TensorFlow.js in plain JavaScript, the slowest; comes with pidreg, a reference for tests", null],
  [
    "onnx-cuda",
    "compiled steps on an NVIDIA GPU, untested by pidreg's authors; Linux x64 with a driver, CUDA 12 and cuDNN 9, and the " +
      "provider libraries (from nuget.org)",
    "ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install",
  ],
  [
    "onnx-webgpu",
    "compiled steps on a GPU through WebGPU, untested by pidreg's authors; the provider comes with onnxruntime-node " +
      "and needs a graphics driver: Vulkan (libvulkan.so.1) on Linux, Metal on macOS, Direct3D 12 on Windows",
    process.platform === "linux" ? "apt-get install libvulkan1 mesa-vulkan-drivers" : null,
  ],
  [
    "tensorflow",
    "TensorFlow.js on libtensorflow, untested by pidreg's authors (from storage.googleapis.com; Node below 23)",
    `npm install @tensorflow/tfjs-node@${tf.version_core} --ignore-scripts=false`,
  ],
  [
    "tensorflow-gpu",
    "TensorFlow.js on libtensorflow for CUDA 11, untested by pidreg's authors (Linux, Node below 23)",
    `npm install @tensorflow/tfjs-node-gpu@${tf.version_core} --ignore-scripts=false`,
  ],
];

/**
 * Runs y = 2 w on an engine.
 * @throws what the engine throws when it cannot
 */
export async function tryEngine(name: EngineName): Promise<void> {
  const engine = await createEngine(name);
  try {
    await doubleTwo(engine);
  } finally {
    await engine.dispose();
  }
}

async function doubleTwo(engine: Engine): Promise<void> {
  const state = engine.createState([{ name: "w", shape: [2], values: Float32Array.of(1, 2) }]);
  const run = ({ w }: Readonly<Record<string, tf.Tensor>>) => ({ outputs: { y: tf.mul(w, 2) } });
  const step = await engine.compile({ name: "try", state: ["w"], inputs: [], run }, state);
  await step.run();
  const [first, second] = step.outputs.y;
  if (first !== 2 || second !== 4) throw new Error(`2 * [1, 2] gave [${first}, ${second}]`);
}

/**
 * Tries every engine, each in a process of its own: native libraries may print or end the process when they fail.
 */
export async function probeEngines(): Promise<EngineStatus[]> {
  return Promise.all(
    descriptions.map(async ([name, about, get]) => {
      const lacking = missingPackage(name) ?? (await tryInChild(name));
      const reason = lacking === null ? null : [...missingCard(name), lacking].join("; ");
      return { name, works: reason === null, reason, about, get };
    }),
  );
}

/** Where Linux shows the driver of an NVIDIA card; the last one under Windows. */
const cards = ["/proc/driver/nvidia/version", "/dev/nvidia0", "/dev/dxg"];

/** Says of an engine of CUDA that there is no card, which no command gets; empty where there is one, or where that is not known. */
function missingCard(name: EngineName): string[] {
  const needed = name === "onnx-cuda" || name === "tensorflow-gpu";
  return needed && process.platform === "linux" && !cards.some((path) => existsSync(path))
    ? ["no NVIDIA card with a driver"]
    : [];
}

/** Says which optional package an engine lacks, or null. */
function missingPackage(name: EngineName): string | null {
  const needed = name === "tensorflow" || name === "tensorflow-gpu" ? optionalPackage(name) : null;
  if (needed === null || packageVersion(needed) !== null) return null;
  return `${needed} is not installed`;
}

/** Version of an installed package, or null. */
export function packageVersion(name: string): string | null {
  const require = createRequire(import.meta.url);
  const manifests = (require.resolve.paths(name) ?? []).map((folder) => `${folder}/${name}/package.json`);
  const found = manifests.find(existsSync);
  return found === undefined ? null : (require(found) as { version: string }).version;
}

/** Null, or why the engine does not run. */
async function tryInChild(name: EngineName): Promise<string | null> {
  const entry = fileURLToPath(new URL("./try-engine.js", import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [entry, name], { timeout: 60_000 });
    const { reason } = JSON.parse(stdout) as { reason: string | null };
    return reason;
  } catch (error) {
    const { signal } = error as { signal?: string };
    return signal
      ? `its process ended with ${signal}`
      : `its process failed: ${(error as Error).message.split("\n")[0]}`;
  }
}
