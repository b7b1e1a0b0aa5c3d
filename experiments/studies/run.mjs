/*
 * How often intervals of differences hold the truth, and how often a selection drops what it should keep, before and now.
 *   npm run build && node experiments/studies/run.mjs [--trials 1000] [--kind splits] [--workers 1] [--out results.jsonl]
 * One JSON line per case; cases that are in the file are left out. Tables of the results: summarise.mjs.
 */
import { Rng } from "pidreg";
import { compareErrors, relativeChange } from "../../dist/evaluation/compared-errors.js";
import { relativeDifference, resampleErrors } from "../../dist/evaluation/paired-errors.js";
import { simultaneousBounds } from "../../dist/evaluation/simultaneous.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { bootstrapBefore, relativeBefore } from "./before.mjs";
import { groupedModels, splitModels, trainedModels } from "./cases.mjs";

const error = { ofMeanCost: Math.sqrt };
const kinds = {
  seeds: seedsTrial,
  groups: groupsTrial,
  selection: selectionTrial,
  splits: splitsTrial,
  repeats: repeatsTrial,
};
const margin = 0.02;

export async function runCell({ kind, trials, ...given }) {
  const started = performance.now();
  const sums = { before: 0, now: 0, widthBefore: 0, widthNow: 0 };
  for (let trial = 0; trial < trials; trial++) {
    const found = kinds[kind](given, new Rng(`${kind}/${JSON.stringify(given)}/${trial}`));
    for (const key of Object.keys(sums)) sums[key] += found[key] / trials;
  }
  return { ...sums, seconds: (performance.now() - started) / 1000 };
}

/** Two of three models, the second with 2 % more error: whether the interval of the change holds these 2 %. */
function seedsTrial({ rows, trainings, sd }, rng) {
  const models = trainedModels({ rows, trainings, sd, ratios: [1, 1.02, 1.02] }, rng.split("models"));
  const before = relativeBefore(bootstrapBefore(models, { rng: rng.split("before") }), 1, 0, 0.95);
  const [first, second] = resampled(models, rng.split("now"));
  return held(before, relativeDifference(second, first), 0.02);
}

function groupsTrial(given, rng) {
  const { names, models, difference } = groupedModels(given, rng.split("models"));
  const before = relativeBefore(bootstrapBefore(models, { rng: rng.split("before"), groups: names }), 1, 0, 0.95);
  const [first, second] = resampled(models, rng.split("now"), names);
  return held(before, relativeDifference(second, first), difference);
}

/** Six subsets that all truly err 2 % more: whether one is dropped to. */
function selectionTrial({ rows, trainings, sd }, rng) {
  const models = trainedModels(
    { rows, trainings, sd, ratios: [1, ...new Array(6).fill(1 + margin)] },
    rng.split("models"),
  );
  const one = bootstrapBefore(models, { rng: rng.split("before") });
  const before = models.slice(1).some((_, m) => relativeBefore(one, m + 1, 0, 0.9).high <= margin);
  const [full, ...others] = resampled(models, rng.split("now"));
  const { bounds } = simultaneousBounds(others, full, { margin, rng: rng.split("bounds") });
  const now = bounds.some((bound) => bound <= margin);
  return { before: Number(before), now: Number(now), widthBefore: 0, widthNow: 0 };
}

/** Two models over splits of one table: the interval of one split, and the corrected one of all. */
function splitsTrial({ rows, trainings, sd }, rng) {
  const all = splitModels({ rows, splits: trainings, sd, ratios: [1, 1.02], tested: 0.2 }, rng.split("models"));
  const [first, second] = resampled(all[0].models, rng.split("one"));
  const errors = (m) => all.map(({ models }) => rmseOf(models[m][0]));
  const { interval } = relativeChange(errors(1), errors(0), 0.3 / 0.7);
  return held(relativeDifference(second, first), interval, 0.02);
}

/** Six subsets that all truly err 2 % more, decided on 10 % of the rows: of one split, and of all. */
function repeatsTrial({ rows, trainings, sd }, rng) {
  const ratios = [1, ...new Array(6).fill(1 + margin)];
  const all = splitModels({ rows, splits: trainings, sd, ratios, tested: 0.1 }, rng.split("models")).map((split) => ({
    ...split,
    models: split.models.map((trainings) => trainings.map((costs) => [costs])),
    ...{ groups: null, scales: [1] },
  }));
  const dropped = (given, label) => {
    const { together } = compareErrors(given, { rng: rng.split(label), error, margin });
    return Number(together.bounds.some((bound) => bound <= margin));
  };
  return { before: dropped(all.slice(0, 1), "one"), now: dropped(all, "all"), widthBefore: 0, widthNow: 0 };
}

function rmseOf(costs) {
  return Math.sqrt(costs.reduce((sum, cost) => sum + cost, 0) / costs.length);
}

function resampled(models, rng, groups = null) {
  const costs = models.map((trainings) => trainings.map((rows) => [rows]));
  return resampleErrors(costs, { rng, error, groups });
}

function held(before, now, truth) {
  const within = ({ low, high }) => Number(low <= truth && truth <= high);
  const width = ({ low, high }) => high - low;
  return { before: within(before), now: within(now), widthBefore: width(before), widthNow: width(now) };
}

/** Every case of the tables. */
function cells(trials) {
  const seeds = [200, 1000].flatMap((rows) =>
    [2, 3].flatMap((trainings) => [0, 0.02, 0.05].map((sd) => ({ kind: "seeds", trials, rows, trainings, sd }))),
  );
  const groups = [false, true].flatMap((uneven) =>
    [4, 5, 10, 20, 40].map((count) => ({ kind: "groups", trials, groups: count, uneven })),
  );
  const selection = [200, 1000].flatMap((rows) =>
    [1, 3].flatMap((trainings) =>
      [0, 0.02].map((sd) => ({ kind: "selection", trials: trials / 2, rows, trainings, sd })),
    ),
  );
  // One training on each of so many splits.
  const splits = [3, 5].flatMap((trainings) =>
    [0, 0.02, 0.05].map((sd) => ({ kind: "splits", trials, rows: 1000, trainings, sd })),
  );
  const repeats = [3, 5].flatMap((trainings) =>
    [0, 0.02, 0.05].map((sd) => ({ kind: "repeats", trials: trials / 2, rows: 2000, trainings, sd })),
  );
  const none = { rows: null, trainings: null, sd: null, groups: null, uneven: null };
  return [...selection, ...groups, ...seeds, ...splits, ...repeats].map(({ kind, trials: studies, ...given }) => ({
    ...{ kind, trials: studies, ...none },
    ...given,
  }));
}

if (isMain(import.meta.url)) {
  const { trials, kind, pool } = studyArguments(import.meta.url, {
    trials: { type: "string", default: "1000" },
    kind: { type: "string", multiple: true, default: Object.keys(kinds) },
  });
  await runStudy({ ...pool, cells: cells(Number(trials)).filter((cell) => kind.includes(cell.kind)) });
}
