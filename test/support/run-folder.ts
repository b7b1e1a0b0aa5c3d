import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { evaluateBiasCorrection, fitBiasLine } from "../../src/evaluation/bias-correction.js";
import { calibrationErrors, evaluateIntervals } from "../../src/evaluation/group-intervals.js";
import { evaluatePart, type Part } from "../../src/evaluation/metrics.js";
import { Rng } from "../../src/math/rng.js";

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
  /** Scale of the total information: 0 makes a run that found nothing. */
  readonly information?: number;
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

function madeRun(options: RunFolderOptions): Files {
  const { name = "made-up", modalities = ["thickness", "volumes"], targets = ["age"], rows = 300 } = options;
  const rng = new Rng(name);
  const predictions = madePredictions(rng, modalities, targets, rows);
  const pid = decomposition(modalities, options.information ?? 1.6);
  const weights = fusionWeights(modalities);
  const part = (pick: "prediction" | "ridge" | "mean") =>
    evaluatePart(targets, interleave(predictions.truth), interleave(predictions[pick]));
  const mlp = predictions.ridge.map((column, t) => column.map((v, i) => (v + predictions.prediction[t][i]) / 2));
  const parts = (pick: "prediction" | "ridge" | "mean") => ({ validation: part(pick), test: part(pick) });
  return {
    "config.yaml": `name: ${JSON.stringify(name)}\nseed: 1\ndata:\n  file: table.csv\n  target: ${JSON.stringify(targets)}\n`,
    "metrics.json": {
      targets,
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
      weights,
      stage1: { epochs: 18, converged: true },
      lambda: Object.fromEntries(modalities.map((m, i) => [m, 0.97 - 0.05 * i])),
      test: { ...decomposition(modalities, 0.95 * (options.information ?? 1.6)), n: rows, flags: [] },
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
      dataChecksum: "sha256:0123abcd",
      platform: "linux x64",
    },
    "data.json": {
      account: { rowsRead: 1500, rowsUsed: 1480, dropped: [{ reason: "target is missing", rows: 20 }] },
      splits: { train: 970, validation: 210, test: rows },
      droppedColumns: { [modalities[0]]: ["constant_column"] },
      messages: [`modality "${modalities[0]}": constant_column is constant in the training part and was dropped`],
    },
  };
}

function bothParts<T>(part: T) {
  return { validation: part, test: part };
}

