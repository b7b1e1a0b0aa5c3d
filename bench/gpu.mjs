/*
 * Engines of a GPU, in at most 8 minutes: gradients of a step against `cpu`, and times of steps, of forward and backward
 * passes of convolutional encoders and of epochs, beside PyTorch where it is installed.
 *   node bench/main.mjs gpu [--json] [--engines onnx-cuda,onnx-webgpu,tensorflow-gpu] [--minutes 8] [--batches 256,1024,8192]
 *                           [--nets 2d,2dw,1d,3d] [--rows 20000] [--python python3] [--device cuda] [--setup]
 * What is missing is named with the command that gets it, and the rest is measured. --setup, on a machine with a network, gets
 * into node_modules what the engines lack; the folder then travels with the checkout. Libraries of CUDA that the system
 * lacks are taken from packages of Python (nvidia-*-cu12, torch). --engines onnx-cpu,wasm,tensorflow-cpu runs the
 * same script without a GPU.
 */
import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cudaFolders, engineStates, getMissing, nvidiaCard } from "./gpu/engines.mjs";

/** Shares of the time that an engine has; what one does not need is left to the next. */
const shares = { parity: 0.25, steps: 0.4, convolutions: 0.2, epoch: 0.15 };
/** Relative distances of gradients up to this are rounding. */
const rounding = 1e-4;

export async function run(args) {
  const options = optionsOf(args);
  const ends = Date.now() + options.minutes * 60_000;
  const card = await nvidiaCard();
  if (card === null) {
    console.error(
      "no NVIDIA card here (nvidia-smi finds none): onnx-cuda and tensorflow-gpu cannot be measured on this machine",
    );
  }
  const [states, folders] = await Promise.all([engineStates(options.engines), cudaFolders(options.python)]);
  if (options.setup) {
    await getMissing(states, (text) => console.error(text));
    return { title: "what the engines lacked was asked for; see above", columns: ["engine", "works"], rows: [] };
  }
  const missing = card === null ? [{ what: "NVIDIA card", reason: "nvidia-smi finds none" }] : [];
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: [...folders, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
  };
  const rows = [];
  const works = [];
  for (const state of states) {
    // Libraries in packages of Python may be all that an engine lacks.
    const tried = state.works ? null : await tryAgain(state, env);
    if (state.works || tried === null) works.push(state);
    else missing.push({ what: state.name, reason: tried, get: state.get });
  }
  const peers = [...works.map((state) => ({ state })), { python: true }];
  for (const [at, peer] of peers.entries()) {
    const seconds = (ends - Date.now()) / 1000 / (peers.length - at);
    rows.push(
      ...(peer.python
        ? await ofPyTorch(options, seconds, env, missing)
        : await ofEngine(peer.state, options, seconds, env)),
    );
  }
  for (const { what, reason, get } of missing) {
    console.error(`not measured: ${what}: ${reason}${get ? `; get it: ${get}` : ""}`);
  }
  return {
    title: `engines on ${card ?? "no NVIDIA card"}: ms of a step (median), gradients against cpu (rounding: up to ${rounding})`,
    columns: ["engine", "part", "net", "batch", "ms", "seconds", "distance", "note"],
    ...{ card, missing, rows },
  };
}

function optionsOf(args) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      setup: { type: "boolean", default: false },
      engines: { type: "string", default: "onnx-cuda,onnx-webgpu,tensorflow-gpu" },
      minutes: { type: "string", default: "8" },
      batches: { type: "string", default: "256,1024,8192" },
      nets: { type: "string", default: "2d,2dw,1d,3d" },
      rows: { type: "string", default: "20000" },
      python: { type: "string", default: "python3" },
      device: { type: "string", default: "cuda" },
    },
  });
  const list = (text) => text.split(",").filter(Boolean);
  return {
    ...{ setup: values.setup, python: values.python, device: values.device },
    ...{ minutes: Number(values.minutes), rows: Number(values.rows) },
    engines: list(values.engines),
    ...{ batches: list(values.batches).map(Number), convolutions: list(values.nets) },
  };
}

