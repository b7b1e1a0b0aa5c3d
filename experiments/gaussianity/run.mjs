/*
 * What the Gaussianity losses do to the latents, to the atoms and to the prediction error.
 *   npm run build && node experiments/gaussianity/run.mjs [--tables mixed,brain-age] [--weights 0.01,0.1,1] [--seeds 1-3] [--workers 2] [--out FILE]
 * `each`: Cauchy-Schwarz divergence of each latent from N(0, I); `joint`: Shapiro-Francia statistic of target and latents
 * together; the other one is off. Tables: summarise.mjs.
 */
import { latentSummary } from "../../dist/run/latent-summary.js";
import { latentTable } from "../../dist/training/atoms/atoms.js";
import { isMain, numberList, runStudy, studyArguments } from "../lib/pool.mjs";
import { mean } from "../lib/statistics.mjs";
import { shortStudies, trainOnce } from "../lib/train.mjs";

export const arms = [
  { each: 0, joint: 0 },
  ...[0.01, 0.1, 1].map((each) => ({ each, joint: 0 })),
  ...[0.01, 0.1, 1].map((joint) => ({ each: 0, joint })),
];

export async function runCell({ table, each, joint, seed, set }) {
  const { settings, open } = shortStudies[table];
  const overrides = [`losses.gaussianity.weight=${each}`, `losses.jointGaussianity.weight=${joint}`, `seed=${seed}`];
  return open(seed, async (config, truth) => {
    const { inspected, ...result } = await trainOnce(config, [...settings, ...set, ...overrides], normality);
    const known = truth === null ? null : { ...truth.regression.information, ...truth.regression.atoms };
    return { ...result, regression: known, normality: inspected };
  });
}

/** How nearly normal the latents of the test rows are, each number a mean over the coordinates of all modalities. */
async function normality({ prepared: { training, split }, trained: { learner, fusionWeights } }) {
  const { latents, rows } = await latentTable({ learner, data: training, fusionWeights }, split.test);
  const names = training.modalities.map(({ name }) => name);
  const parts = Object.values(latentSummary(latents, rows, names).modalities);
  const width = latents.length / rows;
  const used = Math.min(rows, 400);
  const statistics = Array.from({ length: width }, (_, j) =>
    eppsPulley(Float64Array.from({ length: used }, (_, i) => latents[i * width + j])),
  ).filter((value) => value !== null);
  return {
    shapiroFrancia: mean(parts.flatMap(({ w }) => w)),
    departing:
      parts.reduce((sum, { departing }) => sum + departing, 0) / parts.reduce((sum, { w }) => sum + w.length, 0),
    radius: mean(parts.map(({ radius }) => radius?.w ?? Number.NaN)),
    eppsPulley: mean(statistics),
    // the 5 % point of the statistic for large samples
    eppsPulleyDeparting: statistics.filter((value) => value > 0.376).length / statistics.length,
  };
}

/**
 * Epps-Pulley statistic of one standardised coordinate z (Epps & Pulley 1983):
 *   1 + n / sqrt 3 + (2/n) sum_{i<j} exp(-(z_i - z_j)^2 / 2) - sqrt 2 sum_i exp(-z_i^2 / 4).
 */
export function eppsPulley(values) {
  const n = values.length;
  const centre = mean([...values]);
  const variance = values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / n;
  if (!(variance > 0)) return null;
  const z = values.map((v) => (v - centre) / Math.sqrt(variance));
  let pairs = 0;
  let singles = 0;
  for (let i = 0; i < n; i++) {
    singles += Math.exp(-(z[i] ** 2) / 4);
    for (let j = 0; j < i; j++) pairs += Math.exp(-((z[i] - z[j]) ** 2) / 2);
  }
  return 1 + n / Math.sqrt(3) + (2 / n) * pairs - Math.SQRT2 * singles;
}

if (isMain(import.meta.url)) {
  const tables = { type: "string", default: "mixed,brain-age" };
  const options = studyArguments(import.meta.url, { tables, weights: { type: "string", default: "0.01,0.1,1" } });
  const { seeds, set, pool } = options;
  const weights = numberList(options.weights);
  const chosen = arms.filter(({ each, joint }) => each + joint === 0 || weights.includes(each + joint));
  const cells = options.tables
    .split(",")
    .flatMap((table) => seeds.flatMap((seed) => chosen.map((arm) => ({ table, ...arm, seed, set }))));
  await runStudy({ ...pool, cells });
}
