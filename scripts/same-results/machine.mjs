// What the last bits of a result depend on beside the program: compared before results are asked to be byte-identical.
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

const libraries = ["onnxruntime-node", "@tensorflow/tfjs", "@duckdb/node-api", "ml-matrix"];
/** Features by which ONNX Runtime's kernels are chosen. */
const dispatched =
  /^(sse4_1|avx|avx2|fma|f16c|avx_vnni|avx512(f|bw|dq|vl|_vnni|_bf16|_fp16)|amx_.*|asimd.*|bf16|i8mm|sve.*)$/;

/**
 * @param dist compiled folder, beside which package.json and node_modules lie
 * @returns {Record<string, string>}
 */
export function machineOf(dist) {
  const versions = libraries.map((name) => [name, installed(dist, name)]);
  return {
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node.split(".")[0],
    v8: process.versions.v8.split(".").slice(0, 2).join("."),
    ...Object.fromEntries(versions),
    threads: "1",
    processor: processorFeatures(),
  };
}

function installed(dist, name) {
  const file = join(dist, "../node_modules", name, "package.json");
  return JSON.parse(readFileSync(file, "utf8")).version;
}

/** On Linux the vendor and the features that matter, elsewhere the processor's name. */
function processorFeatures() {
  if (process.platform !== "linux") return cpus()[0]?.model ?? "unknown";
  const text = readFileSync("/proc/cpuinfo", "utf8");
  const of = (key) => text.match(new RegExp(`^${key}\\s*:\\s*(.*)$`, "m"))?.[1] ?? "";
  const features = `${of("flags")} ${of("Features")}`.split(/\s+/).filter((name) => dispatched.test(name));
  return [of("vendor_id"), ...features.sort()].filter((name) => name !== "").join(" ");
}

/** The entries in which two machines differ, as text. */
export function differences(one, other) {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys
    .filter((key) => one[key] !== other[key])
    .map((key) => `${key}: ${one[key] ?? "none"} / ${other[key] ?? "none"}`);
}
