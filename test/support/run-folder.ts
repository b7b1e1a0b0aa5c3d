import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { evaluateBiasCorrection, fitBiasLine } from "../../src/evaluation/bias-correction.js";
import { evaluatePart, type Part } from "../../src/evaluation/metrics.js";
import { sha256 } from "../../src/files/checksum.js";
import { Rng } from "../../src/math/rng.js";
import { digestsKey, digestsText } from "../../src/record/digests.js";
import { runFiles } from "../../src/record/run-folder.js";
import { regressionIntervals } from "../../src/tasks/regression/intervals/intervals.js";
import { madeEpochs, madePidEpochs } from "./made-epochs.js";
import { decomposition, equalFusionWeights, fusionWeights, madeLatent, madeReading } from "./made-pid.js";
import {
  comparisonsCsv,
  interleave,
  type MadePredictions,
  madePredictions,
  predictionsCsv,
} from "./made-predictions.js";

/** What the made-up run is about. */
export interface RunFolderOptions {
  readonly name?: string;
  readonly modalities?: readonly string[];
  readonly targets?: readonly string[];
  readonly rows?: number;
  readonly flags?: readonly string[];
  /** Whether predictions.csv holds ridge's predictions too. */
  readonly ridge?: boolean;
  /** Whether the run has a bias correction, intervals per site, errors by absent modality, and a network to compare with. */
  readonly extras?: boolean;
  /** Unit of each target, by its name. */
  readonly units?: Readonly<Record<string, string>>;
  /** Scale of the total information: 0 makes a run that found nothing. */
  readonly information?: number;
  /** The same of the test part, where it differs, and its flags. */
  readonly testInformation?: number;
  readonly testFlags?: readonly string[];
  /** How stage 1 ended, and whether all fusion weights are the same. */
  readonly stage1?: object;
  readonly equalWeights?: boolean;
  /** How far predictions are from the truth, 5 if left out, and the stream of that noise, where it is one of its own. */
  readonly scatter?: number;
  readonly noise?: string;
  /** What the first modality tells more than the second, bits. */
  readonly contrast?: number;
  /** null: a run of a version that gave one reading only. */
  readonly secondReading?: null;
}

type Files = Record<string, unknown>;

