/*
 * One training of pidreg in this process, for the studies: from a config to atoms, weights and errors, without a run
 * folder. The library is the built one (npm run build).
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { evaluatePart, generateSynthetic, loadConfig, Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
import { writeSynthetic } from "../../dist/data/synthetic/write.js";
import { prepareRun } from "../../dist/run/prepare.js";
import { learningIntervals } from "../../dist/training/atoms/atom-intervals.js";
import { heldoutAtoms, heldoutPid, heldoutTable, latentShape } from "../../dist/training/atoms/atoms.js";
import { applyReadouts, calibrate } from "../../dist/training/atoms/readouts.js";
import { train } from "../../dist/training/trainer.js";
import { deviation } from "./statistics.mjs";

/**
 * Generates a table, hands the path of its config to `use`, and removes the table.
 * @param request { generator, rows, noise, seed }
 */
export async function withSyntheticTable({ generator, ...options }, use) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-study-"));
  try {
    const table = generateSynthetic(generator, options);
    const { config } = await writeSynthetic(table, folder, "csv");
    return await use(config, table.truth);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Settings of the studies on generated tables: networks as small as eight columns per modality need, and without the
 * losses of weight 0.01 that shape the latents, which take two thirds of the time (what they do: leakage, gaussianity).
 */
export const smallNetworks = [
  "model.latentDim=16",
  "model.encoder.hidden=[64,32]",
  "model.predictor.hidden=[64,32]",
  "model.encoder.embedding=none",
  "model.encoder.linear=true",
  "losses.gaussianity.weight=0",
  "losses.independence.weight=0",
  "losses.jointGaussianity.weight=0",
];

/** The smallest table and network that a study runs on; for tests. */
const tiny = [...smallNetworks, "model.latentDim=4", "model.encoder.hidden=[8]", "model.predictor.hidden=[8]"];

const brainAge = fileURLToPath(new URL("../../configs/brain-age.yaml", import.meta.url));

/** Short trainings on one generated and one real table, for studies that compare many settings. */
export const shortStudies = {
  mixed: {
    settings: [...smallNetworks, "training.stage1.maxEpochs=15", "training.stage2.maxEpochs=40"],
    open: (seed, use) => withSyntheticTable({ generator: "mixed", rows: 5000, noise: 0.3, seed }, use),
  },
  "brain-age": {
    settings: [...smallNetworks, "training.stage1.maxEpochs=10", "training.stage2.maxEpochs=25"],
    open: (_seed, use) => use(brainAge, null),
  },
  tiny: {
    settings: tiny,
    open: (seed, use) => withSyntheticTable({ generator: "mixed", rows: 400, noise: 0.3, seed }, use),
  },
};

/**
 * Trains on the config with the overrides ("path=value") and measures; `inspect` may look at the trained model before
 * it is disposed of, and what it returns is the field `inspected`.
 */
export async function trainOnce(configFile, overrides = [], inspect = async () => undefined) {
  const { config, baseFolder } = await loadConfig(configFile, overrides);
  const rng = new Rng(config.seed);
  const prepared = await prepareRun(config, baseFolder, rng);
  const engine = await createEngine(config.engine, { threads: config.threads });
  const started = performance.now();
  const epochs = {};
  let terms = {};
  const observer = {
    epoch: (record) => {
      epochs[record.phase] = record.epoch;
      terms = record.terms;
    },
  };
  const trained = await train({ config, data: prepared.training, engine, rng, observer });
  const seconds = (performance.now() - started) / 1000;
  try {
    const run = { config, prepared, trained };
    const values = Object.fromEntries(Object.entries(terms).map(([name, { value }]) => [name, value]));
    return { ...(await measure(run)), lossTerms: values, epochs, seconds, inspected: await inspect(run) };
  } finally {
    await trained.learner.dispose();
  }
}

/** Atoms on the validation part (those that pidreg reports) and on the test part, weights, test error. */
async function measure({ prepared, trained }) {
  const { learner, fusionWeights, progress } = trained;
  const { training, split } = prepared;
  const request = { learner, data: training, fusionWeights };
  const held = await heldoutAtoms({ ...request, heldout: split.validation });
  const shape = latentShape(learner);
  const testTable = await heldoutTable(request, split.test);
  const test = heldoutPid(request, held.readouts, testTable, shape, split.test);
  const train = heldoutPid(request, held.readouts, await heldoutTable(request, split.train), shape, split.train);
  const terms = learner.model.terms.map(({ name }) => name);
  return {
    atoms: summary({
      ...held.pid,
      intervals: learningIntervals(held.pid, { rows: split.train.length, values: train.pid }),
    }),
    // the same without what was not learned
    byNoise: summary({
      ...held.pid,
      intervals: learningIntervals(held.pid, { rows: Number.POSITIVE_INFINITY, values: held.pid }),
    }),
    trainAtoms: summary(train.pid),
    testAtoms: summary(test.pid),
    testWithoutNetwork: withoutNetwork(testTable, applyReadouts(held.readouts, testTable, shape)),
    weights: Object.fromEntries(terms.map((name, i) => [name, fusionWeights[i]])),
    converged: progress.stage1.converged,
    test: await errorOn(prepared, trained, split.test),
  };
}

/** Bits that sums and products of latents alone tell of one target together, without the network's own reading. */
function withoutNetwork({ target, rows }, values) {
  if (target.length !== rows) return null;
  const { residuals } = calibrate(
    { ...values, network: [], networkAlone: values.byModality.map(() => []) },
    target,
    rows,
  );
  return 0.5 * Math.log2(deviation([...target]) ** 2 / deviation([...residuals.joint]) ** 2);
}

/** Root mean squared error and R2 on the given rows, in the user's units, mean over the targets. */
async function errorOn({ training }, { learner, fusionWeights }, rows) {
  const { prediction } = await learner.inference.run({ inputs: training.modalities, rows, weights: fusionWeights });
  const width = training.targetNames.length;
  const truth = Float64Array.from({ length: rows.length * width }, (_, i) => {
    return training.rawTarget[rows[Math.floor(i / width)] * width + (i % width)];
  });
  const { overall } = evaluatePart(training.targetNames, truth, training.toRaw(prediction));
  return { rmse: overall.rmse, r2: overall.r2 };
}

/** The numbers of a decomposition, their standard errors and the ends of their intervals. */
function summary({ information, atoms, standardErrors, intervals, flags }) {
  const plain = ({ information, atoms }) => ({ ...information, ...atoms });
  const ends = intervals ? { lower: plain(intervals.lower), upper: plain(intervals.upper) } : {};
  return { values: plain({ information, atoms }), standardErrors: plain(standardErrors), ...ends, flags };
}
