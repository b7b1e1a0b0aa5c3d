/*
 * Measurements of one engine, in a process of its own: a library of a GPU may end it.
 *   node bench/gpu/measure.mjs '{"engine": "onnx-cuda", "part": "parity", "seconds": 60, ..}'
 * Prints one line of JSON per result, as soon as it is known.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createEngine } from "pidreg/engine";
import { compiled } from "../convolutions.mjs";
import { run as epochs } from "../epoch.mjs";
import { createLearner, feed } from "../training-step.mjs";

const run = promisify(execFile);
const request = JSON.parse(process.argv[2]);
const ends = performance.now() + request.seconds * 1000;
const left = () => ends - performance.now();
const print = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);

/** Gradients of the same step at the same weights, on the engine and on `cpu`: relative Euclidean distance. */
async function parity(engine) {
  const reference = await createEngine("cpu");
  const rows = 64;
  for (const [net, hidden, latent] of [
    ["narrow", 64, 16],
    ["wide", 256, 64],
  ]) {
    if (left() < 0) return print({ net, skipped: "no time left" });
    const sizes = { batch: rows, hidden, latent };
    print({
      net,
      batch: rows,
      distance: distance(await firstMoment(engine, sizes), await firstMoment(reference, sizes)),
    });
  }
  for (const net of request.convolutions) {
    if (left() < 0) return print({ net, skipped: "no time left" });
    print({ net, batch: 4, distance: distance(await gradientOf(engine, net, 4), await gradientOf(reference, net, 4)) });
  }
  await reference.dispose();
}

/** After the first step the first moment is the gradient times a constant. */
async function firstMoment(engine, sizes) {
  const learner = await createLearner(engine, { ...sizes, losses: "all", embedding: false });
  await feed(learner, sizes.latent, sizes.batch)(1);
  const { moment1 } = await learner.snapshot();
  const copy = Float64Array.from(moment1);
  await learner.dispose();
  return copy;
}

async function gradientOf(engine, net, rows) {
  const { step } = await compiled(engine, net, rows);
  await step.run();
  return Float64Array.from(step.outputs.gradient);
}

function distance(a, b) {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return Number(Math.sqrt(difference / norm).toPrecision(3));
}

/** Milliseconds of a training step, of wide and narrow networks and of batches from small to large. */
async function steps(engine) {
  for (const batch of request.batches) {
    for (const [net, hidden, latent] of [
      ["narrow", 64, 16],
      ["wide", 512, 64],
    ]) {
      if (left() < 0) {
        print({ net, batch, skipped: "no time left" });
        continue;
      }
      const started = performance.now();
      const learner = await createLearner(engine, { batch, hidden, latent, losses: "all", embedding: false });
      const step = feed(learner, latent, batch);
      await step(1);
      const compile = performance.now() - started;
      print({ net, batch, ms: await timed((t) => step(t + 1)), msCompile: Math.round(compile) });
      await learner.dispose();
    }
  }
}

/** Milliseconds of a forward and backward pass of convolutional encoders. */
async function convolutions(engine) {
  for (const net of request.convolutions) {
    if (left() < 0) {
      print({ net, skipped: "no time left" });
      continue;
    }
    const { step } = await compiled(engine, net);
    await step.run();
    print({ net, ms: await timed(() => step.run()) });
  }
}

/** Median of the repeats that fit into a share of the time. */
async function timed(step) {
  const budget = Math.min(request.secondsPerCase * 1000, Math.max(0, left()));
  const times = [];
  const begin = performance.now();
  for (let t = 1; times.length < request.fewest || (performance.now() - begin < budget && times.length < 200); t++) {
    const start = performance.now();
    await step(t);
    times.push(performance.now() - start);
  }
  const sorted = times.sort((a, b) => a - b);
  return Number(sorted[Math.floor((sorted.length - 1) / 2)].toPrecision(4));
}

/** Seconds of an epoch of each phase on a synthetic table. */
async function epoch() {
  const folder = mkdtempSync(join(tmpdir(), "pidreg-gpu-"));
  try {
    const bin = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));
    await run(process.execPath, [bin, "synth", "mixed", "--out", folder, "--rows", String(request.rows)]);
    const { rows } = await epochs([
      "--config",
      join(folder, "config.yaml"),
      "--engine",
      request.engine,
      "--epochs",
      "3",
    ]);
    for (const row of rows)
      print({ net: row.phase, rows: request.rows, seconds: row.secondsPerEpoch, ms: row.msPerStep });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const parts = { parity, steps, convolutions };
if (request.part === "epoch") await epoch();
else {
  const engine = await createEngine(request.engine);
  await parts[request.part](engine);
  await engine.dispose();
}
process.exit(0);
