/*
 * Trains pidreg on generated tables whose true atoms are known, and keeps what it estimated beside the truth.
 *   npm run build && node experiments/synthetic-truth/run.mjs [--generators S1,S3] [--rows 5000] [--noise 0.3] [--seeds 1-3]
 *     [--workers 2] [--out results.jsonl] [--set path=value].. [--intervals]
 * One JSON line per run; runs that are in the file already are left out. Tables of the results: summarise.mjs. With
 * --intervals only what the coverage of intervals is made of is kept, in intervals.jsonl.
 */
import { fileURLToPath } from "node:url";
import { isMain, numberList, runStudy, studyArguments } from "../lib/pool.mjs";
import { smallNetworks, trainOnce, withSyntheticTable } from "../lib/train.mjs";
import { judged } from "./intervals.mjs";

/** Names of the study, and the generators of `pidreg synth` that they stand for. */
export const generators = {
  S0: "none",
  S1: "additive",
  S2: "redundant",
  S2n: "shared",
  S3: "interaction",
  S4: "sign",
  S5: "mixed",
  S6: "dominant",
  S7: "curve",
  S1x3: "three",
  S5x3: "three-mixed",
  S1v: "additive-vector",
  S5v: "vector-mixed",
};

/** One training; table and network have the same seed. */
export async function runCell({ generator, rows, noise, seed, set, keep }) {
  const table = { generator: generators[generator], rows, noise, seed };
  return withSyntheticTable(table, async (config, truth) => {
    const overrides = [...smallNetworks, ...set, `seed=${seed}`];
    const { inspected: _inspected, lossTerms: _lossTerms, byNoise, ...result } = await trainOnce(config, overrides);
    const numbers = ({ information, atoms }) => ({ ...information, ...atoms });
    const regression = numbers(truth.regression);
    if (keep === "intervals") return { numbers: judged({ regression, byNoise, ...result }), seconds: result.seconds };
    return { truth: numbers(truth), regression, ...result };
  });
}

if (isMain(import.meta.url)) {
  const options = studyArguments(import.meta.url, {
    generators: { type: "string", default: Object.keys(generators).join() },
    rows: { type: "string", default: "5000" },
    noise: { type: "string", default: "0.3" },
    intervals: { type: "boolean", default: false },
  });
  const { seeds, set } = options;
  const names = options.generators.split(",");
  const kept = options.intervals ? { keep: "intervals" } : {};
  const file =
    options.intervals && !process.argv.includes("--out")
      ? { file: fileURLToPath(new URL("intervals.jsonl", import.meta.url)) }
      : {};
  const cells = numberList(options.rows).flatMap((rows) =>
    numberList(options.noise).flatMap((noise) =>
      seeds.flatMap((seed) => names.map((generator) => ({ generator, rows, noise, seed, set, ...kept }))),
    ),
  );
  await runStudy({ ...options.pool, ...file, cells });
}
