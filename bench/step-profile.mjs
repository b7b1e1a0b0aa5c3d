/*
 * Summary of a profile that `node bench/main.mjs step --profile PREFIX` wrote: time per operator and per operator with
 * shapes, in microseconds per step.
 *   node bench/step-profile.mjs PREFIX_*.json [lines]
 */
import { readFileSync } from "node:fs";

const [file, lines = "30"] = process.argv.slice(2);
const events = JSON.parse(readFileSync(file, "utf8"));
const steps = events.filter(({ name }) => name === "model_run").length;
const kernels = events.filter(({ cat, name }) => cat === "Node" && name.endsWith("_kernel_time"));
const shapes = (list) => JSON.stringify((list ?? []).map((entry) => Object.values(entry)[0]));

function table(keyOf) {
  const groups = new Map();
  for (const event of kernels) {
    const key = keyOf(event.args);
    const group = groups.get(key) ?? { microseconds: 0, calls: 0 };
    groups.set(key, { microseconds: group.microseconds + event.dur, calls: group.calls + 1 });
  }
  const rows = [...groups].sort(([, a], [, b]) => b.microseconds - a.microseconds).slice(0, Number(lines));
  for (const [key, { microseconds, calls }] of rows)
    console.log(
      `${(microseconds / steps).toFixed(0).padStart(7)} us  ${(calls / steps).toFixed(1).padStart(6)} x  ${key}`,
    );
}

const total = kernels.reduce((sum, { dur }) => sum + dur, 0) / steps;
console.log(
  `${steps} steps, ${total.toFixed(0)} us in kernels per step, ${(kernels.length / steps).toFixed(0)} kernels`,
);
table((args) => args.op_name);
console.log("");
table((args) => `${args.op_name} ${shapes(args.input_type_shape)} -> ${shapes(args.output_type_shape)}`);