/** Writes a run folder as training writes it, with made-up but consistent content, and returns its files' contents. */
export async function writeRunFolder(folder: string, options: RunFolderOptions = {}): Promise<Files> {
  const made = madeRun(options);
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(made)) {
    await writeFile(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return made;
}

/** Gives a made-up run what a version with digests adds: they, and the word of environment.json that it has them. */
export async function sealRunFolder(folder: string): Promise<void> {
  const environment = JSON.parse(await readFile(path.join(folder, "environment.json"), "utf8"));
  await writeFile(
    path.join(folder, "environment.json"),
    JSON.stringify({ ...environment, [digestsKey]: runFiles.digests }),
  );
  const names = (await readdir(folder)).filter((name) => name !== runFiles.digests);
  const digests = await Promise.all(
    names.map(async (name) => [name, sha256(await readFile(path.join(folder, name)))] as const),
  );
  await writeFile(path.join(folder, runFiles.digests), digestsText(new Map(digests)));
}

function madeRun(options: RunFolderOptions): Files {
  const { name = "made-up", modalities = ["thickness", "volumes"], targets = ["age"], rows = 300 } = options;
  const rng = new Rng(name);
  const predictions = madePredictions(rng, modalities, targets, {
    ...{ rows, scatter: options.scatter ?? 5 },
    noise: options.noise === undefined ? rng : new Rng(options.noise),
  });
  const pid = decomposition(modalities, options.information ?? 1.6);
  const weights = options.equalWeights ? equalFusionWeights(modalities) : fusionWeights(modalities);
  const testInformation = options.testInformation ?? 0.95 * (options.information ?? 1.6);
  const part = (pick: "prediction" | "ridge" | "mean") =>
    evaluatePart(targets, interleave(predictions.truth), interleave(predictions[pick]));
  const mlp = predictions.ridge.map((column, t) => column.map((v, i) => (v + predictions.prediction[t][i]) / 2));
  const parts = (pick: "prediction" | "ridge" | "mean") => ({ validation: part(pick), test: part(pick) });
  return {
    "config.yaml": `name: ${JSON.stringify(name)}\nseed: 1\ndata:\n  file: table.csv\n  target: ${JSON.stringify(targets)}\n`,
    "metrics.json": {
      targets,
      ...(options.units === undefined ? {} : { units: options.units }),
      ...parts("prediction"),
      baselines: {
        ...{ mean: parts("mean"), ridge: parts("ridge") },
        ...(options.extras
          ? { mlp: bothParts(evaluatePart(targets, interleave(predictions.truth), interleave(mlp))) }
          : {}),
      },
      ...(options.extras
        ? { ...madeCalibration(targets, predictions), missingModalities: madeAbsence(modalities, part) }
        : {}),
      seconds: 41.2,
    },
    "pid.json": {
      ...pid,
      source: "heldout",
      targets,
      modalities,
      n: 210,
      flags: options.flags ?? [],
      ...(options.contrast === undefined
        ? {}
        : { contrasts: [{ modalities: modalities.slice(0, 2), value: options.contrast, standardError: 0.03 }] }),
      ...(modalities.length === 2 && options.secondReading !== null ? { secondReading: madeReading(modalities) } : {}),
      weights,
      stage1: options.stage1 ?? { epochs: 18, converged: true, informative: true, switches: 0 },
      lambda: Object.fromEntries(modalities.map((m, i) => [m, 0.97 - 0.05 * i])),
      test: { ...decomposition(modalities, testInformation), n: rows, flags: options.testFlags ?? [] },
    },
    "latents.json": {
      part: "validation",
      rows: 210,
      modalities: Object.fromEntries(modalities.map((m, i) => [m, madeLatent(i)])),
    },
    "metrics.jsonl":
      madeEpochs(modalities)
        .map((line) => JSON.stringify(line))
        .join("\n") + "\n",
    "pid.jsonl":
      madePidEpochs(modalities, options.information ?? 1.6)
        .map((line) => JSON.stringify(line))
        .join("\n") + "\n",
    "predictions.csv": predictionsCsv(predictions, modalities, targets, options.ridge ?? true),
    ...(options.extras ? { "comparisons.csv": comparisonsCsv(predictions, targets, mlp) } : {}),
    "environment.json": {
      pidreg: "0.1.0",
      node: "v20.19.0",
      engine: "wasm",
      seed: 1,
      platform: "linux x64",
      dataChecksum: { "table.csv": "sha256:0123abcd" },
    },
    "data.json": {
      account: {
        ...{ files: [{ file: "table.csv", rows: 1500 }], rowsRead: 1500, rowsUsed: 1480 },
        dropped: [{ reason: "target is missing", count: 20, of: 1500, examples: ["s7"] }],
        ...{ messages: [], losses: [], sentinels: [] },
      },
      splits: { train: 970, validation: 210, test: rows },
      parts: madeParts(targets),
      unfit: [],
      missing: madeMissing(modalities),
      droppedColumns: { [modalities[0]]: [{ name: "constant_column", reason: "constant" }] },
      messages: [`modality "${modalities[0]}": constant_column is constant in the training part and was dropped`],
    },
  };
}

/** Parts of 12 sites, with 1234.5 ± 67.8 of every target in training. */
function madeParts(targets: readonly string[]) {
  const groups = { column: "site", count: 12, effective: 7.5, largest: { name: "north", rows: 300 } };
  const summary = { mean: 1234.5, sd: 67.8, min: 1000, median: 1230, max: 1400 };
  const part = (rows: number) => ({
    ...{ rows, groups },
    targets: Object.fromEntries(targets.map((target) => [target, summary])),
  });
  return { train: part(970), validation: part(210), test: part(300) };
}

function bothParts<T>(part: T) {
  return { validation: part, test: part };
}

/** Bias correction and intervals per site of rows that take the sites in turn; the last site is too small for a width. */
function madeCalibration(targets: readonly string[], { truth, prediction }: MadePredictions) {
  const rows = { truth: interleave(truth), prediction: interleave(prediction) };
  const lines = truth.map((y, t) => fitBiasLine(y, prediction[t]));
  const groups = Array.from(truth[0], (_, i) => (i % 50 === 0 ? "tiny" : ["north", "south"][i % 2]));
  const given = { ...rows, scale: rows.truth.map(() => 1), groups };
  const calibrated = regressionIntervals.calibrate(targets.length, given, "site");
  return {
    biasCorrection: evaluateBiasCorrection(targets, lines, { validation: rows, test: rows }, evaluatePart),
    intervals: regressionIntervals.evaluate({ names: targets, calibrated, level: 0.9, test: given }).intervals,
    notes: ['too few validation rows of "site" tiny (6); they share the width of all rows'],
  };
}

/** Errors of complete rows, of the same without the first modality, and of validation rows that lack the second. */
function madeAbsence(modalities: readonly string[], part: (pick: "prediction" | "ridge") => Part) {
  const pattern = (missing: readonly string[], found: Part) => ({ missing, validation: found, test: found });
  return {
    modalityDropout: 0.2,
    complete: pattern([], part("prediction")),
    removed: [pattern([modalities[0]], part("ridge"))],
    observed: [{ ...pattern([modalities[1]], part("ridge")), test: null }],
  };
}

/** Gaps in the first modality, of which one column is called like it, and none in the others. */
function madeMissing(modalities: readonly string[]) {
  const none = { columns: 40, values: 0, rows: 0, absentRows: 0, columnsWithGaps: 0, most: [] };
  const [first, ...others] = modalities;
  const most = [
    { column: first, values: 30 },
    { column: `${first}_second`, values: 12 },
  ];
  return {
    ...{ policy: "mean", rows: 1480, rowsWithGaps: 36, rowsDropped: 0, filled: 45, rowsWithoutModality: 0 },
    modalities: {
      [first]: { ...none, values: 45, rows: 36, absentRows: 1, columnsWithGaps: 5, most },
      ...Object.fromEntries(others.map((name) => [name, none])),
    },
  };
}
