/*
 * Members of an ensemble as one step with batched weights, against a step per member: forward, gradient and AdamW-like
 * update of an MLP 167-256-128-64-256-128-1 on batches of 256 rows, processor time per member and step. Processor time
 * does not depend on what else the machine does: on C cores, C processes of one member each make a step every `single`
 * milliseconds, and one process with batched weights can at best make its `members` steps every members * batched / C.
 *   node bench/main.mjs ensemble [--json] [--members 4] [--batch 256] [--steps 100]
 */
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { Rng } from "pidreg";
import { createEngine } from "pidreg/engine";

const widths = [167, 256, 128, 64, 256, 128, 1];

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      members: { type: "string", default: "4" },
      batch: { type: "string", default: "256" },
      steps: { type: "string", default: "100" },
    },
  });
  const [members, batch, steps] = [values.members, values.batch, values.steps].map(Number);
  const single = await measure(1, batch, steps);
  const batched = await measure(members, batch, steps);
  const rows = [
    { members: 1, msPerMember: single },
    { members, msPerMember: batched },
  ];
  return {
    title: "processor time per member and step, milliseconds",
    columns: ["members", "msPerMember"],
    members,
    single,
    batched,
    ratio: batched / single,
    rows,
  };
}

async function measure(members, batch, steps) {
  const engine = await createEngine("onnx", { threads: 1 });
  const rng = new Rng("ensemble");
  const sizes = widths.slice(1).map((width, l) => members * widths[l] * width);
  const total = sizes.reduce((a, b) => a + b);
  const values = new Float32Array(total);
  rng.fillNormal(values);
  for (let i = 0; i < total; i++) values[i] *= 0.05;
  const entry = (name, content) => ({ name, shape: [total], values: content });
  const state = engine.createState([
    entry("parameters", values),
    entry("moment1", new Float32Array(total)),
    entry("moment2", new Float32Array(total)),
  ]);
  const step = {
    name: `ensemble-${members}`,
    state: ["parameters", "moment1", "moment2"],
    inputs: [
      { name: "x", shape: [members, batch, widths[0]] },
      { name: "y", shape: [members, batch, 1] },
    ],
    run: ({ parameters, moment1, moment2 }, { x, y }) => {
      const loss = (flat) => tf.mean(tf.square(tf.sub(network(flat, x, members, sizes), y))).mul(members);
      const { value, grads } = tf.valueAndGrads(loss)([parameters]);
      const first = tf.add(tf.mul(moment1, 0.9), tf.mul(grads[0], 0.1));
      const second = tf.add(tf.mul(moment2, 0.999), tf.mul(tf.square(grads[0]), 0.001));
      const next = tf.sub(parameters, tf.mul(tf.div(first, tf.add(tf.sqrt(second), 1e-8)), 1e-3));
      return { state: { parameters: next, moment1: first, moment2: second }, outputs: { loss: value } };
    },
  };
  const compiled = await engine.compile(step, state);
  for (const input of Object.values(compiled.inputs)) rng.fillNormal(input);
  const times = [];
  for (let s = 0; s < steps; s++) {
    const before = process.cpuUsage();
    await compiled.run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000 / members);
  }
  times.sort((a, b) => a - b);
  return Math.round(times[Math.floor(times.length / 2)] * 100) / 100;
}

/** One member: plain matrix products; several: products batched over the members. */
function network(flat, x, members, sizes) {
  let at = 0;
  let values = members === 1 ? tf.reshape(x, x.shape.slice(1)) : x;
  for (const [l, size] of sizes.entries()) {
    const shape = [widths[l], widths[l + 1]];
    const weights = tf.reshape(tf.slice(flat, [at], [size]), members === 1 ? shape : [members, ...shape]);
    values = tf.matMul(values, weights);
    if (l < sizes.length - 1) values = tf.relu(values);
    at += size;
  }
  return members === 1 ? tf.reshape(values, [1, ...values.shape]) : values;
}