/** Bias correction and intervals per site of rows that take the sites in turn; the last site is too small for a width. */
function madeCalibration(targets: readonly string[], { truth, prediction }: MadePredictions) {
  const rows = { truth: interleave(truth), prediction: interleave(prediction) };
  const lines = truth.map((y, t) => fitBiasLine(y, prediction[t]));
  const groups = Array.from(truth[0], (_, i) => (i % 50 === 0 ? "tiny" : ["north", "south"][i % 2]));
  const errors = calibrationErrors(targets.length, { ...rows, groups }, "site");
  return {
    biasCorrection: evaluateBiasCorrection(targets, lines, { validation: rows, test: rows }),
    intervals: evaluateIntervals(targets, errors, 0.9, { ...rows, groups }),
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

function decomposition(modalities: readonly string[], total: number) {
  const unique = Object.fromEntries(modalities.map((m, i) => [m, total * [0.02, 0.2, 0.05, 0.01][i % 4]]));
  const uniqueSum = Object.values(unique).reduce((a, b) => a + b, 0);
  const synergy = 0.12 * total;
  const partialRedundancy = modalities.length > 2 ? 0.2 * total : 0;
  const redundancy = total - uniqueSum - synergy - partialRedundancy;
  const byModality = Object.fromEntries(modalities.map((m) => [m, redundancy + unique[m]]));
  const error = 0.03;
  const errors = {
    information: { total: error, byModality: Object.fromEntries(modalities.map((m) => [m, error])) },
    atoms: {
      unique: Object.fromEntries(modalities.map((m) => [m, error / 2])),
      redundancy: error,
      synergy: error / 2,
      partialRedundancy: error,
    },
    union: error,
  };
  const atoms = { unique, redundancy, synergy, partialRedundancy };
  return { unit: "bits", information: { total, byModality }, atoms, union: total - synergy, standardErrors: errors };
}

function madeLatent(index: number) {
  const quantiles = Array.from({ length: 33 }, (_, k) => {
    const normal = -2.4 + 0.15 * k;
    const median = normal + 0.02 * index * normal ** 3;
    return { normal, low: median - 0.2, median, high: median + 0.2 };
  });
  const w = [0.995, 0.991, 0.988 - 0.04 * index];
  return { dimensions: 3, constant: 0, w, departing: index, quantiles, radius: { w: 0.994, pValue: 0.4 } };
}

function fusionWeights(modalities: readonly string[], drift = 0) {
  const byModality = Object.fromEntries(modalities.map((m, i) => [m, 0.88 / modalities.length + 0.05 * i + drift]));
  const interaction: Record<string, number> = {};
  modalities.forEach((a, i) => {
    for (const b of modalities.slice(i + 1)) interaction[`${a}*${b}`] = 0.1 / modalities.length;
  });
  return { byModality, interaction };
}

function madeEpochs(modalities: readonly string[]) {
  const phases = [
    ["pilot:plain", 4],
    ["pilot:periodic", 4],
    ["stage1", 18],
    ["stage2", 40],
  ] as const;
  return phases.flatMap(([phase, count]) =>
    Array.from({ length: count }, (_, e) => {
      const progress = phase === "stage2" ? e + 18 : e;
      const fall = Math.exp(-progress / 12);
      const byModality = (prefix: string, value: number, weight: number) =>
        Object.fromEntries(modalities.map((m, i) => [`${prefix}.${m}`, { value: value * (1 + 0.2 * i), weight }]));
      return {
        phase,
        epoch: e + 1,
        step: (e + 1) * 4,
        learningRate: 0.002 * fall,
        seconds: 0.5,
        terms: {
          total: { value: 0.3 + fall, weight: 1 },
          prediction: { value: 0.2 + 0.8 * fall, weight: 1 },
          auxiliary: { value: 0.4 + 0.9 * fall, weight: 0.3 },
          ...byModality("gaussianity", 0.02 + 0.1 * fall, 0.01),
          ...byModality("independence", 0.05 + 0.02 * fall, 0.01),
          jointGaussianity: { value: 0.004 + 0.02 * fall, weight: 0.01 },
          ...byModality("capacity", 120 - 60 * fall, 0),
        },
        validation: { loss: 0.25 + 0.8 * fall + 0.002 * Math.max(0, progress - 40), rmse: 6 + 8 * fall },
        lambda: Object.fromEntries(modalities.map((m, i) => [m, 0.98 - 0.05 * i * (1 - fall)])),
        best: phase === "stage2" && e === 25,
      };
    }),
  );
}

function madePidEpochs(modalities: readonly string[], total: number) {
  const stage1 = Array.from({ length: 18 }, (_, e) => ({
    phase: "stage1",
    epoch: e + 1,
    ...decomposition(modalities, total * (1 - 0.6 * Math.exp(-e / 4))),
    flags: [],
    weights: fusionWeights(modalities, 0.03 * Math.exp(-e / 3)),
    averagedOver: Math.min(5, e + 1),
    stableEpochs: Math.max(0, e - 12),
  }));
  const after = {
    phase: "stage2",
    epoch: 40,
    ...decomposition(modalities, total),
    flags: [],
    weights: fusionWeights(modalities),
  };
  return [...stage1, after];
}

interface MadePredictions {
  readonly truth: Float64Array[];
  readonly prediction: Float64Array[];
  readonly ridge: Float64Array[];
  readonly mean: Float64Array[];
  readonly contributions: Float64Array[][];
}

function madePredictions(
  rng: Rng,
  modalities: readonly string[],
  targets: readonly string[],
  rows: number,
): MadePredictions {
  const draw = (scale: number) => Float64Array.from({ length: rows }, () => scale * rng.normal());
  const truth = targets.map(() => draw(15).map((v) => v + 50));
  const prediction = truth.map((y) => y.map((v) => 50 + 0.85 * (v - 50) + 5 * rng.normal()));
  const ridge = truth.map((y) => y.map((v) => 50 + 0.8 * (v - 50) + 6 * rng.normal()));
  const contributions = prediction.map((p) => modalities.map((_, i) => p.map((v) => (v - 50) * (0.3 + 0.2 * i))));
  return { truth, prediction, ridge, mean: truth.map((y) => y.map(() => 50)), contributions };
}

function interleave(columns: readonly Float64Array[]): Float64Array {
  const t = columns.length;
  return Float64Array.from({ length: columns[0].length * t }, (_, i) => columns[i % t][Math.floor(i / t)]);
}

const field = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The same rows in the same order as `predictionsCsv`. */
function comparisonsCsv(made: MadePredictions, targets: readonly string[], mlp: readonly Float64Array[]): string {
  const header = ["id", "part", ...targets.flatMap((target) => [target, `${target}.mlp`])];
  const line = (i: number, part: string) =>
    [rowId(i, part), part, ...targets.flatMap((_, t) => [made.truth[t][i], mlp[t][i]])].join(",");
  const rows = made.truth[0].length;
  const test = Array.from({ length: rows }, (_, i) => line(i, "test"));
  const validation = Array.from({ length: Math.min(210, rows) }, (_, i) => line(i, "validation"));
  return `${[header.map(field).join(","), ...test, ...validation].join("\n")}\n`;
}

function rowId(index: number, part: string): string {
  return `row-${part === "test" ? "" : "v"}${index}`;
}

function predictionsCsv(
  made: MadePredictions,
  modalities: readonly string[],
  targets: readonly string[],
  ridge: boolean,
): string {
  const header = ["id", "part"];
  const columns: Float64Array[] = [];
  const add = (name: string, values: Float64Array) => {
    header.push(name);
    columns.push(values);
  };
  targets.forEach((target, t) => {
    add(target, made.truth[t]);
    add(`${target}.prediction`, made.prediction[t]);
    if (ridge) add(`${target}.ridge`, made.ridge[t]);
    modalities.forEach((m, i) => {
      add(`${target}.contribution.${m}`, made.contributions[t][i]);
    });
  });
  const rng = new Rng("local");
  for (const name of [...modalities.map((m) => `unique.${m}`), "redundancy", "synergy"]) {
    add(
      `local.${name}`,
      made.truth[0].map(() => 0.4 + 0.5 * rng.normal()),
    );
  }
  const line = (i: number, part: string) =>
    [rowId(i, part), part, ...columns.map((c) => String(c[i]))].map(field).join(",");
  const lines = Array.from(made.truth[0], (_, i) => line(i, "test"));
  for (let i = 0; i < Math.min(210, made.truth[0].length); i++) lines.push(line(i, "validation"));
  const train = ["row-train", "train", ...columns.map(() => "1")].join(",");
  return [header.map(field).join(","), train, ...lines].join("\n") + "\n";
}
