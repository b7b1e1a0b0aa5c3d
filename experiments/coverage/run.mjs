/*
 * How often the 95 % intervals of `pidreg decompose` hold the truth of tables whose truth is known.
 *   npm run build && node experiments/coverage/run.mjs [--reps 300] [--cases "tie|groups"] [--estimator auto] [--workers 2] [--out results.jsonl]
 * One JSON line per case; cases that are in the file already are left out. Tables of the results: summarise.mjs.
 */
import { gaussianPidFromData } from "../../dist/index.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { cases, drawTable, numbersOf, truthOf } from "./cases.mjs";

/** Share of permutation tests at 5 % that reject though target and modalities are independent, and their shuffles. */
const level = 0.05;
const shuffles = 99;

/** Coverage of one case over so many tables. */
export function runCell({ name, reps, estimator }) {
  const kind = cases[name];
  const truth = truthOf(kind);
  const counts = (make) => Object.fromEntries(Object.keys(truth).map((key) => [key, make(key)]));
  const hits = counts(() => 0);
  const untiedHits = counts(() => 0);
  let untied = 0;
  const sums = counts(() => 0);
  const flags = {};
  const estimators = {};
  let rejected = 0;
  for (let rep = 0; rep < reps; rep++) {
    const { target, sources, groups } = drawTable(kind, `${name}/${rep}`);
    const found = gaussianPidFromData(target, sources, { groups, seed: rep + 1, estimator, ...kind.options });
    const [values, lower, upper] = [found, found.intervals.lower, found.intervals.upper].map(numbersOf);
    const isUntied = !found.flags.includes("boundary");
    untied += isUntied ? 1 : 0;
    for (const [key, value] of Object.entries(truth)) {
      const hit = value >= lower[key] - 1e-9 && value <= upper[key] + 1e-9 ? 1 : 0;
      hits[key] += hit;
      untiedHits[key] += isUntied ? hit : 0;
      sums[key] += (values[key] - value) / reps;
    }
    for (const flag of found.flags) flags[flag] = (flags[flag] ?? 0) + 1 / reps;
    estimators[found.estimator] = (estimators[found.estimator] ?? 0) + 1;
    if (groups !== undefined) {
      const null_ = drawTable(kind, `${name}/${rep}`, true);
      const tested = gaussianPidFromData(null_.target, null_.sources, {
        groups,
        seed: rep + 1,
        estimator,
        permutations: shuffles,
      });
      rejected += tested.permutation.pValues.total <= level ? 1 / reps : 0;
    }
  }
  const rounded = (of) => Object.fromEntries(Object.entries(of).map(([key, v]) => [key, Math.round(1e4 * v) / 1e4]));
  return {
    truth: rounded(truth),
    bias: rounded(sums),
    covered: rounded(counts((key) => hits[key] / reps)),
    flags: rounded(flags),
    untied: untied === 0 ? null : { tables: untied, covered: rounded(counts((key) => untiedHits[key] / untied)) },
    estimators,
    ...(kind.sizes === undefined ? {} : { rejected: Math.round(1e4 * rejected) / 1e4 }),
  };
}

if (isMain(import.meta.url)) {
  const {
    reps,
    cases: wanted,
    estimator,
    pool,
  } = studyArguments(import.meta.url, {
    reps: { type: "string", default: "300" },
    cases: { type: "string", default: "" },
    estimator: { type: "string", default: "auto" },
  });
  const names = Object.keys(cases).filter((name) => new RegExp(wanted).test(name));
  await runStudy({ ...pool, cells: names.map((name) => ({ name, reps: Number(reps), estimator })) });
}
