// Decomposition of a Parquet table of 10 million rows x 60 columns by the command line: time and peak resident memory.
//   node bench/main.mjs pid-stream [--rows N] [--file FILE.parquet] [--json]
// The table is generated first if FILE does not exist (uncompressed, 4.8 GB at 10 million rows) and kept.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate, trueCovariance, widths } from "./pid-stream-data.mjs";

const option = (args, name, otherwise) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : args[at + 1];
};

export async function run(args) {
  const rows = Number(option(args, "rows", 10_000_000));
  const file = option(args, "file", join(tmpdir(), `pidreg-stream-${rows}.parquet`));
  if (!existsSync(file)) {
    console.error(`generating ${file} ...`);
    await generate(file, rows);
  }
  const start = performance.now();
  const { document, peakMiB, cpuSeconds } = await decompose(file);
  const seconds = (performance.now() - start) / 1000;
  const truth = await trueAtoms();
  const row = {
    rows: document.n,
    columns: 1 + widths.a + widths.b,
    "wall s": round(seconds, 1),
    "cpu s": round(cpuSeconds, 1),
    "peak MiB": Math.round(peakMiB),
    "largest error, standard errors": round(largestError(document, truth), 2),
  };
  return { title: "decompose by streaming, from Parquet", columns: Object.keys(row), rows: [row] };
}

/** Runs the command in a process of its own, which reports its peak memory when it ends. */
function decompose(file) {
  const bin = fileURLToPath(new URL("../bin/pidreg.js", import.meta.url));
  const report = `process.on("exit", () => process.stderr.write("\\nusage " + JSON.stringify(process.resourceUsage()) + "\\n"))`;
  const args = ["--import", `data:text/javascript,${encodeURIComponent(report)}`, bin, "decompose", "--data", file];
  args.push("--target", "y", "--modality", "a=a*", "--modality", "b=b*", "--stream", "--json");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`decompose failed: ${err}`));
      const usage = JSON.parse(/usage (\{.*\})/.exec(err)[1]);
      const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
      resolve({ document: JSON.parse(out), peakMiB: usage.maxRSS / 1024, cpuSeconds });
    });
  });
}

/** Exact atoms of the generator. */
async function trueAtoms() {
  const { gaussianPid } = await import("pidreg/pid");
  const sources = Object.entries(widths).map(([name, size]) => ({ name, size }));
  return gaussianPid(trueCovariance(), { targets: 1, sources });
}

/** Largest |estimate - truth| / standard error over total, singles, redundancy and synergy. */
function largestError(document, truth) {
  const list = (v) => [
    v.information.total,
    ...Object.values(v.information.byModality),
    v.atoms.redundancy,
    v.atoms.synergy,
  ];
  const [value, exact, error] = [document, truth, document.standardErrors].map(list);
  return Math.max(...value.map((v, i) => Math.abs(v - exact[i]) / error[i]));
}

function round(value, decimals) {
  return Number(value.toFixed(decimals));
}
