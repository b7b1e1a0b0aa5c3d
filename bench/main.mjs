/*
 * Benchmarks of the built package: node bench/main.mjs NAME [--json] [options of the benchmark]
 * A benchmark is a module that exports `run(args)` -> { title, columns, rows, ...more } with rows as plain objects.
 */
const benchmarks = {
  pid: () => import("./pid.mjs"),
  "pid-stream": () => import("./pid-stream.mjs"),
  "pid-shards": () => import("./pid-shards.mjs"),
  step: () => import("./step.mjs"),
  train: () => import("./train.mjs"),
  epoch: () => import("./epoch.mjs"),
  ensemble: () => import("./ensemble.mjs"),
  encoders: () => import("./encoders.mjs"),
  gpu: () => import("./gpu.mjs"),
};

const [name, ...args] = process.argv.slice(2);
const load = benchmarks[name];
if (load === undefined) {
  console.error(`bench: unknown benchmark "${name ?? ""}"; there are: ${Object.keys(benchmarks).join(", ")}`);
  process.exit(2);
}
const { run } = await load();
const result = await run(args);
if (args.includes("--json")) console.log(JSON.stringify(result, null, 2));
else {
  console.log(result.title);
  console.table(result.rows, result.columns);
}
