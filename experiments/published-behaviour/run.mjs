/*
 * `preset: paper` (the published behaviour) against the defaults: atoms over seeds, test error, time.
 *   npm run build && node experiments/published-behaviour/run.mjs [--tables mixed,brain-age] [--seeds 1-3] [--workers 2] [--out FILE]
 * Networks, epochs and everything else as each of the two sets it, apart from `limits` below. Tables: summarise.mjs.
 */
import { estimateAtoms } from "../../dist/training/atoms/atoms.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { shortStudies, trainOnce } from "../lib/train.mjs";

/** Both sides get the same number of epochs, fewer than either would take, and no pilots. */
export const limits = ["training.stage1.maxEpochs=15", "training.stage2.maxEpochs=40", "model.encoder.embedding=none"];

const presets = { paper: ["preset=paper"], default: [] };

export async function runCell({ table, preset, seed, set }) {
  const { open } = shortStudies[table];
  return open(seed, async (config, truth) => {
    const overrides = [...presets[preset], ...limits, ...set, `seed=${seed}`];
    const { inspected, ...result } = await trainOnce(config, overrides, reportedAtoms);
    const known = truth === null ? null : { ...truth.regression.information, ...truth.regression.atoms };
    return { ...result, reported: inspected, regression: known };
  });
}

/** The atoms as this configuration estimates and reports them: the paper's on training batches, the default's held out. */
async function reportedAtoms({ config, prepared, trained: { learner, fusionWeights } }) {
  const { training: data, split } = prepared;
  const { information, atoms } = await estimateAtoms({
    ...{ learner, data, fusionWeights, heldout: split.validation, source: config.model.fusion.atoms },
    batchSize: learner.step.inputs.target.length / data.targetNames.length,
  });
  return { ...information, ...atoms };
}

if (isMain(import.meta.url)) {
  const tables = { type: "string", default: "mixed,brain-age" };
  const { seeds, set, pool, ...options } = studyArguments(import.meta.url, { tables });
  const cells = options.tables
    .split(",")
    .flatMap((table) => seeds.flatMap((seed) => Object.keys(presets).map((preset) => ({ table, preset, seed, set }))));
  await runStudy({ ...pool, cells });
}
