/*
 * Atoms by flows beside those that need none, where the truth is known.
 *   npm run build && node experiments/flow-pid/run.mjs [--cases "poisson.*"] [--rows 5000] [--seeds 1-3] [--workers 1]
 * One JSON line per case and seed; those that are in the file already are left out. Table of the results: summarise.mjs.
 */
import { createEngine } from "../../dist/engine/index.js";
import { Rng } from "../../dist/math/rng.js";
import { firstChannels, secondChannels } from "../../dist/mi/benchmark/flow-pid-16.js";
import { flowPid } from "../../dist/mi/flow/flow-pid.js";
import { gaussianPidFromData } from "../../dist/pid/estimate/gaussian-pid-from-data.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";

const round = (value) => Math.round(1e4 * value) / 1e4;
/** r, u1, u2, s */
const atomsOf = ({ atoms: { redundancy, unique, synergy } }) => [redundancy, unique.x1, unique.x2, synergy].map(round);

/** Two targets in unit noise through 16 channels each, then cubes of one and cube roots of the rest: the example of arXiv 2510.04417. */
function distorted(rng) {
  const m = [rng.normal(), rng.normal()];
  const through = (channels) => channels.map(([a, b]) => a * m[0] + b * m[1] + rng.normal());
  const [x1, x2] = [through(firstChannels), through(secondChannels)];
  return { y: m.map(Math.cbrt), x1: x1.map((v) => v ** 3), x2: x2.map(Math.cbrt) };
}

function poisson(rng, mean) {
  let [k, product] = [0, rng.uniform()];
  for (const least = Math.exp(-mean); product > least; k++) product *= rng.uniform();
  return k;
}

/** Counts m ~ Poisson(2)^2, thinned by (w, 1/2) and (1/2, 1/2), plus Poisson(1). */
const thinned = (w) => (rng) => {
  const m = [poisson(rng, 2), poisson(rng, 2)];
  const kept = (count, share) => Array.from({ length: count }, () => rng.uniform() < share).filter(Boolean).length;
  const seen = (first) => [kept(m[0], first) + kept(m[1], 0.5) + poisson(rng, 1)];
  return { y: m, x1: seen(w), x2: seen(0.5) };
};

/** Cases: r, u1, u2, s in bits (of counts by the discrete union, of the others by the closed form), and a row of each. */
export const cases = {
  "distorted-16": { truth: [3.819, 0.547, 0.18, 0.654], draw: distorted },
  "poisson-0": { truth: [0.07, 0.1332, 0.2202, 0.0397], draw: thinned(0) },
  "poisson-0.3": { truth: [0.1824, 0.0341, 0.1078, 0.1216], draw: thinned(0.3) },
  "poisson-0.5": { truth: [0.2901, 0, 0, 0.2064], draw: thinned(0.5) },
  "poisson-1": { truth: [0.244, 0.51, 0.0461, 0.096], draw: thinned(1) },
};

/** Atoms of one table by every reading. */
export async function runCell({ name, rows, seed }) {
  const start = process.cpuUsage();
  const rng = new Rng(seed).split(`flow-pid/${name}`);
  const drawn = Array.from({ length: rows }, () => cases[name].draw(rng));
  const side = (key) => ({
    name: key,
    columns: drawn[0][key].map((_, j) => Float64Array.from(drawn, (row) => row[key][j])),
  });
  const [y, ...sources] = ["y", "x1", "x2"].map(side);
  const engine = await createEngine("auto");
  const { heldOut, standardErrors, inSample } = await flowPid(y, sources, { engine, seed });
  await engine.dispose();
  const used = process.cpuUsage(start);
  return {
    truth: cases[name].truth,
    flows: atomsOf(heldOut),
    errors: standardErrors === null ? null : atomsOf(standardErrors),
    inSample: atomsOf(inSample),
    values: atomsOf(gaussianPidFromData(y, sources)),
    ranks: atomsOf(gaussianPidFromData(y, sources, { transform: "inverse-normal", transformSources: true })),
    seconds: round((used.user + used.system) / 1e6),
  };
}

if (isMain(import.meta.url)) {
  const {
    cases: wanted,
    rows,
    seeds,
    pool,
  } = studyArguments(import.meta.url, {
    cases: { type: "string", default: ".*" },
    rows: { type: "string", default: "5000" },
  });
  const names = Object.keys(cases).filter((name) => new RegExp(`^(${wanted})$`).test(name));
  const cells = seeds.flatMap((seed) => names.map((name) => ({ name, rows: Number(rows), seed })));
  await runStudy({ ...pool, cells });
}
