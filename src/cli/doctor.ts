import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import type { EngineStatus } from "../engine/probe.js";
import { padRight, wrapWords } from "../report/text-columns.js";
import { shown } from "../shown.js";
import { textWidth, wrapList } from "./table.js";
import { packageVersion } from "./version.js";

/** What `pidreg doctor` finds out. */
export interface SystemReport {
  readonly pidreg: string;
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly platform: string;
  readonly cpu: { readonly model: string; readonly threads: number };
  /** GiB. */
  readonly memory: { readonly total: number; readonly free: number };
  /** Versions of the numeric packages; null where one is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
  /** Execution providers that ONNX Runtime knows; those not bundled need further libraries. */
  readonly executionProviders: readonly { readonly name: string; readonly bundled: boolean }[];
  /** What `--engine auto` runs on. */
  readonly defaultEngine: "onnx" | "wasm";
  readonly engines: readonly EngineStatus[];
}

const packageNames = ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "onnxruntime-node", "@tensorflow/tfjs-node"];
const oldestNode = [20, 19] as const;

/** Looks at the machine and tries every engine. */
export async function examineSystem(): Promise<SystemReport> {
  const { packageVersion: installedVersion, probeEngines } = await import("../engine/probe.js");
  const engines = await probeEngines();
  const [major, minor] = process.versions.node.split(".").map(Number);
  const gibibytes = (bytes: number) => Math.round((bytes / 2 ** 30) * 10) / 10;
  return {
    pidreg: packageVersion(),
    node: {
      version: process.versions.node,
      supported: major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]),
    },
    platform: `${process.platform} ${process.arch}`,
    cpu: { model: cpus()[0]?.model.trim() ?? "unknown", threads: availableParallelism() },
    memory: { total: gibibytes(totalmem()), free: gibibytes(freemem()) },
    packages: Object.fromEntries(packageNames.map((name) => [name, installedVersion(name)])),
    executionProviders: await listProviders(),
    defaultEngine: engines.some(({ name, works }) => name === "onnx" && works) ? "onnx" : "wasm",
    engines,
  };
}

const labelWidth = 15;

/** The report for people; at most 80 columns. */
export function describeSystem(system: SystemReport): string {
  const { node, cpu, memory } = system;
  const nodeNote = node.supported ? "" : ` - too old, pidreg needs ${oldestNode.join(".")} or newer`;
  const packages = Object.entries(system.packages).map(([name, version]) => `${name} ${version ?? "(not installed)"}`);
  const providers = system.executionProviders.map(({ name, bundled }) =>
    bundled ? name : `${name} (needs libraries)`,
  );
  const lines: [string, string][] = [
    ["pidreg", system.pidreg],
    ["node", `${node.version}${nodeNote}`],
    ["platform", system.platform],
    ["processor", `${cpu.model}, ${cpu.threads} threads`],
    ["memory", `${memory.free} of ${memory.total} GiB free`],
    ["ONNX Runtime", providers.length > 0 ? `providers: ${providers.join(", ")}` : "does not load"],
    ["--engine auto", system.defaultEngine],
  ];
  const head = lines.map(([label, text]) => `${padRight(label, labelWidth)}${shown(text)}`);
  const installed = wrapList(padRight("packages", labelWidth), packages);
  return [...head, installed, "", "engines", ...system.engines.flatMap(describeEngine)].join("\n");
}

/** What it is; what is missing, and the command that gets that, each in a line of its own: the command is to be copied whole. */
function describeEngine({ name, works, reason, about, get }: EngineStatus): string[] {
  const start = `  ${padRight(name, 16)}${padRight(works ? "works" : "missing", 9)}`;
  const [first, ...rest] = wrapWords(shown(about), textWidth - start.length);
  const missing = reason === null ? [] : wrapWords(shown(`Missing here: ${reason}`), textWidth - start.length);
  const command = works || get === null ? [] : [`Get it: ${get}`];
  return [start + first, ...[...rest, ...missing, ...command].map((line) => " ".repeat(start.length) + line)];
}

/** Empty where ONNX Runtime does not load: the `onnx` engine's status then says why. */
async function listProviders(): Promise<{ name: string; bundled: boolean }[]> {
  const runtime = await import("onnxruntime-node").catch(() => null);
  return runtime?.listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })) ?? [];
}