async function tryAgain({ engine, reason }, env) {
  if (env.LD_LIBRARY_PATH === (process.env.LD_LIBRARY_PATH ?? "")) return reason;
  const entry = fileURLToPath(new URL("../dist/engine/try-engine.js", import.meta.url));
  const { lines, ended } = await child(process.execPath, [entry, engine], 60, env);
  return lines.length > 0 ? lines[0].reason : `${reason} (${ended})`;
}

async function ofEngine({ name, engine }, options, seconds, env) {
  const ends = Date.now() + seconds * 1000;
  const rows = [];
  let open = 1;
  for (const [part, share] of Object.entries(shares)) {
    const given = (Math.max(0, ends - Date.now()) / 1000) * (share / open);
    open -= share;
    rows.push(...(await ofPart(name, engine, part, options, given, env)));
  }
  return rows;
}

async function ofPart(name, engine, part, options, seconds, env) {
  const script = fileURLToPath(new URL("./gpu/measure.mjs", import.meta.url));
  const request = requestOf(options, { engine, part, seconds });
  const { lines, ended } = await child(process.execPath, [script, JSON.stringify(request)], seconds, env);
  const rows = lines.map(({ skipped, msCompile, ...line }) => ({
    ...{ engine: name, part, ...line },
    note: skipped ?? noteOf(line, msCompile),
  }));
  return ended === null ? rows : [...rows, { engine: name, part, note: ended }];
}

function noteOf({ distance }, msCompile) {
  if (distance !== undefined) return distance <= rounding ? "equal to rounding" : "DIFFERS";
  return msCompile === undefined ? undefined : `first step ${msCompile} ms`;
}

async function ofPyTorch(options, seconds, env, missing) {
  const script = fileURLToPath(new URL("./gpu/torch_step.py", import.meta.url));
  const rows = [];
  for (const part of ["steps", "convolutions"]) {
    const request = requestOf(options, { part, seconds: seconds / 2, device: options.device });
    const { lines, ended } = await child(options.python, [script, JSON.stringify(request)], seconds / 2, env);
    if (lines[0]?.missing !== undefined || (ended !== null && lines.length === 0)) {
      missing.push({ what: "PyTorch", reason: lines[0]?.missing ?? ended, get: "pip install torch" });
      return rows;
    }
    const engine = `pytorch ${options.device}`;
    rows.push(...lines.map(({ skipped, ...line }) => ({ engine, part, ...line, note: skipped })));
    if (ended !== null) rows.push({ engine, part, note: ended });
  }
  return rows;
}

function requestOf({ batches, convolutions, rows }, more) {
  const cases = more.part === "steps" ? 2 * batches.length : convolutions.length;
  return { batches, convolutions, rows, fewest: 3, secondsPerCase: more.seconds / (3 * cases), ...more };
}

/** Lines of JSON that a process prints, and how it ended where not well; longer than its time and 20 s it is ended. */
function child(program, args, seconds, env) {
  return new Promise((resolve) => {
    const process = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      process[name].setEncoding("utf8").on("data", (text) => {
        texts[name] += text;
      });
    }
    const timer = setTimeout(() => process.kill("SIGKILL"), (seconds + 20) * 1000);
    const done = (ended) => {
      clearTimeout(timer);
      resolve({ lines: texts.stdout.split("\n").flatMap(parsed), ended });
    };
    process.on("error", (error) => done(error.message));
    process.on("close", (code, signal) => {
      const last = texts.stderr.trim().split("\n").at(-1);
      if (code === 0) done(null);
      else done(signal === "SIGKILL" ? "ended: its time was over" : `ended with ${signal ?? code}: ${last}`);
    });
  });
}

function parsed(line) {
  try {
    return line.startsWith("{") ? [JSON.parse(line)] : [];
  } catch {
    return [];
  }
}
