// What an engine of a GPU needs, and how to get it.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { probeEngines } from "../../dist/engine/probe.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** The NVIDIA card and its driver, as nvidia-smi names them; null where there is none. */
export async function nvidiaCard() {
  const query = ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];
  try {
    const { stdout } = await run("nvidia-smi", query, { timeout: 20_000 });
    return stdout.trim().split("\n")[0] || null;
  } catch {
    return null;
  }
}

/** Engines by name, with what is missing of them and the command that gets it. */
export async function engineStates(names) {
  const known = new Map((await probeEngines()).map((each) => [each.name, each]));
  return names.map((name) => {
    const found = known.get(aliases[name] ?? name);
    if (found === undefined) throw new Error(`no engine is called ${name}; there are: ${[...known.keys()].join(", ")}`);
    return { name, engine: found.name, works: found.works, reason: found.reason, get: found.get };
  });
}

/** Names under which an engine of the processor may be asked for, beside those of the GPU. */
const aliases = { "onnx-cpu": "onnx", "tensorflow-cpu": "tensorflow" };

/**
 * Folders with libraries of CUDA that lie in packages of Python (nvidia-cudnn-cu12 and so on, or those of PyTorch): where the
 * system has none, the engines find them there.
 */
export async function cudaFolders(python) {
  const program = [
    "import glob, os, site, sys",
    "roots = site.getsitepackages() + [site.getusersitepackages()] + sys.path",
    "found = [f for r in roots for f in glob.glob(os.path.join(r, 'nvidia', '*', 'lib')) + glob.glob(os.path.join(r, 'torch', 'lib'))]",
    "print(os.pathsep.join(dict.fromkeys(found)))",
  ].join("\n");
  try {
    const { stdout } = await run(python, ["-c", program], { timeout: 20_000 });
    return stdout.trim().split(":").filter(Boolean);
  } catch {
    return [];
  }
}

/** Gets into node_modules what the engines lack, and tells of each; what cannot be had is no end. */
export async function getMissing(states, tell) {
  for (const { name, works, get } of states) {
    if (works) continue;
    if (get === null) {
      tell(`${name}: nothing to get`);
      continue;
    }
    tell(`${name}: ${get}`);
    try {
      await run("bash", ["-c", get], { cwd: root, timeout: 600_000, maxBuffer: 2 ** 26 });
      tell(`${name}: done`);
    } catch (error) {
      tell(
        `${name}: failed: ${String(error.stderr || error.message)
          .trim()
          .split("\n")
          .at(-1)}`,
      );
    }
  }
}
