/*
 * Where the CPU seconds of a training go, by phase and by what is done in it.
 *   npm run build && node experiments/speed/profile.mjs --table brain-age [--seed 1] [--set path=value ..] [--functions 25]
 * Prints one line of JSON, those of profiles.jsonl: per phase its CPU seconds, those inside compiled steps (training, inference, others), and the
 * functions of this project that the rest goes to, with all that they call.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import ort from "onnxruntime-node";
import { trainRun } from "pidreg";
import { withTable } from "../../bench/train-tables.mjs";

const { values: options } = parseArgs({
  options: {
    table: { type: "string", default: "brain-age" },
    seed: { type: "string", default: "1" },
    set: { type: "string", multiple: true, default: [] },
    functions: { type: "string", default: "25" },
  },
});

/** CPU seconds by phase, and those of sessions in it. */
class PhaseClock {
  #phases = [];

  constructor() {
    this.enter("start");
  }

  get observer() {
    return {
      phase: (name) => this.enter(name),
      // The last epoch of stage 2 is not announced: what follows the last one seen is the evaluation.
      epoch: ({ phase }) => {
        const last = this.#phases.at(-1);
        last.epochs = (last.epochs ?? 0) + 1;
        if (phase === "stage2") this.#afterStage2 = { at: performance.now(), used: process.cpuUsage() };
      },
    };
  }

  #afterStage2 = null;

  enter(name) {
    const at = performance.now();
    const used = process.cpuUsage();
    if (name === "end" && this.#afterStage2 !== null) this.#close(this.#afterStage2, "after");
    this.#close({ at, used }, name);
  }

  #close({ at, used }, next) {
    const last = this.#phases.at(-1);
    if (last !== undefined) {
      last.seconds = (used.user + used.system - last.used.user - last.used.system) / 1e6;
      last.until = at;
    }
    this.#phases.push({ name: next, from: at, used, sessions: {} });
  }

  /** Wall time inside a session; sessions run one at a time, each on this thread. */
  inside(kind, milliseconds) {
    const { sessions } = this.#phases.at(-1);
    const { count = 0, seconds = 0 } = sessions[kind] ?? {};
    sessions[kind] = { count: count + 1, seconds: seconds + milliseconds / 1000 };
  }

  /** Name of the phase at a time, ms of `performance.now`. */
  at(time) {
    return this.#phases.find(({ from, until }) => from <= time && time < until)?.name ?? "other";
  }

  summary() {
    const phases = this.#phases.filter(({ seconds }) => seconds !== undefined);
    const round = (value) => Math.round(value * 100) / 100;
    return {
      cpuSeconds: round((process.cpuUsage().user + process.cpuUsage().system) / 1e6),
      phases: phases.map(({ name, seconds, epochs, sessions }) => ({
        name,
        epochs,
        cpuSeconds: round(seconds),
        sessions: Object.fromEntries(
          Object.entries(sessions).map(([kind, { count, seconds: inside }]) => [
            kind,
            { count, seconds: round(inside) },
          ]),
        ),
      })),
    };
  }
}

/** Tells the clock of every run of a session and of its making. */
function countSessions(clock) {
  const { create } = ort.InferenceSession;
  ort.InferenceSession.create = async (...given) => {
    const began = performance.now();
    const session = await create.apply(ort.InferenceSession, given);
    clock.inside("compile", performance.now() - began);
    const run = session.run.bind(session);
    const names = session.outputNames.join();
    const kind = /report/.test(names) ? "train" : /latents/.test(names) ? "predict" : "other";
    session.run = async (...fed) => {
      const start = performance.now();
      const out = await run(...fed);
      clock.inside(kind, performance.now() - start);
      return out;
    };
    return session;
  };
}

/** Seconds of samples under each function of this project, by phase. */
function functionsOf({ nodes, samples, timeDeltas, startTime }, clock) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const offset = performance.now() - Number(process.hrtime.bigint() / 1000n) / 1000;
  const totals = new Map();
  let time = startTime;
  samples.forEach((sample, i) => {
    time += timeDeltas[i];
    const phase = clock.at(time / 1000 + offset);
    const seen = new Set();
    for (let id = sample; id !== undefined; id = parents.get(id)) {
      const { functionName, url } = byId.get(id).callFrame;
      const own = url.includes("/dist/") && !url.includes("node_modules");
      if (own && functionName !== "") seen.add(`${functionName} ${url.split("/dist/")[1]}`);
      else if (["(garbage collector)", "(idle)"].includes(functionName)) seen.add(functionName);
    }
    for (const name of seen)
      totals.set(`${phase}: ${name}`, (totals.get(`${phase}: ${name}`) ?? 0) + timeDeltas[i] / 1e6);
  });
  return [...totals]
    .sort(([, a], [, b]) => b - a)
    .slice(0, Number(options.functions))
    .map(([name, seconds]) => `${seconds.toFixed(2)} ${name}`);
}

const clock = new PhaseClock();
countSessions(clock);
const inspector = new Session();
inspector.connect();
await inspector.post("Profiler.enable");
await inspector.post("Profiler.setSamplingInterval", { interval: 1000 });
await inspector.post("Profiler.start");
const folder = await mkdtemp(path.join(tmpdir(), "pidreg-profile-"));
try {
  const trained = await withTable(options.table, [...options.set, `seed=${options.seed}`], ({ config, baseFolder }) => {
    clock.enter("reading");
    return trainRun({ config, baseFolder, out: path.join(folder, "run"), observer: clock.observer });
  });
  if (trained === null) throw new Error(`the table ${options.table} is not there`);
  clock.enter("end");
  const { profile } = await inspector.post("Profiler.stop");
  const { table, seed, set } = options;
  console.log(
    JSON.stringify({ table, seed: Number(seed), set, ...clock.summary(), functions: functionsOf(profile, clock) }),
  );
} finally {
  await rm(folder, { recursive: true });
}
process.exit(0);
