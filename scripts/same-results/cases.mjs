// The runs whose numbers are recorded, and the files of each that hold numbers.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const brainAge = fileURLToPath(new URL("../../configs/brain-age.yaml", import.meta.url));
const brainTable = fileURLToPath(new URL("../../../shared/data/brainage_freesurfer/table.csv.gz", import.meta.url));

const runFiles = ["metrics.json", "pid.json", "metrics.jsonl", "pid.jsonl", "predictions.csv"];
const inFolder = (folder, names = runFiles) => names.map((name) => `${folder}/${name}`);

/** Small networks and few epochs, with one thread: what a case shows does not need more. */
const brief = [
  "threads=1",
  "model.latentDim=4",
  "model.encoder.hidden=[12]",
  "model.predictor.hidden=[12]",
  "training.batchSize=32",
  "training.pilot.epochs=2",
  "training.stage1.maxEpochs=6",
  "training.stage2.maxEpochs=6",
];
const set = (overrides) => overrides.flatMap((override) => ["--set", override]);
const synth = (name, rows, ...rest) => [
  "synth",
  name,
  "--out",
  "data",
  "--rows",
  String(rows),
  "--columns",
  "3",
  ...rest,
];
const train = (out, ...overrides) => [
  ["train", "data/config.yaml", "--out", out, "--engine", "onnx", "--quiet", ...set([...brief, ...overrides])],
];
const twoModalities = ["--target", "y", "--modality", "a=alpha_*", "--modality", "b=beta_*"];

/**
 * Cases by name: `run` makes the files of `files` in an empty folder. `tolerance`: how far numbers may lie apart where
 * another machine computed them; with `--engine wasm` in place of onnx, which rounds otherwise in every step, they came
 * to lie 0.02 apart in the cases of 0.06, and 3e-7 in those of 1e-4.
 * @typedef {{ files: string[], tolerance: number, whole?: boolean, needs?: string,
 *   run(pidreg: (args: string[]) => Promise<string>, folder: string): Promise<void> }} Case
 * @type {Record<string, Case>}
 */
export const cases = {
  quickstart: {
    tolerance: 0.06,
    files: inFolder("run"),
    run: steps(["quickstart", "--out", "run", "--engine", "onnx", "--quiet"]),
  },
  "brain-age": {
    tolerance: 0.5,
    whole: true,
    needs: brainTable,
    files: inFolder("run"),
    run: steps(["train", brainAge, "--out", "run", "--engine", "onnx", "--quiet"]),
  },
  "three-modalities": {
    tolerance: 0.06,
    files: inFolder("run"),
    run: steps(synth("three-mixed", 400), ...train("run", "data.missing=mean")),
  },
  "missing-modalities": {
    tolerance: 1e-4,
    files: [...inFolder("run"), "predicted.csv", "evaluated.json"],
    async run(pidreg, folder) {
      await pidreg(synth("mixed", 400));
      await blank(join(folder, "data/table.csv"));
      for (const args of train("run", "data.missing=mean", "training.modalityDropout=0.2")) await pidreg(args);
      await pidreg(["predict", "run", "--data", "data/table.csv", "--out", "predicted.csv"]);
      const evaluated = await pidreg(["evaluate", "run", "--data", "data/table.csv", "--json"]);
      await writeFile(join(folder, "evaluated.json"), evaluated);
    },
  },
  options: {
    tolerance: 0.06,
    files: inFolder("run"),
    run: steps(
      synth("vector-mixed", 400),
      ...train(
        "run",
        "data.split={by: random, train: 0.6, validation: 0.2, test: 0.2, stratify: 4}",
        "data.targetTransform=inverse-normal",
        "losses.prediction=huber",
        "losses.capacity.weight=0.001",
        "losses.gaussianity.estimator=sigreg",
        "model.bottleneck.perDimension=true",
        "model.encoder.embedding=pilots",
        "model.fusion.redundancy=bernoulli",
        "training.optimizer.schedule=plateau",
        "evaluation.baselines=[mlp, late]",
        "evaluation.biasCorrection=linear",
      ),
    ),
  },
  paper: {
    tolerance: 1e-4,
    files: inFolder("run"),
    run: steps(synth("mixed", 400), ...train("run", "preset=paper")),
  },
  ensemble: {
    tolerance: 1e-4,
    files: [...inFolder("run", ["metrics.json", "pid.json", "predictions.csv"]), ...inFolder("run/members/2")],
    run: steps(synth("mixed", 300), ...train("run", "ensemble=2")),
  },
  crossval: {
    tolerance: 1e-4,
    files: [...inFolder("study", ["results.json", "predictions.csv"]), ...inFolder("study/runs/fold-2")],
    run: steps(synth("mixed", 300), [
      "crossval",
      "data/config.yaml",
      "--out",
      "study",
      "--folds",
      "2",
      "--engine",
      "onnx",
      "--quiet",
      ...set(brief),
    ]),
  },
  decompose: {
    tolerance: 1e-9,
    files: ["plain.json", "resampled.json", "streamed.json", "idep.json", "three.json", "local.csv"],
    async run(pidreg, folder) {
      const keep = async (name, ...args) =>
        writeFile(join(folder, name), await pidreg(["decompose", "--json", ...args]));
      await pidreg(synth("mixed", 300));
      const two = ["--data", "data/table.csv", ...twoModalities];
      await keep("plain.json", ...two, "--local", "local.csv");
      await keep("resampled.json", ...two, "--bootstrap", "20", "--permutations", "20", "--estimator", "cross-fitted");
      await keep("streamed.json", ...two, "--stream");
      await keep("idep.json", ...two, "--measure", "idep", "--transform", "inverse-normal");
      await pidreg(["synth", "three-mixed", "--out", "three", "--rows", "300", "--columns", "3"]);
      const three = ["alpha", "beta", "gamma"].flatMap((name) => ["--modality", `${name}=${name}_*`]);
      await keep("three.json", "--data", "three/table.csv", "--target", "y", ...three);
    },
  },
};

/** Commands one after the other. */
function steps(...commands) {
  return async (pidreg) => {
    for (const args of commands) await pidreg(args);
  };
}

/** Empties the first modality of every fifth row and the second of every seventh; no row loses both. */
async function blank(file) {
  const [header, ...lines] = (await readFile(file, "utf8")).trimEnd().split("\n");
  const names = header.split(",");
  const rows = lines.map((line, i) => {
    const lost = i % 5 === 0 ? "alpha_" : i % 7 === 0 ? "beta_" : undefined;
    const cells = line.split(",");
    return cells.map((cell, j) => (lost !== undefined && names[j].startsWith(lost) ? "" : cell)).join(",");
  });
  await writeFile(file, `${[header, ...rows].join("\n")}\n`);
}

/** Why a case cannot be run here, if so. */
export function lacking({ needs }) {
  return needs === undefined || existsSync(needs) ? undefined : `its table is not at ${needs}`;
}

/**
 * `pidreg` of a compiled folder, in a working folder; resolves to what it prints.
 * @param dist folder that `npm run build` made
 */
export function commandOf(dist, folder) {
  return (args) =>
    new Promise((resolve, reject) => {
      const options = { cwd: folder, maxBuffer: 1e9 };
      execFile(process.execPath, [join(dist, "cli/main.js"), ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`pidreg ${args.join(" ")} of ${dist} ended with ${error.code}:\n${stderr}`));
      });
    });
}
