/*
 * The same check in `train`, on latents and columns of rows that did not train the encoders, and what fusion weights made of what
 * densities can see would do to the error.
 *   npm run build && node experiments/beyond-gaussian/train.mjs [--tables "lin|scale"] [--rows 4000] [--seeds 1-3] [--weights]
 * With --weights stage 2 is trained once more from the same end of stage 1, with weights of the midpoints of the ranges that the
 * true informations leave to the atoms. One JSON line per table; tables that are in the file already are left out.
 */
import { fileURLToPath } from "node:url";
import { memoryDataset } from "../../dist/data/memory-table.js";
import { createEngine } from "../../dist/engine/index.js";
import { Rng } from "../../dist/index.js";
import { memoryConfig } from "../../dist/library/memory-config.js";
import { givenRows } from "../../dist/library/memory-rows.js";
import { atomRanges } from "../../dist/mi/atom-ranges.js";
import { evaluateTrained } from "../../dist/run/evaluate-trained.js";
import { prepareDataset } from "../../dist/run/prepare.js";
import { train } from "../../dist/training/trainer.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { truth } from "./summarise.mjs";
import { drawTable, tables } from "./tables.mjs";

const settings = {
  data: { split: { train: 0.6, validation: 0.2, test: 0.2 } },
  model: { latentDim: 16, encoder: { hidden: [64, 32], embedding: "none" }, predictor: { hidden: [64, 32] } },
};

const ownFile = fileURLToPath(new URL("train-results.jsonl", import.meta.url));
const weightsFile = fileURLToPath(new URL("weights-results.jsonl", import.meta.url));

/** What a training says of one table. */
export async function runCell({ name, rows, seed, weights: again = false }) {
  const { target, modalities } = drawTable(name, rows, seed);
  const columns = (name, all) => ({
    columns: all.map((_, j) => `${name}${j}`),
    values: Float64Array.from({ length: rows * all.length }, (_, k) => all[k % all.length][Math.floor(k / all.length)]),
  });
  const given = {
    modalities: Object.fromEntries(
      modalities.map((modality) => [modality.name, columns(modality.name, modality.columns)]),
    ),
    target: Object.fromEntries(target.columns.map((values, j) => [j === 0 ? "y" : `y${j + 1}`, values])),
  };
  const config = memoryConfig({ ...settings, seed, evaluation: { check: again ? "off" : "auto" } }, given);
  const loaded = memoryDataset(givenRows(given), config.data, { absentModalities: false });
  const prepared = await prepareDataset(config, loaded, new Rng(seed));
  const engine = await createEngine("auto", { threads: 1, onMessage: () => {} });
  const common = { config, data: prepared.training, engine };
  const states = [];
  const save = async (state) => {
    const { phaseIndex, epoch, phases } = state.progress;
    if (phases[phaseIndex] === "stage2" && epoch === 0) states.push(structuredClone(state));
  };
  const evaluated = async (trained) => {
    const start = process.cpuUsage();
    const { pid, metrics } = await evaluateTrained({
      config,
      prepared,
      trained,
      engine,
      comparisons: null,
      rng: new Rng(seed),
    });
    const { user, system } = process.cpuUsage(start);
    await trained.learner.dispose();
    const { rmse, crps, logScore } = metrics.test.perTarget.y;
    return { pid, errors: [rmse, crps, logScore].map(round), seconds: round((user + system) / 1e6) };
  };
  try {
    const own = await evaluated(await train({ ...common, rng: new Rng(seed), save }));
    const result = {
      weights: Object.values(own.pid.weights.byModality).concat(Object.values(own.pid.weights.interaction)),
    };
    if (!again) return { ...result, ...checked(own.pid), rmse: own.errors[0], seconds: own.seconds };
    const resume = { ...states[0], progress: { ...states[0].progress, fusionWeights: trueWeights(name) } };
    const other = await evaluated(await train({ ...common, rng: new Rng(seed), resume }));
    return { ...result, other: trueWeights(name).map(round), errors: own.errors, otherErrors: other.errors };
  } finally {
    await engine.dispose();
  }
}

function checked({ check, information, intervals, flags }) {
  const of = (modalities) =>
    modalities.length === check.readings.at(-1).modalities.length ? "all" : modalities.join("+");
  const gaussian = (key) => (key === "all" ? information.total : information.byModality[key]);
  const upper = (key, end) =>
    key === "all" ? intervals[end].information.total : intervals[end].information.byModality[key];
  const wanted = check.readings.filter(({ modalities }) => of(modalities) === "all" || modalities.length === 1);
  return {
    flags,
    found: check.informationFound,
    readings: wanted.map(({ modalities, density, gap, beyond }) => ({
      of: of(modalities),
      gaussian: [gaussian(of(modalities)), upper(of(modalities), "lower"), upper(of(modalities), "upper")].map(round),
      density: [round(density.bits), round(density.standardError)],
      gap: [round(gap.bits), round(gap.standardError)],
      beyond,
    })),
  };
}

/** Weights of the two modalities and of their product, of the midpoints of the ranges of the atoms. */
function trueWeights(name) {
  const { all, ...alone } = truth[name];
  const { unique, redundancy, synergy } = atomRanges(all, alone);
  const middle = ({ least, most }) => (least + most) / 2;
  const parts = [...Object.values(unique).map((range) => middle(range) + middle(redundancy) / 2), middle(synergy)];
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
}

const round = (value) => Math.round(1e4 * value) / 1e4;

if (isMain(import.meta.url)) {
  const {
    tables: wanted,
    rows,
    weights,
    seeds,
    pool,
  } = studyArguments(import.meta.url, {
    tables: { type: "string", default: "" },
    rows: { type: "string", default: "4000" },
    weights: { type: "boolean", default: false },
    out: { type: "string", default: ownFile },
  });
  const names = Object.keys(tables).filter((name) => new RegExp(`^(${wanted || ".*"})$`).test(name));
  const cells = seeds.flatMap((seed) =>
    names.map((name) => ({ name, rows: Number(rows), seed, ...(weights ? { weights } : {}) })),
  );
  const file = weights && pool.file === ownFile ? weightsFile : pool.file;
  await runStudy({ ...pool, cells, file });
}
